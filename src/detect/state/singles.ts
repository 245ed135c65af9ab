import { inOrder, type Signal } from '../../model/signal.ts';
import type { AnyProgram } from '../../sigma/program.ts';
import type { Finding } from './evaluator.ts';
import { Order } from './order.ts';
import { findingOn } from './single.ts';

/** How a match has come: its offset in the signals topic, and whether it was told in the order of times. */
export type Arrival = { readonly offset: number; readonly as: 'in-order' | 'late' | 'hurried' };

export type SinglesOptions = {
  /** Matches that may wait for the clock; beyond, the earliest is told before its time. */
  readonly waiting: number;
  /** Milliseconds that a match may wait for streams that are behind; 0: none waits. */
  readonly holdMs: number;
};

/** What a match comes with; milliseconds since 1970. */
export type Coming = {
  /** Of the signals topic. */
  readonly offset: number;
  /** When the brokers took it. */
  readonly sentAt: number;
  readonly now: number;
  /** What is from before this is late. */
  readonly horizon: number;
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
const MAX_PARKED = 1_000;
/** A match that was sent so long (ms) after its event is history: it waits for its order as long as it takes. */
const HISTORY_MS = 3_600_000;
/** Hurried matches, beyond as many as wait, that stay in their orders. */
const MAX_HURRIED = 1_000;

type Entry = { readonly signal: Signal; readonly offset: number };

/** What waits of a cluster, and since when. */
type Queue = { readonly order: Order; readonly since: number };

/**
 * Tells matches of rules of one event in the order of their times, so that what opens an alert does not depend on who reads
 * which log. But nobody is paged too late for it: what has waited for `holdMs` is told as it is.
 */
export class Singles {
  readonly counts: SinglesCounts = { signals: 0, late: 0, hurried: 0, unknown: 0 };
  readonly #options: SinglesOptions;
  readonly #found: (finding: Finding, arrival: Arrival) => void;
  #queues = new Map<string, Queue>();
  /** What waits, in the order in which it came, with its offset. */
  readonly #waiting = new Map<Signal, number>();
  /** Of that, what may not wait for ever, and until when, in milliseconds since 1970. */
  readonly #urgent = new Map<Signal, number>();
  readonly #passed = new Map<string, number>();
  /** How many in the orders wait no more. */
  #hurried = 0;
  #parked: Entry[] = [];
  #programs: ReadonlyMap<string, AnyProgram> = new Map();

  constructor(options: SinglesOptions, found: (finding: Finding, arrival: Arrival) => void) {
    this.#options = options;
    this.#found = found;
  }

  /** Tells matches by these rules from now on. */
  use(programs: readonly AnyProgram[]): void {
    this.#programs = new Map(programs.map(program => [program.rule.id, program]));
    const parked = this.#parked;
    this.#parked = [];
    for (const { signal, offset } of parked) {
      if (this.#programs.has(signal.program)) this.#tell(signal, offset, 'late');
      else this.#park({ signal, offset });
    }
  }

  /** Takes a match, in whatever order, each once. */
  take(signal: Signal, { offset, sentAt, now, horizon }: Coming): void {
    const { cluster, at } = signal;
    this.counts.signals += 1;
    if (!this.#programs.has(signal.program)) {
      this.#park({ signal, offset });
    } else if (at < Math.max(horizon, this.#passed.get(cluster) ?? Number.NEGATIVE_INFINITY)) {
      this.counts.late += 1;
      this.#tell(signal, offset, 'late');
    } else if (this.#options.holdMs === 0) {
      this.counts.hurried += 1;
      this.#tell(signal, offset, 'hurried');
    } else {
      const { holdMs, waiting } = this.#options;
      this.#orderOf(cluster, now).add(signal);
      this.#waiting.set(signal, offset);
      // Whoever sent it may have a clock that is ahead.
      const since = Math.min(sentAt, now);
      if (at > since - HISTORY_MS) this.#urgent.set(signal, since + holdMs);
      if (this.#waiting.size > waiting) this.#hurryEarliest(cluster, now);
    }
  }

  /** The clock of a cluster has come so far: what it has passed is told, while `goOn` says so. False where something is left for another call. */
  advance(cluster: string, clock: number, goOn: () => boolean): boolean {
    const order = this.#queues.get(cluster)?.order;
    if (order !== undefined) {
      while ((order.earliest?.at ?? Number.POSITIVE_INFINITY) < clock) {
        if (!goOn()) return false;
        const signal = order.next();
        const offset = signal === undefined ? undefined : this.#waiting.get(signal);
        if (signal !== undefined && offset !== undefined) this.#tell(signal, offset, 'in-order');
        else this.#hurried -= 1;
      }
      if (order.size === 0) this.#queues.delete(cluster);
    }
    this.#passed.set(cluster, clock);
    return true;
  }

  /**
   * Tells what has waited for too long at `now`, in milliseconds since 1970, while `goOn` says so; and all of a cluster of
   * which no clock is heard for as long.
   */
  hurry(now: number, hasClock: (cluster: string) => boolean, goOn: () => boolean): boolean {
    for (const signal of this.#overdue(now)) {
      if (!goOn()) return false;
      this.#hurry(signal);
      if (this.#hurried > this.#waiting.size + MAX_HURRIED) this.#sweep(now);
    }
    for (const [cluster, { order, since }] of this.#queues) {
      if (since + this.#options.holdMs > now || hasClock(cluster)) continue;
      if (!this.#tellAll(cluster, order, goOn)) return false;
    }
    return true;
  }

  /** After a restart much is overdue at once. */
  #overdue(now: number): readonly Signal[] {
    const overdue: Signal[] = [];
    for (const [signal, until] of this.#urgent) {
      if (until > now) break;
      overdue.push(signal);
    }
    return overdue.sort(inOrder);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** What is in memory: what waits, and what was hurried and its clock has not passed. */
  get held(): number {
    return this.#waiting.size + this.#hurried;
  }

  /** Offsets of matches whose rule is not in force. */
  get parked(): readonly number[] {
    return this.#parked.map(({ offset }) => offset);
  }

  /** In which anything waits. */
  get clusters(): Iterable<string> {
    return this.#queues.keys();
  }

  #orderOf(cluster: string, now: number): Order {
    const known = this.#queues.get(cluster);
    if (known !== undefined) return known.order;
    const order = new Order();
    this.#queues.set(cluster, { order, since: now });
    return order;
  }

  #tellAll(cluster: string, order: Order, goOn: () => boolean): boolean {
    for (let { earliest } = order; earliest !== undefined; { earliest } = order) {
      if (!goOn()) return false;
      order.next();
      this.#hurried -= 1;
      this.#hurry(earliest);
    }
    this.#queues.delete(cluster);
    return true;
  }

  /** Matches that were hurried stay in their order, which passes over what waits no more. */
  #hurryEarliest(cluster: string, now: number): void {
    const order = this.#orderOf(cluster, now);
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
  #sweep(now: number): void {
    const before = this.#queues;
    this.#queues = new Map();
    this.#hurried = 0;
    for (const signal of this.#waiting.keys()) {
      const { cluster } = signal;
      this.#orderOf(cluster, before.get(cluster)?.since ?? now).add(signal);
    }
  }

  #tell(signal: Signal, offset: number, as: Arrival['as']): void {
    this.#waiting.delete(signal);
    this.#urgent.delete(signal);
    const program = this.#programs.get(signal.program);
    if (program === undefined) this.#park({ signal, offset });
    else this.#found(findingOn(program, signal), { offset, as });
  }

  #park(entry: Entry): void {
    this.counts.unknown += 1;
    this.#parked.push(entry);
    if (this.#parked.length > MAX_PARKED) this.#parked.shift();
  }
}
