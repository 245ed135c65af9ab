import type { Column } from './column.ts';

/**
 * Slots by their values, the first on top. Each slot's place in the heap stands in a column, so that any of them is taken
 * out in the logarithm of how many there are.
 */
export class SlotHeap {
  readonly #slots: number[] = [];
  readonly #values: Column;
  readonly #places: Column;
  /** 1 where the smallest is on top, -1 where the largest is. */
  readonly #sign: 1 | -1;

  constructor(order: 'smallest' | 'largest', values: Column, places: Column) {
    this.#sign = order === 'smallest' ? 1 : -1;
    this.#values = values;
    this.#places = places;
  }

  get size(): number {
    return this.#slots.length;
  }

  get top(): number | undefined {
    return this.#slots[0];
  }

  add(slot: number): void {
    this.#rise(slot, this.#slots.length);
  }

  has(slot: number): boolean {
    return this.#slots[this.#places.get(slot)] === slot;
  }

  take(slot: number): void {
    const place = this.#places.get(slot);
    const last = this.#slots.pop() as number;
    if (last === slot) return;
    this.#sink(last, place);
    if (this.#slots[place] === last) this.#rise(last, place);
  }

  #isBefore(a: number, b: number): boolean {
    return (this.#values.get(a) - this.#values.get(b)) * this.#sign < 0;
  }

  #put(slot: number, place: number): void {
    this.#slots[place] = slot;
    this.#places.set(slot, place);
  }

  #rise(slot: number, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#slots[above] as number;
      if (!this.#isBefore(slot, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(slot, place);
  }

  #sink(slot: number, from: number): void {
    const slots = this.#slots;
    let place = from;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= slots.length) break;
      const right = left + 1;
      const below =
        right < slots.length && this.#isBefore(slots[right] as number, slots[left] as number) ? right : left;
      const child = slots[below] as number;
      if (!this.#isBefore(child, slot)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(slot, place);
  }
}
