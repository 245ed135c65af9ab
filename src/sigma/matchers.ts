import { RE2JS } from 're2js';
import { addressTest } from './cidr.ts';
import { MatcherFault } from './faults.ts';
import {
  contains,
  endsWith,
  exactText,
  literalPattern,
  type Pattern,
  parsePattern,
  startsWith,
  textTest,
} from './pattern.ts';

/** Tests one value that is no list; `undefined` is an absent field. */
export type ValueTest = (value: unknown) => boolean;

/** A test, and the one text it wants where it wants just one and capitals do not count: that is what an index can use. */
export type Matcher = { readonly test: ValueTest; readonly exact?: string };

/** What the modifiers of a field make of its values. */
export type Mode = {
  readonly kind: 'text' | 're' | 'cidr' | 'exists' | 'number';
  readonly shape: (pattern: Pattern) => Pattern;
  readonly cased: boolean;
  readonly flags: number;
  readonly compare: (found: number, wanted: number) => boolean;
  /** All values have to be met, not one of them. */
  readonly all: boolean;
  readonly expand: boolean;
};

const PLAIN: Mode = {
  kind: 'text',
  shape: pattern => pattern,
  cased: false,
  flags: 0,
  compare: () => false,
  all: false,
  expand: false,
};

const numeric = (compare: Mode['compare']): Partial<Mode> => ({ kind: 'number', compare });

/** Every modifier that is understood. Source: Sigma rules specification 2.1, appendix "Modifiers". */
const MODIFIERS: Readonly<Record<string, Partial<Mode>>> = {
  contains: { shape: contains },
  startswith: { shape: startsWith },
  endswith: { shape: endsWith },
  cased: { cased: true },
  all: { all: true },
  expand: { expand: true },
  exists: { kind: 'exists' },
  cidr: { kind: 'cidr' },
  re: { kind: 're' },
  i: { flags: RE2JS.CASE_INSENSITIVE },
  m: { flags: RE2JS.MULTILINE },
  s: { flags: RE2JS.DOTALL },
  lt: numeric((found, wanted) => found < wanted),
  lte: numeric((found, wanted) => found <= wanted),
  gt: numeric((found, wanted) => found > wanted),
  gte: numeric((found, wanted) => found >= wanted),
};

const REGEX_FLAGS = new Set(['i', 'm', 's']);

/** Reads `contains|all` and the like. Throws MatcherFault for a modifier that is unknown or stands where it means nothing. */
export function modeOf(modifiers: readonly string[]): Mode {
  let mode = PLAIN;
  for (const name of modifiers) mode = changed(mode, name);
  return mode;
}

function changed(mode: Mode, name: string): Mode {
  const change = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined;
  if (change === undefined) {
    throw new MatcherFault(
      `the modifier "${name}" is not supported; supported are ${Object.keys(MODIFIERS).join(', ')}`,
    );
  }
  if (REGEX_FLAGS.has(name) && mode.kind !== 're')
    throw new MatcherFault(`the modifier "${name}" stands only after re`);
  if (change.kind !== undefined && (mode.kind !== 'text' || mode.shape !== PLAIN.shape)) {
    throw new MatcherFault(`the modifier "${name}" cannot follow another way to compare`);
  }
  if (change.shape !== undefined && mode.kind !== 'text') {
    throw new MatcherFault(`the modifier "${name}" cannot follow ${mode.kind}`);
  }
  return { ...mode, ...change, flags: mode.flags | (change.flags ?? 0) };
}

type Scalar = string | number | boolean | null;

/** The matcher of one value. `literal` values come from a list, where wildcards mean themselves. Throws MatcherFault. */
export function matcherOf(value: Scalar, mode: Mode, literal: boolean): Matcher {
  if (mode.kind === 'exists') return { test: existsTest(value) };
  if (value === null) return { test: isAbsent };
  if (mode.kind === 'number') return { test: numberTest(value, mode.compare) };
  if (mode.kind === 'cidr') return { test: onText(addressTest(String(value))) };
  if (mode.kind === 're') return { test: onText(regexTest(String(value), mode.flags)) };
  const text = String(value);
  const pattern = mode.shape(literal || typeof value !== 'string' ? literalPattern(text) : parsePattern(text));
  const exact = mode.cased ? undefined : exactText(pattern)?.toLowerCase();
  const test = onText(textTest(pattern, mode.cased));
  return exact === undefined ? { test } : { test, exact };
}

const isAbsent: ValueTest = value => value === undefined || value === null;

function existsTest(value: Scalar): ValueTest {
  if (value === true) return found => !isAbsent(found);
  if (value === false) return isAbsent;
  throw new MatcherFault('exists takes true or false');
}

function numberTest(value: Scalar, compare: Mode['compare']): ValueTest {
  const wanted = Number(value);
  if (typeof value === 'boolean' || Number.isNaN(wanted)) throw new MatcherFault(`"${value}" is no number`);
  return found => {
    if (typeof found === 'number') return compare(found, wanted);
    return typeof found === 'string' && found.trim() !== '' && compare(Number(found), wanted);
  };
}

function regexTest(source: string, flags: number): (text: string) => boolean {
  try {
    const expression = RE2JS.compile(source, flags);
    return text => expression.matcher(text).find();
  } catch (cause) {
    throw new MatcherFault(`the regular expression cannot be used: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}

/** Numbers and truth values are compared by their text, as rules write them. */
const onText =
  (test: (text: string) => boolean): ValueTest =>
  value => {
    if (typeof value === 'string') return test(value);
    return (typeof value === 'number' || typeof value === 'boolean') && test(String(value));
  };
