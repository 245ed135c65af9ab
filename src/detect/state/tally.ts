import type { Blindness } from './evaluator.ts';

type Cause = Pick<Blindness, 'dataset' | 'reason' | 'values'>;

/** More causes are one that names no values. */
const MAX_CAUSES = 1_000;
/** What goes on is told once in this time of the events. */
const TELL_EVERY_MS = 3_600_000;

/** Counts matches that are not judged, by their cause, so that each cause is told at once and then once an hour. */
export class Tally {
  readonly #causes = new Map<string, { cause: Cause; from: number; to: number; notJudged: number; told: number }>();
  total = 0;

  /** The match of this time (ms) is not judged. */
  add(cause: Cause, at: number): void {
    this.total += 1;
    const key = [cause.reason, cause.dataset, ...(cause.values ?? [])].join('\0');
    const isNew = !this.#causes.has(key) && this.#causes.size >= MAX_CAUSES;
    if (isNew) this.#count(`${cause.reason}\0${cause.dataset}`, { dataset: cause.dataset, reason: cause.reason }, at);
    else this.#count(key, cause, at);
  }

  /** Tells what is to be told at this time of the events; all of it where nothing comes any more (Infinity). */
  tell(now: number, tell: (blindness: Omit<Blindness, 'program' | 'cluster'>) => void): void {
    for (const [key, entry] of this.#causes) {
      if (now - entry.told < TELL_EVERY_MS) continue;
      if (entry.notJudged === 0) {
        this.#causes.delete(key);
        continue;
      }
      const { cause, from, to, notJudged } = entry;
      tell({ ...cause, from, to, waiting: 0, judged: 0, notJudged });
      Object.assign(entry, { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY, notJudged: 0, told: now });
    }
  }

  #count(key: string, cause: Cause, at: number): void {
    const known = this.#causes.get(key);
    const entry = known ?? { cause, from: at, to: at, notJudged: 0, told: Number.NEGATIVE_INFINITY };
    if (known === undefined) this.#causes.set(key, entry);
    entry.from = Math.min(entry.from, at);
    entry.to = Math.max(entry.to, at);
    entry.notJudged += 1;
  }
}
