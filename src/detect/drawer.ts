import type { Requirement } from '../sigma/compile.ts';
import { lowered } from '../sigma/lowered.ts';
import { type Bits, bitsIn, everyBitIn, keep, meetsSome, union, unite, without, wordsOf } from './bits.ts';
import { type Literal, LiteralScan } from './literals.ts';
import { MANY, type Places } from './places.ts';

/** A requirement of one field, and the number of the way that has it. */
export type Filed = { readonly requirement: Requirement; readonly way: number };

/** Lists in lists are read no deeper, and then nothing is left out. */
const MAX_NESTING = 64;

/** Which ways the value of one field leaves open. Reading it allocates nothing. */
export class Drawer {
  readonly #path: readonly string[];
  readonly #place: number;
  /** The words in which the ways that ask for this field lie; all that follow are of these. */
  readonly #words: Int32Array;
  readonly #asking: Bits;
  readonly #askingForText: Bits;
  readonly #absent: Bits;
  /** Left open by a text that is none of `values`. */
  readonly #otherText: Bits;
  /** Left open by an object, a list or null. */
  readonly #noText: Bits;
  readonly #askingForNone: Bits;
  readonly #values: ReadonlyMap<string, Bits>;
  /** No longer text is among the values: lowering shortens none. */
  readonly #longest: number;
  readonly #scan: LiteralScan | undefined;
  readonly #withoutText: Bits;
  readonly #byValue: Bits;
  readonly #byText: Bits;

  constructor(path: readonly string[], place: number, filed: readonly Filed[]) {
    const values = requirementsOf('value', filed);
    const texts = requirementsOf('text', filed);
    const words = wordsOf(filed.map(({ way }) => way));
    const literals = [...waysByText(texts)].map(([text, ways]): Literal => ({ text, found: bitsIn(words, ways) }));
    this.#scan = LiteralScan.of(literals);
    this.#path = path;
    this.#place = place;
    this.#words = words;
    this.#asking = bitsIn(
      words,
      filed.map(({ way }) => way),
    );
    this.#askingForText = this.#scan === undefined ? bitsIn(words, []) : bitsIn(words, texts.keys());
    this.#askingForNone = bitsIn(words, waysOfKind('absence', filed));
    this.#absent = without(everyBitIn(words), without(this.#asking, this.#askingForNone));
    this.#noText = without(everyBitIn(words), bitsIn(words, values.keys()));
    this.#otherText = without(this.#noText, this.#askingForNone);
    this.#values = masksOf(waysByText(values), words, this.#otherText);
    this.#longest = [...this.#values.keys()].reduce((longest, { length }) => Math.max(longest, length), 0);
    this.#withoutText = without(everyBitIn(words), this.#askingForText);
    this.#byValue = bitsIn(words, []);
    this.#byText = bitsIn(words, []);
  }

  /**
   * Takes from `open` the ways that the document's value refuses. What it takes it may also leave, since open rules are
   * evaluated all the same: one way alone is cheaper to evaluate than to ask for.
   */
  narrow(open: Bits, places: Places): void {
    if (!meetsSome(open, this.#words, this.#asking)) return;
    const value = places.at(this.#place);
    if (value === undefined) keep(open, this.#words, this.#absent);
    else if (value === MANY) this.#narrowByMany(open, places.document, 0);
    else if (Array.isArray(value)) this.#narrowByMany(open, value, this.#path.length);
    else this.#narrowByOne(open, textOf(value));
  }

  #narrowByOne(open: Bits, text: string | undefined): void {
    keep(open, this.#words, this.#bitsOf(text));
    if (this.#scan === undefined || !meetsSome(open, this.#words, this.#askingForText)) return;
    this.#byText.set(this.#withoutText);
    if (text !== undefined) this.#scan.collect(text, this.#byText);
    keep(open, this.#words, this.#byText);
  }

  /** One element is enough for each requirement. */
  #narrowByMany(open: Bits, value: object, at: number): void {
    // An element may be without the field.
    this.#byValue.set(this.#askingForNone);
    this.#byText.set(this.#withoutText);
    const found = this.#collect(value, at, 0);
    keep(open, this.#words, found ? this.#byValue : this.#absent);
    if (found && this.#scan !== undefined) keep(open, this.#words, this.#byText);
  }

  /** Whether there is a value at all; an empty list that the path ends at is one. */
  #collect(value: unknown, at: number, depth: number): boolean {
    if (Array.isArray(value)) return this.#collectList(value, at, depth);
    if (at === this.#path.length) {
      if (value === undefined) return false;
      this.#add(textOf(value));
      return true;
    }
    if (typeof value !== 'object' || value === null) return false;
    return this.#collect((value as Readonly<Record<string, unknown>>)[this.#path[at] ?? ''], at + 1, depth);
  }

  #collectList(list: readonly unknown[], at: number, depth: number): boolean {
    if (depth > MAX_NESTING) {
      this.#byValue.fill(-1);
      this.#byText.fill(-1);
      return true;
    }
    let found = at === this.#path.length;
    if (found) this.#add(undefined);
    for (const element of list) found = this.#collect(element, at, depth + 1) || found;
    return found;
  }

  #add(text: string | undefined): void {
    unite(this.#byValue, this.#bitsOf(text));
    if (text !== undefined) this.#scan?.collect(text, this.#byText);
  }

  #bitsOf(text: string | undefined): Bits {
    if (text === undefined) return this.#noText;
    if (text.length > this.#longest) return this.#otherText;
    return this.#values.get(lowered(text)) ?? this.#otherText;
  }
}

/** As rules compare it: numbers and truth values by their text, nothing else. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

const waysOfKind = (kind: Requirement['kind'], filed: readonly Filed[]): readonly number[] =>
  filed.flatMap(({ requirement, way }) => (requirement.kind === kind ? [way] : []));

/** The texts that each way asks for. Of two requirements of one way the first counts: elements of a list may share them. */
function requirementsOf(kind: 'value' | 'text', filed: readonly Filed[]): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, readonly string[]>();
  for (const { requirement, way } of filed) {
    if (requirement.kind === kind && 'texts' in requirement && !found.has(way)) found.set(way, requirement.texts);
  }
  return found;
}

function waysByText(requirements: ReadonlyMap<number, readonly string[]>): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const [way, texts] of requirements) {
    for (const text of new Set(texts)) {
      const ways = found.get(text);
      if (ways === undefined) found.set(text, [way]);
      else ways.push(way);
    }
  }
  return found;
}

/** Texts that leave the same ways open share their bits, so that a long list takes little more than its texts. */
function masksOf(
  waysOf: ReadonlyMap<string, readonly number[]>,
  words: Int32Array,
  other: Bits,
): ReadonlyMap<string, Bits> {
  const shared = new Map<string, Bits>();
  return new Map(
    [...waysOf].map(([text, ways]) => {
      const key = ways.join();
      const bits = shared.get(key) ?? union(other, bitsIn(words, ways));
      shared.set(key, bits);
      return [text, bits];
    }),
  );
}
