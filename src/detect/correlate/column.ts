const FIRST_SIZE = 64;

const KINDS = { number: Float64Array, whole: Int32Array, small: Uint8Array } as const;

/** A number for each slot, without an object for it: at ten million slots that is the difference between megabytes and gigabytes. */
export class Column {
  #numbers: Float64Array | Int32Array | Uint8Array;
  readonly #kind: keyof typeof KINDS;

  constructor(kind: keyof typeof KINDS) {
    this.#kind = kind;
    this.#numbers = new KINDS[kind](FIRST_SIZE);
  }

  get(slot: number): number {
    return this.#numbers[slot] as number;
  }

  set(slot: number, value: number): void {
    if (slot >= this.#numbers.length) this.#growTo(slot + 1);
    this.#numbers[slot] = value;
  }

  #growTo(size: number): void {
    const grown = new KINDS[this.#kind](Math.max(size, this.#numbers.length * 2));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
