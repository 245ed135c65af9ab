import type { Limits } from '../state/evaluator.ts';
import { Column } from './column.ts';
import { ends, type Trace } from './evidence.ts';
import type { Tally } from './tally.ts';

const NONE = -1;

/** Signals of one group that are held with what an alert would tell of them; of those before only the numbers are held. */
export const FULL_PER_WINDOW = 100;
/** The same of all groups, in relation to how many signals may be held: one in full is some thirty times as large. */
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
  /** How many signals it rests on, and how many there ever were; of these, how many there were at the last match. */
  weight: number;
  taken: number;
  told: number;
  /** Id of the event that came last. */
  event: string;
  /** For each lane the slots that are held in full, the earliest first. */
  readonly full: readonly number[][];
  /** Its neighbours in the order in which groups were last heard of. */
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
  /** The groups that were silent for longest and for shortest. */
  #quietest: Window | undefined;
  #liveliest: Window | undefined;

  readonly #at = new Column('number');
  readonly #weight = new Column('whole');
  readonly #lane = new Column('small');
  /** The next slot of the same group. */
  readonly #next = new Column('whole');
  /** The slots that came before and after, of all groups; of a free slot the next free one. */
  readonly #before = new Column('whole');
  readonly #after = new Column('whole');
  readonly #owner: (Window | undefined)[] = [];
  readonly #trace: (Trace | undefined)[] = [];
  #earliest = NONE;
  #latest = NONE;
  #free = NONE;
  /** The earliest slot that is held in full. */
  #fullest = NONE;
  #full = 0;
  held = 0;
  evicted = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  /** The window of a group that was just heard of, with room for one more signal. */
  of(key: string): Window {
    const known = this.#byKey.get(key);
    if (known !== undefined) this.#touch(known);
    if (this.held >= this.#options.signals) this.#makeRoom(known);
    return this.#byKey.get(key) ?? this.#opened(key);
  }

  /** Holds a signal in a window and gives its slot; `trace` is what an alert would tell of it. */
  hold(window: Window, at: number, weight: number, lane: number, trace: Trace | undefined): number {
    const slot = this.#takeFree();
    this.#at.set(slot, at);
    this.#weight.set(slot, weight);
    this.#lane.set(slot, lane);
    this.#next.set(slot, NONE);
    this.#owner[slot] = window;
    this.#trace[slot] = undefined;
    if (window.first === NONE) window.first = slot;
    else this.#next.set(window.last, slot);
    window.last = slot;
    window.weight += weight;
    window.taken += weight;
    this.#link(slot);
    if (trace !== undefined) this.#holdInFull(window, slot, trace);
    return slot;
  }

  /** Lets go of what was before `from`. */
  expire(from: number): void {
    while (this.#earliest !== NONE && this.#at.get(this.#earliest) < from) {
      this.#dropFirst(this.#owner[this.#earliest] as Window);
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
    const window: Window = {
      key,
      tally: this.#options.open(),
      first: NONE,
      last: NONE,
      weight: 0,
      taken: 0,
      told: 0,
      event: '',
      full: Array.from({ length: this.#options.lanes }, () => []),
      quieter: undefined,
      livelier: undefined,
    };
    this.#byKey.set(key, window);
    this.#append(window);
    return window;
  }

  /** A group that is alone has no other to go for it: then its earliest signal goes. */
  #makeRoom(window: Window | undefined): void {
    if (window === undefined || window !== this.#quietest) this.#evict();
    else {
      this.#dropFirst(window);
      this.evicted += 1;
    }
  }

  #evict(): void {
    const window = this.#quietest;
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
    this.#unlink(slot);
    if (window.first === NONE) this.#close(window);
  }

  #takeFree(): number {
    const slot = this.#free;
    if (slot === NONE) return this.#owner.length;
    this.#free = this.#after.get(slot);
    return slot;
  }

  #link(slot: number): void {
    this.#before.set(slot, this.#latest);
    this.#after.set(slot, NONE);
    if (this.#latest === NONE) this.#earliest = slot;
    else this.#after.set(this.#latest, slot);
    this.#latest = slot;
    this.held += 1;
  }

  #unlink(slot: number): void {
    const before = this.#before.get(slot);
    const after = this.#after.get(slot);
    if (before === NONE) this.#earliest = after;
    else this.#after.set(before, after);
    if (after === NONE) this.#latest = before;
    else this.#before.set(after, before);
    this.#owner[slot] = undefined;
    this.#after.set(slot, this.#free);
    this.#free = slot;
    this.held -= 1;
  }

  #holdInFull(window: Window, slot: number, trace: Trace): void {
    const full = window.full[this.#lane.get(slot)] as number[];
    this.#trace[slot] = trace;
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
    let next = this.#after.get(slot);
    while (next !== NONE && this.#trace[next] === undefined) next = this.#after.get(next);
    this.#fullest = next;
  }

  #close(window: Window): void {
    this.#byKey.delete(window.key);
    this.#detach(window);
  }

  #touch(window: Window): void {
    if (window === this.#liveliest) return;
    this.#detach(window);
    this.#append(window);
  }

  #append(window: Window): void {
    window.quieter = this.#liveliest;
    window.livelier = undefined;
    if (this.#liveliest === undefined) this.#quietest = window;
    else this.#liveliest.livelier = window;
    this.#liveliest = window;
  }

  #detach({ quieter, livelier }: Window): void {
    if (quieter === undefined) this.#quietest = livelier;
    else quieter.livelier = livelier;
    if (livelier === undefined) this.#liveliest = quieter;
    else livelier.quieter = quieter;
  }
}
