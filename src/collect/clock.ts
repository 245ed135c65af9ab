/** At `at`, in milliseconds since 1970, etcd was asked where it stands, and answered with this revision. */
type Mark = { readonly at: number; readonly revision: number };

/** Marks that are kept while the watch lags behind; beyond, every second one is let go, and intervals become wider. */
const MAX_MARKS = 1_000;

/**
 * When revisions came, which etcd does not say. A read that reaches agreement tells the revision of all that was written
 * before it was asked: what has a higher one came later.
 */
export class Clock {
  #marks: Mark[] = [];
  #told = Number.NEGATIVE_INFINITY;

  /** Takes the answer to a read; `at` is when it was asked. */
  mark(at: number, revision: number): void {
    this.#marks.push({ at, revision });
    if (this.#marks.length > MAX_MARKS) this.#marks = this.#marks.filter((_, i) => i % 2 === 0);
  }

  /** The latest time that is known to lie before the revision; undefined where none is. */
  before(revision: number): number | undefined {
    return this.#marks.findLast(mark => mark.revision < revision)?.at;
  }

  /** Everything up to the revision is there: up to when that is everything, if this is news. */
  reach(revision: number): number | undefined {
    const last = this.#marks.findLastIndex(mark => mark.revision <= revision);
    const mark = this.#marks[last];
    if (mark === undefined) return undefined;
    this.#marks = this.#marks.slice(last);
    if (mark.at <= this.#told) return undefined;
    this.#told = mark.at;
    return mark.at;
  }
}
