import { Recent } from '../../model/recent.ts';
import type { Signal } from '../../model/signal.ts';
import type { Program } from '../../sigma/program.ts';
import type { Clock, Evaluator, Loss, Report } from './evaluator.ts';
import { Order } from './order.ts';

export type StageTwoOptions = {
  readonly evaluatorOf: (program: Program) => Evaluator;
  /** Signals that may wait for the clock; beyond, the earliest is evaluated before its time. */
  readonly waiting: number;
  /** Signals that are remembered, at least half of them, so that one that comes twice counts once. */
  readonly remembered: number;
};

export type StageTwoCounts = {
  signals: number;
  /** Came again, or at another stage of the same request. */
  duplicates: number;
  /** Came after the clock had passed them. */
  late: number;
  /** Were evaluated before the clock had passed them, since too many waited. */
  hurried: number;
  /** Were for a program that is not in force. */
  unknown: number;
};

const MAX_LOSSES = 1_000;
const always = (): boolean => true;

/** What is held of one cluster. */
type Place = {
  readonly order: Order;
  readonly evaluators: Map<string, Evaluator>;
  /** The latest ones, for evaluators that are still to come. */
  readonly losses: Loss[];
  /** Signals before this are late. */
  horizon: number;
};

/**
 * Evaluates programs on signals in the order of their times, whatever order they come in, and each once. So what it finds
 * depends on the events alone, as long as none is later than the clock allows.
 */
export class StageTwo {
  readonly counts: StageTwoCounts = { signals: 0, duplicates: 0, late: 0, hurried: 0, unknown: 0 };
  readonly #options: StageTwoOptions;
  readonly #report: Report;
  readonly #places = new Map<string, Place>();
  readonly #seen: Recent<true>;
  #programs: ReadonlyMap<string, Program> = new Map();
  #waiting = 0;

  constructor(programs: readonly Program[], options: StageTwoOptions, report: Report) {
    this.#options = options;
    this.#report = report;
    this.#seen = new Recent(options.remembered);
    this.use(programs);
  }

  /** Evaluates these programs from now on. The state of one that is no longer the same object is begun anew. */
  use(programs: readonly Program[]): void {
    const before = this.#programs;
    this.#programs = new Map(programs.map(program => [program.rule.id, program]));
    for (const { evaluators } of this.#places.values()) {
      for (const id of evaluators.keys()) if (this.#programs.get(id) !== before.get(id)) evaluators.delete(id);
    }
  }

  /** Takes a signal, in whatever order. */
  take(signal: Signal): void {
    this.counts.signals += 1;
    const { program: id, input, request, cluster, at } = signal;
    const program = this.#programs.get(id);
    if (program === undefined) {
      this.counts.unknown += 1;
      return;
    }
    const place = this.#placeOf(cluster);
    // What explains may come long after its time, when a stream returns; its rule says itself what it is too late for.
    if (at < place.horizon && program.kind !== 'absence') {
      this.counts.late += 1;
      return;
    }
    const key = `${id}\0${input}\0${request}`;
    if (this.#seen.get(key)) {
      this.counts.duplicates += 1;
      return;
    }
    this.#seen.set(key, true);
    place.order.add(signal);
    this.#waiting += 1;
    if (this.#waiting > this.#options.waiting) this.#hurry(place);
  }

  /** The clock of a cluster has come so far: what it has passed is evaluated, one after the other while `goOn` says so. False where something is left for another call. */
  advance(cluster: string, clock: Clock, goOn: () => boolean = always): boolean {
    const place = this.#placeOf(cluster);
    place.horizon = Math.max(place.horizon, clock.now);
    while ((place.order.earliest?.at ?? Number.POSITIVE_INFINITY) < clock.now) {
      if (!goOn()) return false;
      this.#evaluateNext(place);
    }
    for (const evaluator of place.evaluators.values()) evaluator.advance(clock, this.#report);
    return true;
  }

  /** Records of the cluster are missing. */
  lose(cluster: string, loss: Loss): void {
    const { losses, evaluators } = this.#placeOf(cluster);
    losses.push(loss);
    if (losses.length > MAX_LOSSES) losses.shift();
    for (const evaluator of evaluators.values()) evaluator.lose?.(loss);
  }

  /** The clusters of which anything was heard. */
  get clusters(): readonly string[] {
    return [...this.#places.keys()];
  }

  /** How many signals wait for the clock. */
  get waiting(): number {
    return this.#waiting;
  }

  /** What each evaluator holds, by program, over all clusters. */
  evaluators(): ReadonlyMap<string, readonly Evaluator[]> {
    const found = new Map<string, Evaluator[]>();
    for (const { evaluators } of this.#places.values()) {
      for (const [id, evaluator] of evaluators) found.set(id, [...(found.get(id) ?? []), evaluator]);
    }
    return found;
  }

  #placeOf(cluster: string): Place {
    const known = this.#places.get(cluster);
    if (known !== undefined) return known;
    const place = { order: new Order(), evaluators: new Map(), losses: [], horizon: Number.NEGATIVE_INFINITY };
    this.#places.set(cluster, place);
    return place;
  }

  #hurry(place: Place): void {
    this.counts.hurried += 1;
    const { earliest } = place.order;
    this.#evaluateNext(place);
    if (earliest !== undefined) place.horizon = Math.max(place.horizon, earliest.at);
  }

  #evaluateNext(place: Place): void {
    const signal = place.order.next();
    if (signal === undefined) return;
    this.#waiting -= 1;
    const program = this.#programs.get(signal.program);
    if (program === undefined) return;
    const known = place.evaluators.get(program.rule.id);
    const evaluator = known ?? this.#options.evaluatorOf(program);
    if (known === undefined) {
      place.evaluators.set(program.rule.id, evaluator);
      for (const loss of place.losses) evaluator.lose?.(loss);
    }
    evaluator.take(signal, this.#report);
  }
}
