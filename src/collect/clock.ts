/** At `at`, in milliseconds since 1970, etcd was asked where it stands, and answered with this revision. */
type Mark = { readonly at: number; readonly revision: number };

/** Marks that are kept while the watch lags behind; beyond, they are kept wider apart, and so are the times that they give. */
const MAX_MARKS = 1_000;

/**
 * When revisions came, which etcd does not say. A read that reaches agreement tells the revision of all that was written
 * before it was asked: what has a higher one came later.
 */
export class Clock {
  #marks: Mark[] = [];
  /** Milliseconds between two marks. */
  #spacing = 0;
  #told: number;

  /** `told`: up to when all is told, where that is known. */
  constructor(told = Number.NEGATIVE_INFINITY) {
    this.#told = told;
  }

  /** Takes the answer to a read; `at` is when it was asked. */
  mark(at: number, revision: number): void {
    const before = this.#marks.at(-2);
    // The last one always stays, so that what comes now has its time.
    if (before !== undefined && at - before.at < this.#spacing) this.#marks.pop();
    this.#marks.push({ at, revision });
    if (this.#marks.length <= MAX_MARKS) return;
    this.#marks = this.#marks.filter((_, i) => i % 2 === 0);
    this.#spacing = (at - (this.#marks[0]?.at ?? at)) / this.#marks.length;
  }

  /** The latest time that is known to lie before the revision; undefined where none is. */
  before(revision: number): number | undefined {
    return this.#marks.findLast(mark => mark.revision < revision)?.at;
  }

  /** All up to the revision is there: until when that is everything, if this is news. */
  reach(revision: number): number | undefined {
    const last = this.#marks.findLastIndex(mark => mark.revision <= revision);
    const mark = this.#marks[last];
    if (mark === undefined) return undefined;
    this.#marks = this.#marks.slice(last);
    if (this.#marks.length === 1) this.#spacing = 0;
    if (mark.at <= this.#told) return undefined;
    this.#told = mark.at;
    return mark.at;
  }
}
