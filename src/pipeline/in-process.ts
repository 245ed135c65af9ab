import { ABSENCE_OPTIONS, datasetsOf } from '../detect/absence/absence.ts';
import { evaluatorOf } from '../detect/evaluators.ts';
import { Signals } from '../detect/signals.ts';
import { Baseline } from '../detect/state/baseline.ts';
import type { Clock, Finding, Loss } from '../detect/state/evaluator.ts';
import { StageTwo } from '../detect/state/stage-two.ts';
import type { BaselineRow } from '../model/baseline.ts';
import type { Subject } from '../model/event.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { AbsenceProgram, Program } from '../sigma/program.ts';
import type { JudgeState } from './judges.ts';
import { Blindnesses } from './not-judged.ts';

/** Signals that wait for the clock, and that are remembered so that none counts twice. */
const WAITING = 100_000;
const REMEMBERED = 200_000;
/** What one program may hold. */
const LIMITS = { signals: 500_000, groups: 100_000 };

/** Evaluates programs in the process that reads the events, by the time of these. */
export class InProcess {
  readonly #programs: readonly Program[];
  readonly #signals: Signals;
  readonly #stageTwo: StageTwo;
  readonly #blindnesses = new Blindnesses();

  /** `known`: what was seen before. */
  constructor(programs: readonly Program[], found: (finding: Finding) => void, known: readonly BaselineRow[] = []) {
    const baseline = new Baseline(LIMITS.groups);
    for (const row of known) baseline.put(row);
    const evaluator = (program: Program) => evaluatorOf(program, LIMITS, baseline);
    this.#programs = programs;
    this.#signals = new Signals(programs);
    this.#stageTwo = new StageTwo(
      programs,
      { evaluatorOf: evaluator, waiting: WAITING, remembered: REMEMBERED },
      { found, blind: blindness => this.#blindnesses.add(blindness) },
    );
  }

  take(match: CompiledRule, subject: Subject): void {
    for (const signal of this.#signals.of(match, subject)) this.#stageTwo.take(signal);
  }

  lose(cluster: string, loss: Loss): void {
    this.#stageTwo.lose(cluster, loss);
  }

  advance(clock: Clock): void {
    for (const cluster of this.#stageTwo.clusters) this.#stageTwo.advance(cluster, clock);
  }

  /** No absence is found any more of what happened before this moment, in milliseconds since 1970. */
  judgedUpTo(clock: Clock): number {
    const absences = this.#programs.filter(program => program.kind === 'absence');
    if (absences.length === 0 || clock.now === Number.POSITIVE_INFINITY) return clock.now;
    const datasets = new Set(absences.flatMap(datasetsOf));
    const sights = this.#stageTwo.clusters.flatMap(cluster => [...datasets].map(one => clock.sight(cluster, one)));
    return Math.min(clock.now, ...sights) - Math.max(...absences.map(waitOf));
  }

  get state(): JudgeState {
    const evaluators = [...this.#stageTwo.evaluators().values()].flat();
    return {
      notJudged: this.#blindnesses.found,
      hurried: this.#stageTwo.counts.hurried,
      evicted: evaluators.reduce((sum, { counts }) => sum + counts.evicted, 0),
    };
  }
}

const waitOf = ({ waitMs, explanations }: AbsenceProgram): number =>
  waitMs + Math.max(0, ...explanations.map(({ afterMs }) => afterMs)) + ABSENCE_OPTIONS.coverageMs;
