import { inOrder, type Signal } from '../../model/signal.ts';

/** Signals that wait for their turn: the earliest comes out first. A binary heap, so that each costs the logarithm of how many wait. */
export class Order {
  readonly #heap: Signal[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get earliest(): Signal | undefined {
    return this.#heap[0];
  }

  add(signal: Signal): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as Signal;
      if (inOrder(parent, signal) <= 0) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = signal;
  }

  /** Takes the earliest out. */
  next(): Signal | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first !== last && last !== undefined) this.#sink(last);
    return first;
  }

  #sink(signal: Signal): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const isRight = right < heap.length && inOrder(heap[right] as Signal, heap[left] as Signal) < 0;
      const below = isRight ? right : left;
      const child = heap[below] as Signal;
      if (inOrder(signal, child) <= 0) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = signal;
  }
}
