import { ABSENCE_OPTIONS, datasetsOf } from '../../detect/absence/absence.ts';
import { Baseline } from '../../detect/state/baseline.ts';
import type { Blindness, Finding } from '../../detect/state/evaluator.ts';
import { type Arrival, Singles } from '../../detect/state/singles.ts';
import { StageTwo } from '../../detect/state/stage-two.ts';
import type { Dataset } from '../../model/event.ts';
import type { Ledger } from '../../model/ledger.ts';
import type { Cover, LossOf, Marks } from '../../model/mark.ts';
import type { Signal } from '../../model/signal.ts';
import type { AnyProgram, Program } from '../../sigma/program.ts';
import { Progress } from '../progress.ts';
import { Claims } from './claims.ts';
import type { MakeEvaluator } from './evaluators.ts';
import { type Horizon, type Told, toldOf, writeHorizon } from './horizon.ts';
import { MarkedClocks } from './marked-clocks.ts';
import { Needed } from './needed.ts';
import { Received } from './received.ts';
import type { SinglesRow } from './singles-row.ts';

export type EvaluationOptions = {
  readonly evaluatorOf: MakeEvaluator;
  /** Terms of one program and cluster that are remembered. */
  readonly terms: number;
  readonly latenessMs: number;
  /** Signals that may wait for the clock, and a fiftieth as many matches of rules of one event, each with what its alert tells. */
  readonly waiting: number;
  /** Milliseconds that a match of now, of a rule of one event, may wait for streams that are behind. */
  readonly holdMs: number;
  /** Signals that are found together, or not, to be needed no more. */
  readonly block?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
};

/** Where it begins: the offset that is read first, and what is told already of what comes. */
export type Beginning = {
  readonly offset: number;
  readonly horizon: Horizon;
  readonly singles?: SinglesRow | undefined;
  /** Of the partition; what was kept of offsets beyond it was of a topic that is no more. */
  readonly end?: number;
};

export type EvaluationPorts = {
  /** What is committed of `moment` has to wait until the finding is told. `arrival`: of a match that is an alert by itself. */
  readonly found: (finding: Finding, ledger: Ledger, moment: number, arrival?: Arrival) => void;
  readonly blind: (blindness: Blindness) => void;
};

/** What may be committed: where another has to begin, and what it need not tell. */
export type Committable = {
  readonly offset: number;
  readonly metadata: string;
  /** What has to be safe before. */
  readonly singles: SinglesRow;
  /** Changes with `singles`, but for a `next` that is further without any match. */
  readonly version: number;
};

/** A match that waits longer than this for sight is not judged after a restart. */
const MAX_BLIND_MS = 86_400_000;
/** An event of a later time than this from now on is not kept for after a restart. */
const MAX_FUTURE_MS = 3_600_000;
/** A match whose rule is not in force is kept for after a restart until so long (ms) after it was sent. */
const PARKED_MS = 3_600_000;
const NEVER = Number.NEGATIVE_INFINITY;
/** Behind the name of a cluster in whose singles something is needed, which no stream holds back; no name ends so. */
const SINGLES = '\0';
/** Instead of a cluster, what is needed by the clock on the wall. */
const PARKED = '\0parked';

/**
 * Evaluates one partition of the signals topic. After a restart it begins at the oldest signal that is needed and comes by
 * the same code to the same state; what was told before is not told again.
 */
export class Evaluation {
  readonly #ports: EvaluationPorts;
  readonly #horizon: Horizon;
  readonly #clocks: MarkedClocks;
  readonly #needed: Needed;
  readonly stage: StageTwo;
  readonly baseline: Baseline;
  /** How far each cluster is evaluated, in milliseconds since 1970 instead of offsets, and told. */
  readonly #told = new Map<string, Progress>();
  readonly singles: Singles;
  /** Matches of rules of one event that have come before. */
  duplicates = 0;
  readonly #received: Received;
  /** Where whoever was before has taken in all matches of rules of one event, but those whose rules were not in force. */
  readonly #takenBelow: number;
  readonly #parked: ReadonlySet<number>;
  /** Knows what is read again by us. */
  readonly #again = new Received();
  #version = 0;
  readonly #futureMs: number;
  readonly #now: () => number;
  /** Alerts of matches that were told out of their order, and are on their way. */
  #outOfOrder = new Claims();
  #ready: Committable | undefined;
  #pending: (Committable & { readonly claims: Claims }) | undefined;
  #programs: ReadonlyMap<string, AnyProgram> = new Map();
  /** Data sets in which absences look for explanations. */
  #explaining: ReadonlySet<Dataset | 'json'> = new Set();
  #next: number;

  constructor(
    programs: readonly AnyProgram[],
    options: EvaluationOptions,
    ports: EvaluationPorts,
    beginning: Beginning,
  ) {
    this.#ports = ports;
    this.#horizon = beginning.horizon;
    this.#clocks = new MarkedClocks(options.latenessMs);
    this.#needed = new Needed(beginning.offset, options.block);
    this.#next = beginning.offset;
    const { evaluatorOf, terms, waiting } = options;
    this.baseline = new Baseline(terms, true);
    this.#now = options.now ?? Date.now;
    const { offset, horizon, singles, end = Number.POSITIVE_INFINITY } = beginning;
    // A process that had the partition before may write its row after others.
    const taken = [singles?.next, horizon.takenBelow].filter(next => next !== undefined && next <= end);
    this.#takenBelow = taken.reduce((most: number, next) => Math.max(most, next ?? 0), offset);
    this.#parked = new Set(singles?.parked);
    this.#received = new Received(singles?.received);
    this.#futureMs = Math.max(MAX_FUTURE_MS, options.holdMs);
    this.singles = new Singles({ waiting: waiting / 50, holdMs: options.holdMs }, (finding, arrival) =>
      this.#foundOne(finding, arrival),
    );
    this.stage = new StageTwo(
      [],
      // What comes twice comes while it waits, or is late.
      { evaluatorOf: program => evaluatorOf(program, this.baseline), waiting, remembered: 2 * waiting },
      { found: finding => this.#found(finding), blind: ports.blind },
    );
    this.use(programs);
  }

  /** Evaluates these programs from now on; those that are the same objects keep their state. */
  use(programs: readonly AnyProgram[]): void {
    this.#programs = new Map(programs.map(program => [program.rule.id, program]));
    const stateful = programs.filter(isStateful);
    this.#explaining = new Set(stateful.flatMap(program => (program.kind === 'absence' ? datasetsOf(program) : [])));
    this.stage.use(stateful);
    this.singles.use(programs.filter(program => !isStateful(program)));
    this.#version += 1;
  }

  /** The partitions that are read by whomever. */
  expect(producers: readonly string[]): void {
    this.#clocks.expect(producers);
  }

  /** The offset that comes next. */
  get next(): number {
    return this.#next;
  }

  /** The record at `offset` was read, and taken where it was a signal or marks. */
  read(offset: number): void {
    this.#next = offset + 1;
    this.#needed.read(offset);
  }

  /** `sentAt`: when the brokers took the signal, in milliseconds since 1970. */
  take(signal: Signal, offset: number, sentAt = this.#now()): void {
    const program = this.#programs.get(signal.program);
    // Only a match that is an alert by itself tells where it was read.
    if (program?.kind === 'single' || signal.read !== undefined) this.#takeSingle(signal, offset, sentAt);
    else {
      if (program !== undefined) this.#need(offset, signal.cluster, signal.at, neededOf(program));
      this.stage.take(signal);
    }
  }

  #takeSingle(signal: Signal, offset: number, sentAt: number): void {
    const { program, cluster, at } = signal;
    const { upTo } = toldOf(this.#horizon, cluster);
    const waits = at >= upTo || this.#parked.has(offset);
    const isNews = offset < this.#takenBelow ? waits && this.#again.take(signal) : this.#received.take(signal);
    if (!isNews) {
      this.duplicates += 1;
      return;
    }
    const now = this.#now();
    if (this.#programs.get(program)?.kind === 'single') this.#need(offset, cluster + SINGLES, at, 0);
    else this.#needed.need(offset, PARKED, Math.min(sentAt, now) + PARKED_MS);
    this.#version += 1;
    // Whether it is late must not depend on how much is read at once.
    const clock = this.#clocks.of(cluster).now;
    if (at < clock) this.singles.advance(cluster, clock, () => true);
    this.singles.take(signal, { offset, sentAt, now, horizon: upTo });
  }

  #need(offset: number, cluster: string, at: number, ms: number): void {
    this.#needed.need(offset, cluster, Math.min(at, this.#now() + this.#futureMs) + ms);
  }

  /** Records of the logs are missing. */
  lose(losses: readonly LossOf[], offset: number): void {
    const longest = Math.max(0, ...[...this.#programs.values()].map(neededOf));
    for (const { cluster, ...loss } of losses) {
      this.#need(offset, cluster, loss.to, longest);
      this.stage.lose(cluster, loss);
    }
  }

  /** Explanations were seen, perhaps in another partition: that there are any is true of all. */
  cover(covers: readonly Cover[]): void {
    for (const { program, cluster, values, at } of covers) {
      const known = this.#programs.get(program);
      const width = known?.kind === 'absence' ? known.sight?.by.length : undefined;
      if (width === values.length) this.baseline.of(program, cluster).see(values, at);
    }
  }

  hear(marks: Marks): void {
    this.#clocks.hear(marks);
  }

  /** Evaluates what the clocks have passed, while `goOn` says so. False where something is left for another call. */
  advance(goOn: () => boolean): boolean {
    for (const cluster of this.#clusters()) {
      const clock = this.#clocks.of(cluster);
      if (clock.now === NEVER) continue;
      if (!this.stage.advance(cluster, clock, goOn) || !this.singles.advance(cluster, clock.now, goOn)) return false;
      this.#toldOf(cluster).read(clock.now - 1);
    }
    return this.hurry(goOn);
  }

  /** Tells what has waited for too long, while `goOn` says so; to be called now and then where nothing is read. */
  hurry(goOn: () => boolean): boolean {
    const clocked = new Set(this.#clocks.clusters);
    return this.singles.hurry(this.#now(), cluster => clocked.has(cluster), goOn);
  }

  /** What may be committed; the same as before until all that was told out of order by then is told. */
  get committable(): Committable | undefined {
    this.#pending ??= this.#soFar();
    if (this.#pending.claims.areSettled) {
      this.#ready = this.#pending;
      this.#pending = undefined;
    }
    return this.#ready;
  }

  #soFar(): Committable & { readonly claims: Claims } {
    // Of a cluster that was not heard of since the beginning, what was told before stays told.
    const names = new Set([...this.#horizon.clusters.keys(), ...this.#clusters()]);
    const clusters = new Map([...names].map(name => [name, this.#toldUpTo(name)]));
    const singlesUpTo = this.#singlesUpTo(clusters);
    const now = this.#now();
    const offset = this.#needed.oldest(name => {
      if (name === PARKED) return now;
      if (name.endsWith(SINGLES)) return singlesUpTo(name.slice(0, -SINGLES.length));
      return clusters.get(name)?.waitsSince ?? NEVER;
    });
    const takenBelow = Math.max(this.#next, this.#takenBelow);
    const metadata = writeHorizon({ clusters, others: this.#horizon.others, takenBelow });
    const claims = this.#outOfOrder;
    this.#outOfOrder = new Claims();
    const singles = { next: takenBelow, received: this.#received.rows, parked: this.#parkedNow() };
    return { offset, metadata, singles, version: this.#version, claims };
  }

  /** Where no clock is, and nothing waits for one, all is told beside the order. */
  #singlesUpTo(clusters: ReadonlyMap<string, Told>): (cluster: string) => number {
    const ordered = new Set([...this.singles.clusters, ...this.#clocks.clusters]);
    return name => {
      const told = this.#told.get(name);
      const isOrdered = ordered.has(name) || told?.committable !== told?.position;
      return isOrdered ? (clusters.get(name)?.upTo ?? NEVER) : Number.POSITIVE_INFINITY;
    };
  }

  /** Those from before that are read again only later too. */
  #parkedNow(): readonly number[] {
    return [...this.#parked].filter(offset => offset >= this.#next).concat(this.singles.parked);
  }

  /** Milliseconds that the slowest clock is behind. */
  get lag(): number {
    return this.#clocks.lag;
  }

  #clusters(): readonly string[] {
    return [...new Set([...this.stage.clusters, ...this.singles.clusters, ...this.#clocks.clusters])];
  }

  #toldOf(cluster: string): Progress {
    const known = this.#told.get(cluster);
    if (known !== undefined) return known;
    const progress = new Progress();
    this.#told.set(cluster, progress);
    return progress;
  }

  /** While windows are rebuilt it stays where it was. */
  #toldUpTo(cluster: string): Told {
    const before = toldOf(this.#horizon, cluster);
    const upTo = Math.max(before.upTo, this.#toldOf(cluster).committable ?? NEVER);
    return { upTo, waitsSince: Math.max(before.waitsSince, Math.min(upTo, this.#waitsSince(cluster, upTo))) };
  }

  /** What waits for sight needs what came with it, until it is given up. */
  #waitsSince(cluster: string, upTo: number): number {
    const clock = this.#clocks.of(cluster);
    const sights = [...this.#explaining].map(dataset => clock.sight(cluster, dataset));
    return Math.max(Math.min(...sights), upTo - MAX_BLIND_MS);
  }

  /** What began behind the horizon and rests on whole windows is news; whether it is told, the index knows. */
  #found(finding: Finding): void {
    const { program, cluster, maker } = finding;
    const { upTo, waitsSince } = toldOf(this.#horizon, cluster);
    const from = program.kind === 'absence' ? waitsSince - waitOf(program) : upTo;
    if (maker.at < from) return;
    this.#tell(finding);
  }

  /** What is late or hurried is told beside the order, and its commit waits for itself. */
  #foundOne(finding: Finding, arrival: Arrival): void {
    if (arrival.as === 'in-order') this.#tell(finding, arrival);
    else this.#ports.found(finding, this.#outOfOrder, arrival.offset, arrival);
  }

  #tell(finding: Finding, arrival?: Arrival): void {
    const { cluster } = finding;
    const told = this.#toldOf(cluster);
    this.#ports.found(finding, told, told.position ?? toldOf(this.#horizon, cluster).upTo, arrival);
  }
}

const isStateful = (program: AnyProgram): program is Program => program.kind !== 'single';

/** Milliseconds after a match until it is judged. */
function waitOf(program: AnyProgram): number {
  if (program.kind !== 'absence') return 0;
  const after = Math.max(0, ...program.explanations.map(({ afterMs }) => afterMs));
  return after + program.waitMs + ABSENCE_OPTIONS.coverageMs;
}

/** Milliseconds for which a signal is needed again after a restart. */
function neededOf(program: AnyProgram): number {
  // What was seen before is in the baseline.
  if (program.kind === 'first-seen' || program.kind === 'single') return 0;
  // What a finding adds to the one before is known where that one's window is whole too.
  if (program.kind === 'correlation') return 2 * program.spanMs;
  return program.spanMs + waitOf(program) + ABSENCE_OPTIONS.lookBackMs;
}
