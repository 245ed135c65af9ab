import { ConditionFault } from './faults.ts';

/** What a condition means once `1 of`, `all of` and `them` are spelled out. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'selection'; readonly name: string };

const TOKEN = /\(|\)|\||[^\s()|]+/g;
const MAX_DEPTH = 100;

/**
 * Reads a condition over the given selections, or whatever its names are names of. `not` binds closest, then `and`,
 * then `or`. Source: Sigma rules specification 2.1, "Condition". Throws ConditionFault.
 */
export function parseCondition(text: string, selections: readonly string[], what = 'selection'): Condition {
  const tokens = text.match(TOKEN) ?? [];
  const reader: Reader = { tokens, next: 0, selections, what };
  const condition = readOr(reader, 0);
  if (reader.next < tokens.length) throw unexpected(reader);
  return condition;
}

/** The names of a condition as they are written, each once. */
export const namesIn = (text: string): readonly string[] => [
  ...new Set((text.match(TOKEN) ?? []).filter(token => !NO_NAMES.has(token.toLowerCase()))),
];

const NO_NAMES = new Set(['and', 'or', 'not', '(', ')', '|']);

type Reader = {
  readonly tokens: readonly string[];
  next: number;
  readonly selections: readonly string[];
  readonly what: string;
};

const peek = ({ tokens, next }: Reader): string | undefined => tokens[next]?.toLowerCase();

function unexpected(reader: Reader): ConditionFault {
  const word = reader.tokens[reader.next];
  return word === '|'
    ? new ConditionFault('aggregations by | are not part of Sigma 2; write a correlation rule')
    : new ConditionFault(`unexpected "${word}"; join ${reader.what}s by and, or`);
}

function readOr(reader: Reader, depth: number): Condition {
  return readJoined(reader, 'or', () => readJoined(reader, 'and', () => readNot(reader, depth)));
}

function readJoined(reader: Reader, kind: 'and' | 'or', readPart: () => Condition): Condition {
  const first = readPart();
  const parts = [first];
  while (peek(reader) === kind) {
    reader.next += 1;
    parts.push(readPart());
  }
  return parts.length === 1 ? first : { kind, parts };
}

function readNot(reader: Reader, depth: number): Condition {
  if (depth > MAX_DEPTH) throw new ConditionFault('is nested too deeply; make fewer parentheses');
  const word = peek(reader);
  if (word === undefined) throw new ConditionFault(`ends where a ${reader.what} is expected`);
  if (reader.tokens[reader.next + 1]?.toLowerCase() === 'of') return readOf(reader, word);
  if (word !== 'not' && word !== '(') return readSelection(reader);
  reader.next += 1;
  return word === 'not' ? { kind: 'not', part: readNot(reader, depth + 1) } : readGroup(reader, depth);
}

function readGroup(reader: Reader, depth: number): Condition {
  const inner = readOr(reader, depth + 1);
  if (peek(reader) === undefined) throw new ConditionFault('a ( is not closed; write ) where it ends');
  if (peek(reader) !== ')') throw unexpected(reader);
  reader.next += 1;
  return inner;
}

const QUANTIFIERS: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['all', 'and'],
  ['any', 'or'],
  ['1', 'or'],
]);

function readOf(reader: Reader, quantifier: string): Condition {
  const kind = QUANTIFIERS.get(quantifier);
  if (kind === undefined) throw new ConditionFault(`"${quantifier} of" is not known; write 1 of, any of or all of`);
  reader.next += 2;
  const pattern = reader.tokens[reader.next];
  if (pattern === undefined || pattern === ')')
    throw new ConditionFault(`"${quantifier} of" needs them or a pattern such as selection_*`);
  const alike = reader.selections.filter(pattern.toLowerCase() === 'them' ? () => true : likeness(pattern));
  const names = alike.filter(isPublic);
  if (names.length === 0 && alike.length > 0)
    throw new ConditionFault(`"of" leaves out names that begin with _; join ${alike.join(', ')} by and, or`);
  if (names.length === 0) throw unknown(reader, pattern);
  reader.next += 1;
  return { kind, parts: names.map(name => ({ kind: 'selection', name })) };
}

/** `them` leaves out selections that begin with an underscore, and a pattern is a narrower `them`. */
const isPublic = (name: string): boolean => !name.startsWith('_');

const likeness = (pattern: string): ((name: string) => boolean) => {
  const source = pattern.split('*').map(RegExp.escape).join('.*');
  const expression = new RegExp(`^${source}$`);
  return name => expression.test(name);
};

const KEYWORDS = new Set(['and', 'or', 'of', ')']);

function readSelection(reader: Reader): Condition {
  const name = reader.tokens[reader.next] ?? '';
  if (name === '|') throw unexpected(reader);
  if (KEYWORDS.has(name.toLowerCase())) throw new ConditionFault(`"${name}" stands where a ${reader.what} is expected`);
  if (!reader.selections.includes(name)) throw unknown(reader, name);
  reader.next += 1;
  return { kind: 'selection', name };
}

const unknown = (reader: Reader, name: string): ConditionFault =>
  new ConditionFault(`no ${reader.what} is named ${name}; there are: ${reader.selections.join(', ') || 'none'}`);
