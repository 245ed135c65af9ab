import { ABSENCE_OPTIONS, datasetsOf } from '../../detect/absence/absence.ts';
import { Baseline } from '../../detect/state/baseline.ts';
import type { Blindness, Finding } from '../../detect/state/evaluator.ts';
import { StageTwo } from '../../detect/state/stage-two.ts';
import type { Dataset } from '../../model/event.ts';
import type { Ledger } from '../../model/ledger.ts';
import type { Cover, LossOf, Marks } from '../../model/mark.ts';
import type { Signal } from '../../model/signal.ts';
import type { Program } from '../../sigma/program.ts';
import { Progress } from '../progress.ts';
import type { MakeEvaluator } from './evaluators.ts';
import { type Horizon, type Told, toldOf, writeHorizon } from './horizon.ts';
import { MarkedClocks } from './marked-clocks.ts';
import { Needed } from './needed.ts';

export type EvaluationOptions = {
  readonly evaluatorOf: MakeEvaluator;
  /** Terms of one program and cluster that are remembered. */
  readonly terms: number;
  readonly latenessMs: number;
  /** Signals that may wait for the clock. */
  readonly waiting: number;
  /** Signals that are found together, or not, to be needed no more. */
  readonly block?: number;
};

/** Where it begins: the offset that is read first, and what is told already of what comes. */
export type Beginning = { readonly offset: number; readonly horizon: Horizon };

export type EvaluationPorts = {
  /** What is committed of `moment` has to wait until the finding is told. */
  readonly found: (finding: Finding, ledger: Ledger, moment: number) => void;
  readonly blind: (blindness: Blindness) => void;
};

/** A match that waits longer than this for sight is not judged after a restart. */
const MAX_BLIND_MS = 86_400_000;
const NEVER = Number.NEGATIVE_INFINITY;

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
  #programs: ReadonlyMap<string, Program> = new Map();
  /** Data sets in which absences look for explanations. */
  #explaining: ReadonlySet<Dataset | 'json'> = new Set();
  /** The moment to which what is found now belongs. */
  #moment = NEVER;
  #next: number;

  constructor(programs: readonly Program[], options: EvaluationOptions, ports: EvaluationPorts, beginning: Beginning) {
    this.#ports = ports;
    this.#horizon = beginning.horizon;
    this.#clocks = new MarkedClocks(options.latenessMs);
    this.#needed = new Needed(beginning.offset, options.block);
    this.#next = beginning.offset;
    const { evaluatorOf, terms, waiting } = options;
    this.baseline = new Baseline(terms, true);
    this.stage = new StageTwo(
      programs,
      // What comes twice comes while it waits, or is late.
      { evaluatorOf: program => evaluatorOf(program, this.baseline), waiting, remembered: 2 * waiting },
      { found: finding => this.#found(finding), blind: ports.blind },
    );
    this.use(programs);
  }

  /** Evaluates these programs from now on; those that are the same objects keep their state. */
  use(programs: readonly Program[]): void {
    this.#programs = new Map(programs.map(program => [program.rule.id, program]));
    this.#explaining = new Set(programs.flatMap(program => (program.kind === 'absence' ? datasetsOf(program) : [])));
    this.stage.use(programs);
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

  take(signal: Signal, offset: number): void {
    const program = this.#programs.get(signal.program);
    if (program !== undefined) this.#needed.need(offset, signal.cluster, signal.at + neededOf(program));
    this.stage.take(signal);
  }

  /** Records of the logs are missing. */
  lose(losses: readonly LossOf[], offset: number): void {
    const longest = Math.max(0, ...[...this.#programs.values()].map(neededOf));
    for (const { cluster, ...loss } of losses) {
      this.#needed.need(offset, cluster, loss.to + longest);
      this.stage.lose(cluster, loss);
    }
  }

  /** Explanations were seen, perhaps in another partition: that there are any is true of all. */
  cover(covers: readonly Cover[]): void {
    for (const { program, cluster, values, at } of covers) {
      if (this.#programs.get(program)?.kind === 'absence') this.baseline.of(program, cluster).see(values, at);
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
      const told = this.#toldOf(cluster);
      this.#moment = told.position ?? toldOf(this.#horizon, cluster).upTo;
      if (!this.stage.advance(cluster, clock, goOn)) return false;
      told.read(clock.now - 1);
    }
    return true;
  }

  /** What may be committed: where another has to begin, and what it need not tell. */
  get committable(): { readonly offset: number; readonly metadata: string } {
    // Of a cluster that was not heard of since the beginning, what was told before stays told.
    const names = new Set([...this.#horizon.clusters.keys(), ...this.#clusters()]);
    const clusters = new Map([...names].map(name => [name, this.#toldUpTo(name)]));
    const offset = this.#needed.oldest(cluster => clusters.get(cluster)?.waitsSince ?? NEVER);
    return { offset, metadata: writeHorizon({ clusters, others: this.#horizon.others }) };
  }

  /** Milliseconds that the slowest clock is behind. */
  get lag(): number {
    return this.#clocks.lag;
  }

  #clusters(): readonly string[] {
    return [...new Set([...this.stage.clusters, ...this.#clocks.clusters])];
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
    this.#ports.found(finding, this.#toldOf(cluster), this.#moment);
  }
}

/** Milliseconds after a match until it is judged. */
function waitOf(program: Program): number {
  if (program.kind !== 'absence') return 0;
  const after = Math.max(0, ...program.explanations.map(({ afterMs }) => afterMs));
  return after + program.waitMs + ABSENCE_OPTIONS.coverageMs;
}

/** Milliseconds for which a signal is needed again after a restart. */
function neededOf(program: Program): number {
  // What was seen before is in the baseline.
  if (program.kind === 'first-seen') return 0;
  // What a finding adds to the one before is known where that one's window is whole too.
  if (program.kind === 'correlation') return 2 * program.spanMs;
  return program.spanMs + waitOf(program) + ABSENCE_OPTIONS.lookBackMs;
}
