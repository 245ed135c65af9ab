import type { Limits } from '../state/evaluator.ts';
import { Column } from './column.ts';
import { ends, type Trace } from './evidence.ts';
import { Recency } from './recency.ts';
import { NONE, Slots } from './slots.ts';
import type { Tally } from './tally.ts';

/** Signals of one group that are held with what an alert would tell of them; of those before only the numbers are held. */
const FULL_PER_WINDOW = 100;
/** The same of all groups, in relation to how many signals may be held: one in full is some 25 times as large. */
const FULL_SHARE = 0.1;

export type WindowOptions = Limits & {
  readonly open: () => Tally;
  /** How many kinds of signals there are of which an alert tells some each. */
  readonly lanes: number;
};

/** What is held of one group: the signals of the last `timespan`. */
export type Window = {
  readonly key: string;
  readonly tally: Tally;
  /** The slots of the earliest and of the latest signal. */
  first: number;
  last: number;
  /** How many events it rests on, and how many there ever were; of these, how many there were at the last match. */
  weight: number;
  taken: number;
  told: number;
  /** Id of the event that came last. */
  event: string;
  /** For each lane the slots that are held in full, the earliest first. */
  readonly full: readonly number[][];
  /** The groups that were heard of just before and after it. */
  quieter: Window | undefined;
  livelier: Window | undefined;
};

/**
 * The windows of all groups of one correlation. Signals come in order, so that they leave in order too: whatever group they
 * are of, the earliest is the first to expire. Each step costs the same however many signals and groups there are.
 */
export class Windows {
  readonly #options: WindowOptions;
  readonly #byKey = new Map<string, Window>();
  readonly #recency = new Recency<Window>();
  /** Signals in the order of their times, with what is held of each. */
  readonly #slots = new Slots();
  readonly #at = new Column('number');
  readonly #weight = new Column('whole');
  readonly #lane = new Column('small');
  /** The next slot of the same group. */
  readonly #next = new Column('whole');
  readonly #owner: (Window | undefined)[] = [];
  readonly #trace: (Trace | undefined)[] = [];
  /** The earliest slot that is held in full, and how many are. */
  #fullest = NONE;
  #full = 0;
  evicted = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  get held(): number {
    return this.#slots.size;
  }

  /** The window of a group that was just heard of, with room for one more signal. */
  of(key: string): Window {
    const known = this.#byKey.get(key);
    if (known !== undefined) this.#recency.touch(known);
    if (this.held >= this.#options.signals) this.#makeRoom(known);
    return this.#byKey.get(key) ?? this.#opened(key);
  }

  /** Holds a signal in a window and gives its slot; `trace` is what an alert would tell of it. */
  hold(window: Window, at: number, weight: number, lane: number, trace: Trace | undefined): number {
    const slot = this.#slots.take();
    this.#at.set(slot, at);
    this.#weight.set(slot, weight);
    this.#lane.set(slot, lane);
    this.#next.set(slot, NONE);
    this.#owner[slot] = window;
    this.#trace[slot] = trace;
    if (window.first === NONE) window.first = slot;
    else this.#next.set(window.last, slot);
    window.last = slot;
    window.weight += weight;
    window.taken += weight;
    if (trace !== undefined) this.#holdInFull(window, slot);
    return slot;
  }

  /** Lets go of what was before `from`. */
  expire(from: number): void {
    const slots = this.#slots;
    while (slots.earliest !== NONE && this.#at.get(slots.earliest) < from) {
      this.#dropFirst(this.#owner[slots.earliest] as Window);
    }
  }

  /** The time of the earliest signal of a window. */
  since(window: Window): number {
    return this.#at.get(window.first);
  }

  /** What of a window is held in full, in order, by lane: of each lane so many of the earliest and of the latest. */
  traces({ full }: Window, each: number): readonly (readonly Trace[])[] {
    return full.map(slots => ends(slots, each).map(slot => this.#trace[slot] as Trace));
  }

  #opened(key: string): Window {
    if (this.#byKey.size >= this.#options.groups) this.#evict();
    const full: number[][] = [];
    for (let lane = 0; lane < this.#options.lanes; lane++) full.push([]);
    const window: Window = {
      key,
      tally: this.#options.open(),
      first: NONE,
      last: NONE,
      weight: 0,
      taken: 0,
      told: 0,
      event: '',
      full,
      quieter: undefined,
      livelier: undefined,
    };
    this.#byKey.set(key, window);
    this.#recency.add(window);
    return window;
  }

  /** A group that is alone has no other to go for it: then its earliest signal goes. */
  #makeRoom(window: Window | undefined): void {
    if (window === undefined || window !== this.#recency.quietest) this.#evict();
    else {
      this.evicted += 1;
      this.#dropFirst(window);
    }
  }

  #evict(): void {
    const window = this.#recency.quietest;
    if (window === undefined) return;
    this.evicted += 1;
    while (window.first !== NONE) this.#dropFirst(window);
  }

  #dropFirst(window: Window): void {
    const slot = window.first;
    window.tally.drop(slot);
    window.weight -= this.#weight.get(slot);
    if (this.#trace[slot] !== undefined) this.#slim(slot);
    window.first = this.#next.get(slot);
    this.#owner[slot] = undefined;
    this.#slots.free(slot);
    if (window.first === NONE) {
      this.#byKey.delete(window.key);
      this.#recency.remove(window);
    }
  }

  #holdInFull(window: Window, slot: number): void {
    const full = window.full[this.#lane.get(slot)] as number[];
    full.push(slot);
    this.#full += 1;
    if (this.#fullest === NONE) this.#fullest = slot;
    if (full.length * window.full.length > FULL_PER_WINDOW) this.#slim(full[0] as number);
    if (this.#full > Math.max(FULL_PER_WINDOW, this.#options.signals * FULL_SHARE)) this.#slim(this.#fullest);
  }

  /** Lets go of what would be told of a signal, the earliest of its group and lane in full. */
  #slim(slot: number): void {
    this.#owner[slot]?.full[this.#lane.get(slot)]?.shift();
    this.#trace[slot] = undefined;
    this.#full -= 1;
    if (slot !== this.#fullest) return;
    let next = this.#slots.after(slot);
    while (next !== NONE && this.#trace[next] === undefined) next = this.#slots.after(next);
    this.#fullest = next;
  }
}
