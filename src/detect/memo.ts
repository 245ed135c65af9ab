/** Bounds memory. */
const MOST = 1_024;
/** So many values are not even looked for once they have shown that they do not repeat. */
const REST = 16 * MOST;

/** Remembers what was found for a value as long as values repeat, so that whoever sends a new one each time costs no more for it. */
export class Memo<V> {
  readonly #known = new Map<unknown, V>();
  #repeated = 0;
  #rest = 0;

  get(value: unknown): V | undefined {
    if (this.#rest > 0) return undefined;
    const known = this.#known.get(value);
    if (known !== undefined) this.#repeated += 1;
    return known;
  }

  set(value: unknown, found: V): void {
    if (this.#rest > 0) this.#rest -= 1;
    else if (this.#known.size < MOST) this.#known.set(value, found);
    else this.#startAnew();
  }

  /** Rests where fewer than half of the values had come before. */
  #startAnew(): void {
    if (this.#repeated < MOST) this.#rest = REST;
    this.#known.clear();
    this.#repeated = 0;
  }
}
