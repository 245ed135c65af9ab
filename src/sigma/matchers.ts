import { RE2JS } from 're2js';
import { addressTest } from './cidr.ts';
import type { Encoding } from './encode.ts';
import { expressionLiterals } from './expression-literals.ts';
import { MatcherFault } from './faults.ts';
import type { Relation } from './field-reference.ts';
import { lowered } from './lowered.ts';
import {
  contains,
  endsWith,
  exactText,
  literalPattern,
  longestLiteral,
  mapLiterals,
  type Pattern,
  parsePattern,
  quotedPattern,
  startsWith,
  textTest,
} from './pattern.ts';
import { anyElement, someOf, type ValueTest } from './tests.ts';
import { partOf, type TimePart, wantedPart } from './time-part.ts';
import { hyphened, spellings } from './windash.ts';

export type Scalar = string | number | boolean | null;

/** The test of a field's value, whether a list or not, and what is known of it beforehand. */
export type Matcher = {
  readonly test: ValueTest;
  /** Cheap tests that seldom hold have a low one, and go first. */
  readonly cost: number;
  /** The one text, lower-cased, that it wants where it wants just one and capitals do not count: what a set or an index can use. */
  readonly exact?: string;
  /** Lower-cased texts of ASCII of which a value that passes has one in it, in whatever capitals. */
  readonly literals?: readonly string[];
};

/** A way to compare: what one value of a rule becomes, and what a list of alternatives becomes where that is more than each for itself. */
export type Comparison = {
  readonly kind: 'text' | 'regular expression' | 'network' | 'existence' | 'number';
  readonly one: (value: Scalar, mode: Mode) => Matcher;
  readonly many?: (values: readonly Scalar[]) => Matcher;
  /** How the values of two fields compare, and two numbers, where that has a meaning. */
  readonly relation?: Relation;
  readonly holds?: (found: number, wanted: number) => boolean;
  /** Makes an entry of a list mean itself. */
  readonly quote: (entry: string) => string;
};

/** What the modifiers of a field make of its values. */
export type Mode = {
  readonly comparison: Comparison;
  readonly encodings: readonly Encoding[];
  readonly cased: boolean;
  readonly flags: number;
  /** All values have to be met, not one of them. */
  readonly all: boolean;
  /** No value may be met. */
  readonly negated: boolean;
  readonly expand: boolean;
  /** Any dash or slash of a value stands for any other. */
  readonly windash: boolean;
  /** The values are names of fields. */
  readonly reference: boolean;
  /** Of a date only this part is compared. */
  readonly part: TimePart | undefined;
};

const COST = { exact: 1, existence: 2, number: 3, text: 4, network: 8, expression: 9 } as const;

const asIs = (entry: string): string => entry;

const equal = (found: unknown, wanted: unknown): boolean => found === wanted;

const text = (shape: (pattern: Pattern) => Pattern, relation: Relation): Comparison => ({
  kind: 'text',
  one: (value, mode) => textMatcher(value, mode, shape),
  relation,
  quote: quotedPattern,
});

const number = (holds: (found: number, wanted: number) => boolean): Comparison => ({
  kind: 'number',
  one: value => ({ test: anyElement(numberTest(value, holds)), cost: COST.number }),
  holds,
  quote: asIs,
});

const network = (values: readonly Scalar[]): Matcher => ({
  test: anyElement(onText(addressTest(values.map(String)))),
  cost: COST.network,
});

export const EQUALS: Comparison = { ...text(pattern => pattern, equal), holds: equal };
export const CONTAINS: Comparison = text(contains, (found, other) => found.includes(other));
export const STARTS_WITH: Comparison = text(startsWith, (found, other) => found.startsWith(other));
export const ENDS_WITH: Comparison = text(endsWith, (found, other) => found.endsWith(other));
export const LESS = number((found, wanted) => found < wanted);
export const LESS_OR_EQUAL = number((found, wanted) => found <= wanted);
export const GREATER = number((found, wanted) => found > wanted);
export const GREATER_OR_EQUAL = number((found, wanted) => found >= wanted);
export const EXPRESSION: Comparison = {
  kind: 'regular expression',
  one: (value, { flags }) => ({
    test: anyElement(onText(regexTest(String(value), flags))),
    cost: COST.expression,
    ...literalsOf(expressionLiterals(String(value))),
  }),
  quote: entry => RE2JS.quote(entry),
};
export const NETWORK: Comparison = { kind: 'network', one: value => network([value]), many: network, quote: asIs };
export const EXISTENCE: Comparison = {
  kind: 'existence',
  one: value => ({ test: existsTest(value), cost: COST.existence }),
  quote: asIs,
};

/** The matcher of one value. Throws MatcherFault. */
export function matcherOf(value: Scalar, mode: Mode): Matcher {
  if (mode.part !== undefined) return partMatcher(value, mode.part, mode.comparison.holds ?? equal);
  if (value !== null) return mode.comparison.one(value, mode);
  if (mode.comparison === EQUALS && mode.encodings.length === 0 && !mode.windash)
    return { test: isAbsent, cost: COST.existence };
  throw new MatcherFault('null is an absent field and cannot be compared otherwise; write it without the modifier');
}

function partMatcher(value: Scalar, part: TimePart, holds: (found: number, wanted: number) => boolean): Matcher {
  const wanted = wantedPart(value, part);
  const test: ValueTest = found => {
    const number = partOf(found, part);
    return number !== undefined && holds(number, wanted);
  };
  return { test: anyElement(test), cost: COST.text };
}

function textMatcher(value: Scalar, mode: Mode, shape: (pattern: Pattern) => Pattern): Matcher {
  const written = typeof value === 'string' ? parsePattern(value) : literalPattern(String(value));
  const patterns = mode.encodings.length === 0 ? [written] : encoded(written, mode).map(literalPattern);
  const hyphens = mode.windash && mode.encodings.length === 0 && hasDash(written);
  const tests = patterns.map(one => {
    const test = textTest(shape(hyphens ? mapLiterals(one, hyphened) : one), mode.cased);
    return onText(hyphens ? found => test(hyphened(found)) : test);
  });
  const [only] = patterns;
  const exact = patterns.length > 1 || only === undefined || mode.cased || hyphens ? undefined : exactText(shape(only));
  const test = anyElement(someOf(tests));
  const literals = hyphens ? {} : literalsOf(patterns.map(one => longestLiteral(shape(one))));
  return exact === undefined
    ? { test, cost: COST.text, ...literals }
    : { test, cost: COST.exact, exact: exact.toLowerCase(), ...literals };
}

/** Nothing is known where a value may pass without any literal. */
const literalsOf = (literals: readonly string[]): Pick<Matcher, 'literals'> =>
  literals.length === 0 || literals.includes('') ? {} : { literals };

const hasDash = (pattern: Pattern): boolean => mapLiterals(pattern, hyphened).some(isHyphened);
const isHyphened = (part: Pattern[number]): boolean => 'literal' in part && part.literal.includes('-');

function encoded(pattern: Pattern, { encodings, windash }: Mode): readonly string[] {
  const plain = exactText(pattern);
  if (plain === undefined) throw new MatcherFault('a value with wildcards cannot be encoded; escape them by \\');
  let forms: readonly Buffer[] = (windash ? spellings(plain) : [plain]).map(text => Buffer.from(text));
  for (const encode of encodings) forms = forms.flatMap(encode);
  return forms.map(form => form.toString('utf8'));
}

/** Many exact values are one lookup; undefined where a value is not exact. */
export function exactSet(matchers: readonly Matcher[]): Matcher | undefined {
  const texts = new Set<string>();
  for (const { exact } of matchers) {
    if (exact === undefined) return undefined;
    texts.add(exact);
  }
  return { test: anyElement(onText(found => texts.has(lowered(found)))), cost: COST.exact };
}

/** A list that holds nothing but nulls is as absent as an empty one. */
const isAbsent: ValueTest = value =>
  value === undefined || value === null || (Array.isArray(value) && value.every(isNothing));

const isNothing = (value: unknown): boolean => value === undefined || value === null;

/** A field that is there may be empty or null. */
function existsTest(value: Scalar): ValueTest {
  if (value === true) return found => found !== undefined;
  if (value === false) return found => found === undefined;
  throw new MatcherFault('exists takes true or false');
}

function numberTest(value: Scalar, holds: (found: number, wanted: number) => boolean): ValueTest {
  const wanted = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof wanted !== 'number' || Number.isNaN(wanted)) {
    throw new MatcherFault(`"${value}" is no number; write one such as 5 or 0.5`);
  }
  return found => {
    if (typeof found === 'number') return holds(found, wanted);
    return typeof found === 'string' && found.trim() !== '' && holds(Number(found), wanted);
  };
}

function regexTest(source: string, flags: number): (found: string) => boolean {
  try {
    const expression = RE2JS.compile(source, flags);
    return found => expression.test(found);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MatcherFault(`the regular expression cannot be used (${reason}); write it in the syntax of RE2`);
  }
}

/** Numbers and truth values are compared by their text, as rules write them. */
const onText =
  (test: (found: string) => boolean): ValueTest =>
  value => {
    if (typeof value === 'string') return test(value);
    return (typeof value === 'number' || typeof value === 'boolean') && test(String(value));
  };
