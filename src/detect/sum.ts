import { type Bits, union } from './bits.ts';

/** Bounds what is remembered: a text or a list can be made to have what rules name in any order. */
const MAX_SUMS = 4_096;

/** A set to which others are added. Sums are remembered, so that the same sets in the same order give the same object. */
export class Sum {
  readonly bits: Bits;
  readonly #start: Sum;
  readonly #next = new Map<Bits, Sum>();
  /** How many are remembered, counted where they start. */
  #count = 0;

  constructor(bits: Bits, start?: Sum) {
    this.bits = bits;
    this.#start = start ?? this;
  }

  and(others: Bits): Sum {
    return this.#next.get(others) ?? this.#added(others);
  }

  #added(others: Bits): Sum {
    const bits = union(this.bits, others);
    const sum = bits.every((word, i) => word === this.bits[i]) ? this : new Sum(bits, this.#start);
    this.#start.#makeRoom();
    this.#next.set(others, sum);
    return sum;
  }

  #makeRoom(): void {
    this.#count += 1;
    if (this.#count <= MAX_SUMS) return;
    this.#next.clear();
    this.#count = 1;
  }
}
