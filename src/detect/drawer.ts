import { type Bits, bitsIn, wordsOf } from './bits.ts';
import { Memo } from './memo.ts';
import { MANY, type Places } from './places.ts';
import { type Filed, type Kind, READINGS, type Reading } from './readings.ts';
import type { Sum } from './sum.ts';

/** Lists in lists are read no deeper, and then nothing is left out. */
const MAX_NESTING = 64;
/** In characters; a longer text is not kept only to know it again. */
const LONG = 256;

const TOO_DEEP = Symbol('too deep');

/** Undefined where there is no value yet. */
type Found = Sum | undefined | typeof TOO_DEEP;

/** Which ways the value of one field leaves open, of those that ask one kind of question of it. */
export class Drawer {
  /** The words in which the ways that ask lie; the sets here are of these. */
  readonly words: Int32Array;
  readonly asking: Bits;
  readonly #path: readonly string[];
  readonly #place: number;
  readonly #reading: Reading;
  readonly #memo = new Memo<Bits>();

  constructor(kind: Kind, path: readonly string[], place: number, filed: readonly Filed[]) {
    const ways = filed.map(({ way }) => way);
    this.words = wordsOf(ways);
    this.asking = bitsIn(this.words, ways);
    this.#path = path;
    this.#place = place;
    this.#reading = READINGS[kind](filed, this.words, this.asking);
  }

  /** What the document's value leaves open: the same object for the same value, as long as it is remembered. */
  left(places: Places): Bits {
    const value = places.at(this.#place);
    if (value === undefined) return this.#reading.absent;
    if (value === MANY) return this.#leftByMany(places.document, 0);
    if (Array.isArray(value)) return this.#leftByMany(value, this.#path.length);
    // No document is kept from being forgotten.
    if (typeof value === 'object' || typeof value === 'function') return this.#reading.one(value);
    if (typeof value === 'string' && value.length > LONG) return this.#reading.one(value);
    return this.#memo.get(value) ?? this.#remembered(value);
  }

  #remembered(value: unknown): Bits {
    const bits = this.#reading.one(value);
    this.#memo.set(value, bits);
    return bits;
  }

  /** One element is enough for each requirement. */
  #leftByMany(value: object, at: number): Bits {
    const sum = this.#collect(value, at, 0, undefined);
    if (sum === undefined) return this.#reading.absent;
    return sum === TOO_DEEP ? this.#reading.every : sum.bits;
  }

  #collect(value: unknown, at: number, depth: number, sum: Found): Found {
    if (sum === TOO_DEEP) return sum;
    if (Array.isArray(value)) return this.#collectList(value, at, depth, sum);
    if (at === this.#path.length) {
      return value === undefined ? sum : this.#reading.add(sum ?? this.#reading.nothing, value);
    }
    if (typeof value !== 'object' || value === null) return sum;
    return this.#collect((value as Readonly<Record<string, unknown>>)[this.#path[at] ?? ''], at + 1, depth, sum);
  }

  /** An empty list that the path ends at is a value. */
  #collectList(list: readonly unknown[], at: number, depth: number, before: Sum | undefined): Found {
    if (depth > MAX_NESTING) return TOO_DEEP;
    let sum: Found = at === this.#path.length ? this.#reading.add(before ?? this.#reading.nothing, null) : before;
    for (const element of list) sum = this.#collect(element, at, depth + 1, sum);
    return sum;
  }
}
