/** Offsets from `from` up to but not with `to`. */
export type Span = { readonly from: number; readonly to: number };

/** What is still wanted of one partition while it is read upwards. What is read a second time is not wanted again. */
export class Wanted {
  readonly #spans: readonly Span[];
  #at = 0;
  #seen = -1;

  /** The spans may come in any order and must not overlap. */
  constructor(spans: readonly Span[]) {
    this.#spans = spans.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  }

  /** The first offset that is still wanted; undefined where all is read. */
  get next(): number | undefined {
    const span = this.#spans[this.#at];
    return span === undefined ? undefined : Math.max(span.from, this.#seen + 1);
  }

  /** Whether the record at this offset is wanted. */
  take(offset: number): boolean {
    if (offset <= this.#seen) return false;
    this.pass(offset - 1);
    const isWanted = this.next === offset;
    this.pass(offset);
    return isWanted;
  }

  /** Notes that everything up to and with this offset has been read, if it was there at all. */
  pass(offset: number): void {
    this.#seen = Math.max(this.#seen, offset);
    for (let span = this.#spans[this.#at]; span !== undefined && span.to <= this.#seen + 1; ) {
      this.#at += 1;
      span = this.#spans[this.#at];
    }
  }
}
