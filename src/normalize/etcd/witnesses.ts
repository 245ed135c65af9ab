/** A line that names the client of some request, or says that it has none; `at` in microseconds since 1970. */
export type Witness = { readonly at: number; readonly name: string | undefined; readonly key: string };

const MAX_WITNESSES = 200;

/** The latest witnesses of one log. It knows from when on it has all of them, so that a missing one is never taken for none. */
export class Witnesses {
  #lines: Witness[] = [];
  #since = Number.POSITIVE_INFINITY;

  add(witness: Witness): void {
    this.#lines.push(witness);
    const oldest = this.#lines.length > MAX_WITNESSES ? this.#lines.shift() : undefined;
    if (oldest !== undefined) this.#since = Math.max(this.#since, oldest.at + 1);
  }

  /** Forgets all; whatever was before `since` is not known. */
  restart(since: number): void {
    this.#lines = [];
    this.#since = since;
  }

  /** The witnesses from `start` on that have this key and were not taken; undefined where some of that time are not known. */
  from(start: number, key: string): readonly Witness[] | undefined {
    if (start < this.#since) return undefined;
    return this.#lines.filter(line => line.at >= start && line.key === key);
  }

  /** The name that all of these agree on, and the first of them is used up: a line is of one request. */
  take(witnesses: readonly Witness[]): string | undefined {
    const [first] = witnesses;
    if (first === undefined || witnesses.some(({ name }) => name !== first.name)) return undefined;
    this.#lines.splice(this.#lines.indexOf(first), 1);
    return first.name;
  }
}
