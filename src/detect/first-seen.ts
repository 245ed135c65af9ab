import type { Signal } from '../model/signal.ts';
import type { FirstSeenProgram } from '../sigma/program.ts';
import type { Baseline } from './state/baseline.ts';
import type { Clock, Evaluator, EvaluatorCounts, Report } from './state/evaluator.ts';
import { findingOn } from './state/single.ts';
import { Tally } from './state/tally.ts';
import type { Terms } from './state/terms.ts';

/** When nothing was watched for longer, what was known then is known for `remember` from now on. */
export const PAUSE_MS = 86_400_000;
/** While terms are missing that had to go for others, so many an hour are still told; the rest is counted. */
const DOUBTFUL_AN_HOUR = 20;
const HOUR_MS = 3_600_000;

/**
 * Finds matches whose terms the cluster has never shown, or not for the time that is remembered. Nothing is found while the
 * cluster is learnt, at first and again after a pause in which all would have been forgotten.
 */
export const firstSeen = (program: FirstSeenProgram, baseline: Baseline): Evaluator => new FirstSeen(program, baseline);

class FirstSeen implements Evaluator {
  readonly #program: FirstSeenProgram;
  readonly #baseline: Baseline;
  readonly #notJudged = new Tally();
  #terms: Terms | undefined;
  #cluster = '';
  #dataset: Signal['dataset'] = 'json';
  #forgetAt = Number.NEGATIVE_INFINITY;
  #hour = 0;
  #doubtful = 0;

  constructor(program: FirstSeenProgram, baseline: Baseline) {
    this.#program = program;
    this.#baseline = baseline;
  }

  get counts(): EvaluatorCounts {
    const { size = 0, evicted = 0 } = this.#terms ?? {};
    return { held: size, evicted, notJudged: this.#notJudged.total };
  }

  take(signal: Signal, report: Report): void {
    const { fields, learnMs, rememberMs } = this.#program;
    const values = fields.map(field => signal.fields[field]);
    if (!values.every(value => value !== undefined)) return;
    const { at, cluster, dataset } = signal;
    this.#cluster = cluster;
    this.#dataset = dataset;
    this.#terms ??= this.#baseline.of(this.#program.rule.id, cluster, this.#program.looksFor);
    const terms = this.#terms;
    const { since, resumed } = this.#watch(terms, at);
    const known = terms.get(values);
    const isForgotten = known !== undefined && at - Math.max(known.lastSeen, resumed) > rememberMs;
    // When signals are read once more after a restart, the first one is still the first.
    const isNew = known === undefined || isForgotten || at <= known.firstSeen;
    const mayHaveGone = at - terms.evictedUpTo <= rememberMs;
    terms.see(values, at, isForgotten);
    if (!isNew || at - since < learnMs) return;
    if (mayHaveGone && this.#isEnough(at)) this.#notJudged.add({ dataset, reason: 'full' }, at);
    else report.found(findingOn(this.#program, signal));
  }

  advance({ now, sight }: Clock, report: Report): void {
    const terms = this.#terms;
    if (terms === undefined) return;
    const moment = Math.min(now, sight(this.#cluster, this.#dataset));
    if (Number.isFinite(moment)) {
      this.#watch(terms, moment);
      this.#forget(terms, moment);
    }
    this.#notJudged.tell(now, blindness =>
      report.blind({ program: this.#program, cluster: this.#cluster, ...blindness }),
    );
  }

  #watch(terms: Terms, moment: number): { readonly since: number; readonly resumed: number } {
    const pause = moment - (terms.watched?.until ?? moment);
    if (pause > PAUSE_MS) terms.resume(moment, pause > this.#program.rememberMs);
    else terms.watch(moment);
    return terms.watched ?? { since: moment, resumed: moment };
  }

  #forget(terms: Terms, moment: number): void {
    const { rememberMs } = this.#program;
    if (moment < this.#forgetAt || moment - (terms.watched?.resumed ?? moment) <= rememberMs) return;
    this.#forgetAt = moment + HOUR_MS;
    terms.forget(moment - rememberMs);
  }

  /** Whether enough of those terms were told in this hour that may have been seen, and had to go. */
  #isEnough(at: number): boolean {
    const hour = Math.floor(at / HOUR_MS);
    if (hour !== this.#hour) this.#doubtful = 0;
    this.#hour = hour;
    this.#doubtful += 1;
    return this.#doubtful > DOUBTFUL_AN_HOUR;
  }
}
