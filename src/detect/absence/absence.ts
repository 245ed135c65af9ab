import type { Signal } from '../../model/signal.ts';
import type { AbsenceProgram } from '../../sigma/program.ts';
import { datasetOf } from '../logsource.ts';
import type { Baseline } from '../state/baseline.ts';
import type {
  Blindness,
  BlindReason,
  Clock,
  Evaluator,
  EvaluatorCounts,
  Limits,
  Loss,
  Report,
} from '../state/evaluator.ts';
import { findingOn } from '../state/single.ts';
import { Tally } from '../state/tally.ts';
import { assign } from './assignment.ts';
import { Coverage } from './coverage.ts';
import { Explanations, release } from './explanations.ts';
import { Losses } from './losses.ts';
import { Pairing } from './pairing.ts';
import { Silence } from './silence.ts';
import { type Waiting, WaitingRoom } from './waiting.ts';

/** Times in milliseconds. */
export type AbsenceOptions = {
  /** A stream of explanations that lags so far behind the clock is blind. */
  readonly blindAfterMs: number;
  /** How long explanations are kept for a match that took long, or comes late. */
  readonly lookBackMs: number;
  /** How long a match waits for the first explanation of its values, where the program is judged only where one was seen. */
  readonly coverageMs: number;
};

export const ABSENCE_OPTIONS: AbsenceOptions = { blindAfterMs: 120_000, lookBackMs: 900_000, coverageMs: 600_000 };

/**
 * Finds matches of one rule that no match of others explains. A match is judged once the clock and the streams of its
 * explanations have passed the time in which one may still be logged; until then it waits. What it cannot know, since
 * records are missing, the audit policy leaves them out, or more happened than `limits` let it hold, it counts as not judged.
 */
export const absence = (
  program: AbsenceProgram,
  limits: Limits,
  baseline: Baseline,
  options: AbsenceOptions = ABSENCE_OPTIONS,
): Evaluator => new Absence(program, limits, baseline, options);

class Absence implements Evaluator {
  readonly #program: AbsenceProgram;
  readonly #limits: Limits;
  readonly #baseline: Baseline;
  readonly #options: AbsenceOptions;
  /** Explanations of all matches in their window, and those of one match each. */
  readonly #exact: Explanations;
  readonly #once: Explanations;
  readonly #pairing: Pairing;
  readonly #waiting: WaitingRoom;
  readonly #losses = new Losses();
  readonly #silences: readonly Silence[];
  readonly #tally = new Tally();
  /** How long before a match an explanation may end, and how long after it one may begin. */
  readonly #beforeMs: number;
  readonly #afterMs: number;
  #coverage: Coverage | undefined;
  #cluster: string | undefined;
  /** When the first match began: since then a stream that never spoke is missed. */
  #first = Number.POSITIVE_INFINITY;
  #now = Number.NEGATIVE_INFINITY;
  /** Since when explanations are recorded. */
  #begins = Number.NEGATIVE_INFINITY;
  #evicted = 0;
  #notJudged = 0;

  constructor(program: AbsenceProgram, limits: Limits, baseline: Baseline, options: AbsenceOptions) {
    const { explanations } = program;
    this.#program = program;
    this.#limits = limits;
    this.#baseline = baseline;
    this.#options = options;
    const exact = explanations.filter(({ once }) => !once);
    const single = explanations.filter(({ once }) => once);
    this.#exact = new Explanations(exact);
    this.#once = new Explanations(single);
    this.#pairing = new Pairing(single, this.#once, limits.signals + limits.groups);
    this.#waiting = new WaitingRoom(exact);
    this.#silences = datasetsOf(program).map(dataset => new Silence(dataset, options.blindAfterMs));
    this.#beforeMs = Math.max(0, ...explanations.map(({ beforeMs }) => beforeMs));
    this.#afterMs = Math.max(0, ...explanations.map(({ afterMs }) => afterMs));
  }

  get counts(): EvaluatorCounts {
    return {
      held: this.#exact.size + this.#once.size + this.#waiting.size + (this.#coverage?.size ?? 0),
      evicted: this.#evicted,
      notJudged: this.#notJudged,
    };
  }

  take(signal: Signal): void {
    if (this.#cluster === undefined) this.#begin(signal.cluster);
    if (signal.input === this.#program.subject) this.#expect(signal);
    else this.#explain(signal);
  }

  advance(clock: Clock, report: Report): void {
    const cluster = this.#cluster;
    if (cluster === undefined) return;
    const { now } = clock;
    this.#now = Math.max(this.#now, now);
    const sights = this.#silences.map(({ dataset }) => clock.sight(cluster, dataset));
    const passed = Math.min(now, ...sights);
    const tell = (blindness: Omit<Blindness, 'program' | 'cluster'>) =>
      report.blind({ program: this.#program, cluster, ...blindness });
    // Where nothing comes any more, nobody waits for what may still be logged.
    this.#judgeUpTo(now === Number.POSITIVE_INFINITY ? passed + this.#program.waitMs : passed, report);
    this.#cover(passed, report);
    if (now === Number.POSITIVE_INFINITY) this.#end(tell);
    this.#silences.forEach((silence, at) => {
      const sight = sights[at] ?? now;
      silence.look(now, sight === Number.NEGATIVE_INFINITY ? this.#first : sight, this.#waiting.size, tell);
    });
    this.#expire();
    this.#tally.tell(now, tell);
  }

  lose({ dataset, from, to }: Loss): void {
    if (!this.#silences.some(silence => silence.dataset === dataset)) return;
    // Nobody knows what was before the first record; what began after it is judged all the same, or no log ever were.
    if (from === Number.NEGATIVE_INFINITY) this.#begins = Math.max(this.#begins, to);
    else this.#losses.add({ from, to });
  }

  #begin(cluster: string): void {
    const { rule, sight } = this.#program;
    this.#cluster = cluster;
    if (sight === undefined) return;
    this.#coverage = new Coverage(sight, this.#baseline.of(rule.id, cluster), this.#options.coverageMs);
  }

  #expect(signal: Signal): void {
    const { from, to, fields } = signal;
    const deadline = to + this.#afterMs + this.#program.waitMs;
    const wanted = { from, to, deadline, fields, window: undefined, isInside: false };
    this.#first = Math.min(this.#first, from);
    if (this.#exact.explains(wanted)) return;
    const waiting = { signal, wanted, isLate: from < this.#exact.missingBefore, hasLeft: false };
    this.#waiting.add(waiting);
    this.#pairing.add({ signal, waiting });
    if (this.#waiting.size + (this.#coverage?.size ?? 0) > this.#limits.groups) this.#giveUpOldest();
  }

  #explain(signal: Signal): void {
    this.#coverage?.learn(signal);
    for (const waiting of this.#waiting.explainedBy(signal)) {
      this.#dismiss(waiting);
      release(waiting.wanted);
      if (waiting.wanted.deadline < this.#now) this.#count(true);
    }
    this.#exact.add(signal);
    const windows = this.#once.add(signal);
    if (windows.length > 0) this.#pairing.add({ signal, windows });
    while (this.#exact.size + this.#once.size > this.#limits.signals) {
      this.#evicted += 1;
      (this.#exact.size > this.#once.size ? this.#exact : this.#once).evict();
    }
  }

  #judgeUpTo(moment: number, report: Report): void {
    for (
      let { first } = this.#waiting;
      first !== undefined && first.wanted.deadline < moment;
      { first } = this.#waiting
    ) {
      this.#pairing.upTo(first.wanted.deadline);
      this.#dismiss(first);
      this.#judge(first, report);
    }
    this.#pairing.upTo(moment - 1);
  }

  #dismiss(waiting: Waiting): void {
    this.#waiting.remove(waiting);
    this.#pairing.leave(waiting);
  }

  #judge(waiting: Waiting, report: Report): void {
    const { wanted } = waiting;
    const { from, deadline } = wanted;
    if (wanted.window !== undefined || assign(wanted, this.#once)) this.#count(true);
    else if (waiting.isLate || from < this.#once.missingBefore) this.#leave(waiting, 'full');
    else if (from < this.#begins || this.#losses.meet(from - this.#beforeMs, deadline)) this.#leave(waiting, 'lost');
    else {
      const values = this.#coverage?.valuesOf(waiting) ?? [];
      if (this.#coverage?.covers(values, waiting) === false) this.#coverage.park(values, waiting);
      else this.#find(waiting, report);
    }
  }

  #cover(passed: number, report: Report): void {
    const coverage = this.#coverage;
    if (coverage === undefined) return;
    for (const waiting of coverage.covered()) this.#find(waiting, report);
    for (let over = coverage.over(passed); over !== undefined; over = coverage.over(passed)) {
      this.#leave(over, 'uncovered');
    }
  }

  #find({ signal }: Waiting, report: Report): void {
    this.#count(true);
    report.found(findingOn(this.#program, signal));
  }

  /** Nothing comes any more. */
  #end(tell: (blindness: Omit<Blindness, 'program' | 'cluster'>) => void): void {
    for (let { first } = this.#waiting; first !== undefined; { first } = this.#waiting) {
      this.#dismiss(first);
      this.#leave(first, 'silent');
    }
    for (let first = this.#coverage?.oldest(); first !== undefined; first = this.#coverage?.oldest()) {
      this.#leave(first, 'uncovered');
    }
    for (const silence of this.#silences) silence.end(undefined, tell);
  }

  #giveUpOldest(): void {
    const parked = this.#coverage?.oldest();
    if (parked !== undefined) {
      this.#leave(parked, 'uncovered');
      return;
    }
    const { first } = this.#waiting;
    if (first === undefined) return;
    this.#dismiss(first);
    release(first.wanted);
    this.#evicted += 1;
    this.#leave(first, 'full');
  }

  /** The match is not judged. What of it lies in a blindness is told when that ends. */
  #leave(waiting: Waiting, reason: BlindReason): void {
    this.#notJudged += 1;
    const isToldLater = reason !== 'uncovered' && this.#silences.some(({ isBlind }) => isBlind);
    if (isToldLater) {
      this.#count(false);
      return;
    }
    const dataset = this.#silences[0]?.dataset ?? 'json';
    const values = reason === 'uncovered' ? { values: this.#coverage?.valuesOf(waiting) ?? [] } : {};
    this.#tally.add({ dataset, reason, ...values }, waiting.signal.at);
  }

  #count(isJudged: boolean): void {
    for (const silence of this.#silences) if (silence.isBlind) silence.count(isJudged);
  }

  /** Lets go of what no match can want any more: one that waits may have begun so long ago as one that is still to come. */
  #expire(): void {
    const { lookBackMs } = this.#options;
    const moment = this.#now - lookBackMs;
    const oldest = Math.min(moment, (this.#waiting.first?.wanted.to ?? Number.POSITIVE_INFINITY) - lookBackMs);
    this.#exact.expire(moment);
    this.#once.expire(oldest);
    this.#losses.expire(oldest - this.#beforeMs);
  }
}

/** The data sets that explanations are of. */
export function datasetsOf({ explanations, inputs }: AbsenceProgram): readonly Signal['dataset'][] {
  const ids = new Set(explanations.map(({ input }) => input));
  const rules = inputs.filter(({ compiled }) => ids.has(compiled.rule.id)).map(({ compiled }) => compiled.rule);
  return [...new Set(rules.map(rule => datasetOf(rule) ?? 'json'))];
}
