import { RE2JS } from 're2js';
import { base64, base64offset, type Encoding, utf16, utf16be, utf16le } from './encode.ts';
import { MatcherFault } from './faults.ts';
import {
  CONTAINS,
  type Comparison,
  ENDS_WITH,
  EXISTENCE,
  EXPRESSION,
  GREATER,
  GREATER_OR_EQUAL,
  LESS,
  LESS_OR_EQUAL,
  type Mode,
  NETWORK,
  STARTS_WITH,
} from './matchers.ts';
import { DAY, HOUR, MINUTE, MONTH, WEEK, YEAR } from './time-part.ts';

type Change = Partial<Omit<Mode, 'encodings'>> & { readonly encoding?: Encoding };

/** Every modifier there is. Source: Sigma modifiers appendix 2.1. */
const MODIFIERS: Readonly<Record<string, Change>> = {
  contains: { comparison: CONTAINS },
  startswith: { comparison: STARTS_WITH },
  endswith: { comparison: ENDS_WITH },
  cased: { cased: true },
  windash: { windash: true },
  all: { all: true },
  neq: { negated: true },
  expand: { expand: true },
  fieldref: { reference: true },
  exists: { comparison: EXISTENCE },
  cidr: { comparison: NETWORK },
  re: { comparison: EXPRESSION },
  i: { flags: RE2JS.CASE_INSENSITIVE },
  m: { flags: RE2JS.MULTILINE },
  s: { flags: RE2JS.DOTALL },
  lt: { comparison: LESS },
  lte: { comparison: LESS_OR_EQUAL },
  gt: { comparison: GREATER },
  gte: { comparison: GREATER_OR_EQUAL },
  base64: { encoding: base64 },
  base64offset: { encoding: base64offset },
  utf16: { encoding: utf16 },
  utf16le: { encoding: utf16le },
  utf16be: { encoding: utf16be },
  wide: { encoding: utf16le },
  minute: { part: MINUTE },
  hour: { part: HOUR },
  day: { part: DAY },
  week: { part: WEEK },
  month: { part: MONTH },
  year: { part: YEAR },
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
    windash: false,
    reference: false,
    part: undefined,
  };
  for (const [index, name] of modifiers.entries()) {
    if (modifiers.indexOf(name) < index) throw new MatcherFault(`the modifier "${name}" stands twice; write it once`);
    mode = changed(mode, name, plain);
  }
  refuseMeaningless(mode);
  return mode;
}

function changed(mode: Mode, name: string, plain: Comparison): Mode {
  const change = Object.hasOwn(MODIFIERS, name) ? MODIFIERS[name] : undefined;
  if (change === undefined) {
    throw new MatcherFault(`there is no modifier "${name}"; there are ${Object.keys(MODIFIERS).join(', ')}`);
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
  if (rest.windash === true && mode.encodings.length > 0) {
    throw new MatcherFault('the modifier "windash" cannot follow an encoding; write it first');
  }
  if (rest.part !== undefined && mode.part !== undefined) {
    throw new MatcherFault(`the modifier "${name}" cannot follow another part of a date; write another field`);
  }
  const encodings = encoding === undefined ? mode.encodings : [...mode.encodings, encoding];
  return { ...mode, ...rest, encodings, flags: mode.flags | (rest.flags ?? 0) };
}

/** What single modifiers do not show: two that are each fine and mean nothing together. */
function refuseMeaningless(mode: Mode): void {
  const { cased, all, negated, windash, reference, part, expand, encodings, comparison } = mode;
  const isText = comparison.kind === 'text';
  const transformed = windash || encodings.length > 0;
  if (cased && (!isText || part !== undefined)) {
    throw new MatcherFault('the modifier "cased" goes with texts alone; leave it out');
  }
  if (windash && !isText) {
    throw new MatcherFault('the modifier "windash" goes with texts alone; leave it out');
  }
  if (all && negated) {
    throw new MatcherFault('the modifiers "all" and "neq" do not go together; negate a selection in the condition');
  }
  if (reference && (!isText || transformed || expand || part !== undefined)) {
    throw new MatcherFault(
      'the modifier "fieldref" goes with startswith, endswith, contains, cased, all and neq alone',
    );
  }
  if (part !== undefined && (comparison.holds === undefined || transformed || expand)) {
    throw new MatcherFault(`the modifier "${part.name}" goes with gt, gte, lt, lte, all and neq alone`);
  }
}
