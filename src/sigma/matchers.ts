import { RE2JS } from 're2js';
import { addressTest } from './cidr.ts';
import { base64, base64offset, type Encoding, utf16, utf16be, utf16le } from './encode.ts';
import { MatcherFault } from './faults.ts';
import {
  contains,
  endsWith,
  exactText,
  literalPattern,
  type Pattern,
  parsePattern,
  quotedPattern,
  startsWith,
  textTest,
} from './pattern.ts';
import { anyElement, someOf, type ValueTest } from './tests.ts';

export type Scalar = string | number | boolean | null;

/** The test of a field's value, whether a list or not, and what is known of it beforehand. */
export type Matcher = {
  readonly test: ValueTest;
  /** Cheap tests that seldom hold have a low one, and go first. */
  readonly cost: number;
  /** The one text, lower-cased, that it wants where it wants just one and capitals do not count: what a set or an index can use. */
  readonly exact?: string;
};

/** A way to compare: what one value of a rule becomes, and what a list of alternatives becomes where that is more than each for itself. */
export type Comparison = {
  readonly kind: 'text' | 'regular expression' | 'network' | 'existence' | 'number';
  readonly one: (value: Scalar, mode: Mode) => Matcher;
  readonly many?: (values: readonly Scalar[]) => Matcher;
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
};

type Change = Partial<Omit<Mode, 'encodings'>> & { readonly encoding?: Encoding };

const COST = { exact: 1, existence: 2, number: 3, text: 4, network: 8, expression: 9 } as const;

const asIs = (entry: string): string => entry;

const text = (shape: (pattern: Pattern) => Pattern): Comparison => ({
  kind: 'text',
  one: (value, mode) => textMatcher(value, mode, shape),
  quote: quotedPattern,
});

const number = (holds: (found: number, wanted: number) => boolean): Comparison => ({
  kind: 'number',
  one: value => ({ test: anyElement(numberTest(value, holds)), cost: COST.number }),
  quote: asIs,
});

const network = (values: readonly Scalar[]): Matcher => ({
  test: anyElement(onText(addressTest(values.map(String)))),
  cost: COST.network,
});

export const EQUALS: Comparison = text(pattern => pattern);
export const CONTAINS: Comparison = text(contains);
const EXPRESSION: Comparison = {
  kind: 'regular expression',
  one: (value, { flags }) => ({ test: anyElement(onText(regexTest(String(value), flags))), cost: COST.expression }),
  quote: entry => RE2JS.quote(entry),
};
const NETWORK: Comparison = { kind: 'network', one: value => network([value]), many: network, quote: asIs };
const EXISTENCE: Comparison = {
  kind: 'existence',
  one: value => ({ test: existsTest(value), cost: COST.existence }),
  quote: asIs,
};

/** Every modifier that is understood. Source: Sigma rules specification 2.1, appendix "Modifiers". */
const MODIFIERS: Readonly<Record<string, Change>> = {
  contains: { comparison: CONTAINS },
  startswith: { comparison: text(startsWith) },
  endswith: { comparison: text(endsWith) },
  cased: { cased: true },
  all: { all: true },
  neq: { negated: true },
  expand: { expand: true },
  exists: { comparison: EXISTENCE },
  cidr: { comparison: NETWORK },
  re: { comparison: EXPRESSION },
  i: { flags: RE2JS.CASE_INSENSITIVE },
  m: { flags: RE2JS.MULTILINE },
  s: { flags: RE2JS.DOTALL },
  lt: { comparison: number((found, wanted) => found < wanted) },
  lte: { comparison: number((found, wanted) => found <= wanted) },
  gt: { comparison: number((found, wanted) => found > wanted) },
  gte: { comparison: number((found, wanted) => found >= wanted) },
  base64: { encoding: base64 },
  base64offset: { encoding: base64offset },
  utf16: { encoding: utf16 },
  utf16le: { encoding: utf16le },
  utf16be: { encoding: utf16be },
  wide: { encoding: utf16le },
};

/** Reads `contains|all` and the like. Throws MatcherFault for a modifier that is unknown or stands where it means nothing. */
export function modeOf(modifiers: readonly string[], plain: Comparison): Mode {
  let mode: Mode = {
    comparison: plain,
    encodings: [],
    cased: false,
    flags: 0,
    all: false,
    negated: false,
    expand: false,
  };
  for (const [index, name] of modifiers.entries()) {
    if (modifiers.indexOf(name) < index) throw new MatcherFault(`the modifier "${name}" stands twice; write it once`);
    mode = changed(mode, name, plain);
  }
  const { cased, all, negated, comparison } = mode;
  if (cased && comparison.kind !== 'text') {
    throw new MatcherFault(`the modifier "cased" has no meaning for a ${comparison.kind}; leave it out`);
  }
  if (all && negated) {
    throw new MatcherFault('the modifiers "all" and "neq" do not go together; negate a selection in the condition');
  }
  return mode;
}

function changed(mode: Mode, name: string, plain: Comparison): Mode {
  const change = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined;
  if (change === undefined) {
    throw new MatcherFault(
      `the modifier "${name}" is not supported; supported are ${Object.keys(MODIFIERS).join(', ')}`,
    );
  }
  const { encoding, ...rest } = change;
  if (rest.flags !== undefined && mode.comparison !== EXPRESSION) {
    throw new MatcherFault(`the modifier "${name}" stands only after re`);
  }
  if ((rest.comparison !== undefined || encoding !== undefined) && mode.comparison !== plain) {
    throw new MatcherFault(`the modifier "${name}" cannot follow another way to compare`);
  }
  if (rest.comparison !== undefined && rest.comparison.kind !== 'text' && mode.encodings.length > 0) {
    throw new MatcherFault(`the modifier "${name}" cannot follow an encoding`);
  }
  const encodings = encoding === undefined ? mode.encodings : [...mode.encodings, encoding];
  return { ...mode, ...rest, encodings, flags: mode.flags | (rest.flags ?? 0) };
}

/** The matcher of one value. Throws MatcherFault. */
export function matcherOf(value: Scalar, mode: Mode): Matcher {
  if (value !== null) return mode.comparison.one(value, mode);
  if (mode.comparison === EQUALS && mode.encodings.length === 0) return { test: isAbsent, cost: COST.existence };
  throw new MatcherFault('null is an absent field and cannot be compared otherwise; write it without the modifier');
}

function textMatcher(value: Scalar, mode: Mode, shape: (pattern: Pattern) => Pattern): Matcher {
  const pattern = typeof value === 'string' ? parsePattern(value) : literalPattern(String(value));
  const patterns = mode.encodings.length === 0 ? [pattern] : encoded(pattern, mode.encodings).map(literalPattern);
  const [only] = patterns;
  const exact = patterns.length > 1 || only === undefined || mode.cased ? undefined : exactText(shape(only));
  const test = anyElement(someOf(patterns.map(one => onText(textTest(shape(one), mode.cased)))));
  return exact === undefined ? { test, cost: COST.text } : { test, cost: COST.exact, exact: exact.toLowerCase() };
}

function encoded(pattern: Pattern, encodings: readonly Encoding[]): readonly string[] {
  const plain = exactText(pattern);
  if (plain === undefined) throw new MatcherFault('a value with wildcards cannot be encoded; escape them by \\');
  let forms: readonly Buffer[] = [Buffer.from(plain)];
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
  // Most values are lower-cased already.
  return { test: anyElement(onText(found => texts.has(found) || texts.has(found.toLowerCase()))), cost: COST.exact };
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
    throw new MatcherFault(`the regular expression cannot be used (${reason}); write it in the syntax of RE2`, {
      cause,
    });
  }
}

/** Numbers and truth values are compared by their text, as rules write them. */
const onText =
  (test: (found: string) => boolean): ValueTest =>
  value => {
    if (typeof value === 'string') return test(value);
    return (typeof value === 'number' || typeof value === 'boolean') && test(String(value));
  };
