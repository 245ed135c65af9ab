/** Stands for what lies below a list: it has more than one value. */
export const MANY = Symbol('many');

/** Paths of a document, so laid out that each is read once at most, and only when it is asked for; so is what they share. */
export class Places {
  readonly #parents: number[] = [];
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #found: unknown[] = [];
  /** For which document each value was found, by the number of the document. */
  readonly #readFor: number[] = [];
  /** The one that is read. */
  document: object = {};
  #documents = 0;

  /** The number by which a path's value is asked for. */
  add(path: readonly string[]): number {
    const key = path.join('\0');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const parent = path.length > 1 ? this.add(path.slice(0, -1)) : -1;
    const number = this.#parents.push(parent) - 1;
    this.#names.push(path.at(-1) ?? '');
    this.#found.push(undefined);
    this.#readFor.push(0);
    this.#numbers.set(key, number);
    return number;
  }

  /** Turns to another document. */
  turnTo(document: object): void {
    this.document = document;
    this.#documents += 1;
  }

  /** The document's value at the path of that number; undefined where there is none. Allocates nothing. */
  at(number: number): unknown {
    if (this.#readFor[number] === this.#documents) return this.#found[number];
    const parent = this.#parents[number] ?? -1;
    const value = below(parent < 0 ? this.document : this.at(parent), this.#names[number] ?? '');
    this.#found[number] = value;
    this.#readFor[number] = this.#documents;
    return value;
  }
}

function below(parent: unknown, name: string): unknown {
  if (parent === undefined || parent === MANY) return parent;
  if (typeof parent !== 'object' || parent === null) return undefined;
  return Array.isArray(parent) ? MANY : (parent as Readonly<Record<string, unknown>>)[name];
}
