import type { Requirement } from '../sigma/compile.ts';
import { lowered } from '../sigma/lowered.ts';
import { everyOf } from '../sigma/tests.ts';
import { type Bits, bitsIn, everyBitIn, union, without } from './bits.ts';
import { type Literal, LiteralScan } from './literals.ts';
import { Sum } from './sum.ts';

/** A requirement of one field, and the number of the way that has it. */
export type Filed = { readonly requirement: Requirement; readonly way: number };

/** Texts are searched, tests are run; everything else is looked up. */
export type Kind = 'value' | 'text' | 'test';

/** What the values of a field leave open, of the ways that ask one kind of question. Reading a value that is known allocates nothing. */
export type Reading = {
  readonly every: Bits;
  readonly absent: Bits;
  readonly one: (value: unknown) => Bits;
  /** Of a list before its elements, which are added. */
  readonly nothing: Sum;
  readonly add: (sum: Sum, value: unknown) => Sum;
};

export const READINGS: Readonly<Record<Kind, (filed: readonly Filed[], words: Int32Array, asking: Bits) => Reading>> = {
  value: valueReading,
  text: textReading,
  test: testReading,
};

function valueReading(filed: readonly Filed[], words: Int32Array, asking: Bits): Reading {
  const every = everyBitIn(words);
  const values = requirementsOf('value', filed);
  const askingForNone = bitsIn(words, waysOfKind('absence', filed));
  const noText = without(every, bitsIn(words, values.keys()));
  const otherText = without(noText, askingForNone);
  const masks = masksOf(waysByText(values), words, otherText);
  /** No longer text is among the values: lowering shortens none. */
  const longest = [...masks.keys()].reduce((most, { length }) => Math.max(most, length), 0);
  const one = (value: unknown): Bits => {
    const text = textOf(value);
    if (text === undefined) return noText;
    if (text.length > longest) return otherText;
    return masks.get(lowered(text)) ?? otherText;
  };
  return {
    every,
    absent: without(every, without(asking, askingForNone)),
    one,
    // An element may be without the field.
    nothing: new Sum(askingForNone),
    add: (sum, value) => sum.and(one(value)),
  };
}

function textReading(filed: readonly Filed[], words: Int32Array, asking: Bits): Reading {
  const every = everyBitIn(words);
  const literals = [...waysByText(requirementsOf('text', filed))].map(
    ([text, ways]): Literal => ({ text, found: bitsIn(words, ways) }),
  );
  const scan = LiteralScan.of(literals);
  const absent = without(every, asking);
  const nothing = new Sum(scan === undefined ? every : absent);
  const add = (sum: Sum, value: unknown): Sum => {
    const text = textOf(value);
    return text === undefined || scan === undefined ? sum : scan.collect(text, sum);
  };
  return { every, absent, one: value => add(nothing, value).bits, nothing, add };
}

function testReading(filed: readonly Filed[], words: Int32Array, asking: Bits): Reading {
  const every = everyBitIn(words);
  const none = new Sum(without(every, asking));
  const tests = [...Map.groupBy(filed, ({ way }) => way)].map(([way, of]) => ({
    test: everyOf(of.flatMap(({ requirement }) => (requirement.kind === 'test' ? [requirement.test] : []))),
    way: bitsIn(words, [way]),
  }));
  const one = (value: unknown): Bits => {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) return every;
    let sum = none;
    for (const { test, way } of tests) if (test(value)) sum = sum.and(way);
    return sum.bits;
  };
  // What holds for a list is not known from its elements.
  return { every, absent: one(undefined), one, nothing: new Sum(every), add: sum => sum };
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
