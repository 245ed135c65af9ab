import type { Signal } from '../../model/signal.ts';
import type { Explanation } from '../../sigma/program.ts';
import { Heap } from '../state/heap.ts';
import { around, type Bucket, type Explanations, take, type Window } from './explanations.ts';
import { type Waiting, WaitingRoom } from './waiting.ts';

type Arrival =
  | { readonly signal: Signal; readonly waiting: Waiting }
  | { readonly signal: Signal; readonly windows: readonly Window[] };

/**
 * Gives each match the request in whose own time it was, before any match is judged by a request that was only near. So of
 * matches and requests in a crowd it is the odd one that is found, and not the last. In the order of their times, whenever
 * they come.
 */
export class Pairing {
  readonly #explanations: Explanations;
  readonly #arrivals = new Heap<Arrival>((a, b) => a.signal.at - b.signal.at || (a.signal.id < b.signal.id ? -1 : 1));
  /** Matches that lie in no request yet. */
  readonly #single: WaitingRoom;
  readonly #most: number;

  /** `kinds`: explanations of one match each; `most`: arrivals that are held. */
  constructor(kinds: readonly Explanation[], explanations: Explanations, most: number) {
    this.#explanations = explanations;
    this.#single = new WaitingRoom(kinds.map(kind => ({ ...kind, beforeMs: 0, afterMs: 0 })));
    this.#most = most;
  }

  add(arrival: Arrival): void {
    this.#arrivals.add(arrival);
    if (this.#arrivals.size > this.#most) this.#next();
  }

  /** Takes in what was logged up to this moment, in milliseconds since 1970. */
  upTo(moment: number): void {
    const arrivals = this.#arrivals;
    for (let { earliest } = arrivals; earliest !== undefined && earliest.signal.at <= moment; { earliest } = arrivals) {
      this.#next();
    }
  }

  /** The match is judged, or something else explains it. */
  leave(waiting: Waiting): void {
    waiting.hasLeft = true;
    this.#single.remove(waiting);
  }

  #next(): void {
    const arrival = this.#arrivals.next();
    if (arrival === undefined) return;
    if ('waiting' in arrival) this.#pair(arrival.waiting);
    else for (const window of arrival.windows) this.#offer(window, arrival.signal);
  }

  #pair(waiting: Waiting): void {
    if (waiting.hasLeft) return;
    const { wanted, signal } = waiting;
    for (const { free } of narrowest(this.#explanations.of(wanted))) {
      for (const window of around(free, wanted)) {
        if (window.at > signal.at) continue;
        take(window, wanted, true);
        return;
      }
    }
    this.#single.add(waiting);
  }

  #offer(window: Window, signal: Signal): void {
    if (window.taker !== undefined || window.isGone) return;
    for (const waiting of this.#single.explainedBy(signal)) {
      if (![...this.#explanations.of(waiting.wanted)].includes(window.bucket)) continue;
      this.#single.remove(waiting);
      take(window, waiting.wanted, true);
      return;
    }
  }
}

/** Those that tell most of a name before others. */
const narrowest = (buckets: Iterable<Bucket>): readonly Bucket[] =>
  [...buckets].sort((a, b) => letters(b) - letters(a));

const letters = ({ lengths }: Bucket): number => lengths.reduce((sum, length) => sum + length, 0);
