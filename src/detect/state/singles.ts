import type { Signal } from '../../model/signal.ts';
import type { AnyProgram } from '../../sigma/program.ts';
import type { Finding } from './evaluator.ts';
import { Order } from './order.ts';
import { findingOn } from './single.ts';

/** How a match has come: its offset in the signals topic, and whether it was told in the order of times. */
export type Arrival = { readonly offset: number; readonly as: 'in-order' | 'late' | 'hurried' };

export type SinglesOptions = {
  /** Matches that may wait for the clock; beyond, the one that came first is told before its time. */
  readonly waiting: number;
  /** Milliseconds that a match of now may wait for streams that are behind. One that is older when it comes is history, and waits for its order. */
  readonly holdMs: number;
};

export type SinglesCounts = {
  signals: number;
  /** Came after the clock had passed them; told as they came. */
  late: number;
  /** Were told before the clock had passed them, since they or too many waited for too long. */
  hurried: number;
  /** Were for a rule that is not in force. */
  unknown: number;
};

/** Matches of rules that this process does not have yet, or no more. */
const MAX_UNKNOWN = 1_000;
/** Hurried matches, beyond as many as wait, that stay in their orders. */
const MAX_HURRIED = 1_000;

type Entry = { readonly signal: Signal; readonly offset: number };

/**
 * Tells matches of rules of one event in the order of their times, so that what opens an alert does not depend on who reads
 * which log. But nobody is paged too late for it: what has waited for `holdMs` is told as it is.
 */
export class Singles {
  readonly counts: SinglesCounts = { signals: 0, late: 0, hurried: 0, unknown: 0 };
  readonly #options: SinglesOptions;
  readonly #found: (finding: Finding, arrival: Arrival) => void;
  #orders = new Map<string, Order>();
  /** What waits, in the order in which it came, with its offset. */
  readonly #waiting = new Map<Signal, number>();
  /** Of that, what may not wait for ever, and until when, in milliseconds since 1970. */
  readonly #urgent = new Map<Signal, number>();
  readonly #passed = new Map<string, number>();
  /** How many in the orders wait no more. */
  #hurried = 0;
  #unknown: Entry[] = [];
  #programs: ReadonlyMap<string, AnyProgram> = new Map();

  constructor(options: SinglesOptions, found: (finding: Finding, arrival: Arrival) => void) {
    this.#options = options;
    this.#found = found;
  }

  /** Tells matches by these rules from now on. */
  use(programs: readonly AnyProgram[]): void {
    this.#programs = new Map(programs.map(program => [program.rule.id, program]));
    const unknown = this.#unknown;
    this.#unknown = [];
    for (const { signal, offset } of unknown) {
      if (this.#programs.has(signal.program)) this.#tell(signal, offset, 'late');
      else this.#park({ signal, offset });
    }
  }

  /** Takes a match, in whatever order, each once. What is from before `horizon` is late. Times in milliseconds since 1970. */
  take(signal: Signal, offset: number, horizon: number, now: number): void {
    const { cluster, at } = signal;
    this.counts.signals += 1;
    if (!this.#programs.has(signal.program)) {
      this.counts.unknown += 1;
      this.#park({ signal, offset });
    } else if (at < Math.max(horizon, this.#passed.get(cluster) ?? Number.NEGATIVE_INFINITY)) {
      this.counts.late += 1;
      this.#tell(signal, offset, 'late');
    } else {
      const { holdMs, waiting } = this.#options;
      this.#orderOf(cluster).add(signal);
      this.#waiting.set(signal, offset);
      if (at > now - holdMs) this.#urgent.set(signal, now + holdMs);
      if (this.#waiting.size > waiting) this.#hurryEarliest(cluster);
    }
  }

  /** The clock of a cluster has come so far: what it has passed is told, while `goOn` says so. False where something is left for another call. */
  advance(cluster: string, clock: number, goOn: () => boolean): boolean {
    const order = this.#orders.get(cluster);
    if (order !== undefined) {
      while ((order.earliest?.at ?? Number.POSITIVE_INFINITY) < clock) {
        if (!goOn()) return false;
        const signal = order.next();
        const offset = signal === undefined ? undefined : this.#waiting.get(signal);
        if (signal !== undefined && offset !== undefined) this.#tell(signal, offset, 'in-order');
        else this.#hurried -= 1;
      }
      if (order.size === 0) this.#orders.delete(cluster);
    }
    this.#passed.set(cluster, clock);
    return true;
  }

  /** Tells what has waited for too long at `now`, in milliseconds since 1970, while `goOn` says so. */
  hurry(now: number, goOn: () => boolean): boolean {
    for (const [signal, until] of this.#urgent) {
      if (until > now) return true;
      if (!goOn()) return false;
      this.#hurry(signal);
      if (this.#hurried > this.#waiting.size + MAX_HURRIED) this.#sweep();
    }
    return true;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** What is in memory: what waits, and what was hurried and its clock has not passed. */
  get held(): number {
    return this.#waiting.size + this.#hurried;
  }

  get clusters(): Iterable<string> {
    return this.#orders.keys();
  }

  #orderOf(cluster: string): Order {
    const known = this.#orders.get(cluster);
    if (known !== undefined) return known;
    const order = new Order();
    this.#orders.set(cluster, order);
    return order;
  }

  /** Matches that were hurried stay in their order, which passes over what waits no more. */
  #hurryEarliest(cluster: string): void {
    const order = this.#orderOf(cluster);
    for (let signal = order.next(); signal !== undefined; signal = order.next()) {
      this.#hurried -= 1;
      if (this.#hurry(signal)) return;
    }
  }

  #hurry(signal: Signal): boolean {
    const offset = this.#waiting.get(signal);
    if (offset === undefined) return false;
    this.counts.hurried += 1;
    this.#hurried += 1;
    this.#tell(signal, offset, 'hurried');
    return true;
  }

  /** While a clock stands still what was hurried would pile up. */
  #sweep(): void {
    this.#orders = new Map();
    this.#hurried = 0;
    for (const signal of this.#waiting.keys()) this.#orderOf(signal.cluster).add(signal);
  }

  #tell(signal: Signal, offset: number, as: Arrival['as']): void {
    this.#waiting.delete(signal);
    this.#urgent.delete(signal);
    const program = this.#programs.get(signal.program);
    if (program !== undefined) this.#found(findingOn(program, signal), { offset, as });
  }

  #park(entry: Entry): void {
    this.#unknown.push(entry);
    if (this.#unknown.length > MAX_UNKNOWN) this.#unknown.shift();
  }
}
