/** A line that names the client of some request, or says that it has none; `at` in microseconds since 1970. */
export type Witness = { readonly at: number; readonly name: string | undefined; readonly key: string };

type Kept = Witness & { used: boolean };

const MAX_WITNESSES = 200;

/** The latest witnesses of one log. It knows from when on it has all of them, so that a missing one is not taken for none. */
export class Witnesses {
  #lines: Kept[] = [];
  #since = Number.POSITIVE_INFINITY;

  add(witness: Witness): void {
    this.#lines.push({ ...witness, used: false });
    const oldest = this.#lines.length > MAX_WITNESSES ? this.#lines.shift() : undefined;
    if (oldest !== undefined) this.#since = Math.max(this.#since, oldest.at + 1);
  }

  /** Forgets all: those before `since` may be of another log or time. */
  forget(since: number): void {
    this.#lines = [];
    this.#since = since;
  }

  /** Some before `since` are missing. */
  miss(since: number): void {
    this.#since = Math.max(this.#since, since);
  }

  /** Whether it has all from `start` on. */
  knows(start: number): boolean {
    return start >= this.#since;
  }

  /** The witnesses from `start` on that have this key; the line of a request is always among them, if it left one. */
  from(start: number, key: string): readonly Kept[] {
    return this.#lines.filter(line => line.at >= start && line.key === key);
  }
}

/**
 * The name that all of these agree on, where one is left that no other request has used. Used ones count as well: whoever
 * used one may have been wrong, and so a request that left a line gets its own name or none.
 */
export function agreedName(witnesses: readonly Kept[]): string | undefined {
  const free = witnesses.find(({ used }) => !used);
  if (free === undefined || witnesses.some(({ name }) => name !== free.name)) return undefined;
  free.used = true;
  return free.name;
}
