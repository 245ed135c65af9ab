import type { Dataset } from '../../model/event.ts';
import type { Blindness } from '../state/evaluator.ts';

type Told = Omit<Blindness, 'program' | 'cluster'>;

/** Sight has to come back to this part of the lag that makes it blind, so that a lag at the edge does not flicker. */
const RETURN_PART = 0.5;

/** How far one data set lags behind the clock: when it is blind, and when it sees again. */
export class Silence {
  readonly dataset: Dataset | 'json';
  readonly #afterMs: number;
  #since: number | undefined;
  #judged = 0;
  #notJudged = 0;

  constructor(dataset: Dataset | 'json', afterMs: number) {
    this.dataset = dataset;
    this.#afterMs = afterMs;
  }

  get isBlind(): boolean {
    return this.#since !== undefined;
  }

  /** A match that waited for sight was judged after all, or given up. */
  count(isJudged: boolean): void {
    if (isJudged) this.#judged += 1;
    else this.#notJudged += 1;
  }

  /** Looks at a moment of the clock up to which all was told at `sight`; tells what has changed. */
  look(now: number, sight: number, waiting: number, tell: (told: Told) => void): void {
    const lag = now === sight ? 0 : now - sight;
    if (this.#since === undefined) {
      if (lag > this.#afterMs && Number.isFinite(now)) this.#begin(sight, waiting, tell);
    } else if (lag <= this.#afterMs * RETURN_PART) this.end(sight, tell);
  }

  /** It sees again from `sight` on; undefined where nothing comes any more. */
  end(sight: number | undefined, tell: (told: Told) => void): void {
    if (this.#since === undefined) return;
    tell({ ...this.#told(this.#since), to: sight, waiting: 0 });
    this.#since = undefined;
  }

  #begin(sight: number, waiting: number, tell: (told: Told) => void): void {
    this.#since = sight;
    this.#judged = 0;
    this.#notJudged = 0;
    tell({ ...this.#told(sight), to: undefined, waiting });
  }

  #told(from: number) {
    const { dataset } = this;
    return { dataset, reason: 'silent', from, judged: this.#judged, notJudged: this.#notJudged } as const;
  }
}
