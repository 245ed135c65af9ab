import { ConditionFault } from './faults.ts';

/** What a condition means once `1 of`, `all of` and `them` are spelled out. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'selection'; readonly name: string };

const TOKEN = /\s*(\(|\)|[^\s()]+)/gy;
const MAX_DEPTH = 100;

/**
 * Reads a condition over the given selections. `not` binds closest, then `and`, then `or`.
 * Source: Sigma rules specification 2.1, "Condition". Throws ConditionFault.
 */
export function parseCondition(text: string, selections: readonly string[]): Condition {
  const tokens = [...text.matchAll(TOKEN)].map(([, token]) => token ?? '');
  const reader: Reader = { tokens, at: 0, selections };
  const condition = readOr(reader, 0);
  if (reader.at < tokens.length)
    throw new ConditionFault(`unexpected "${tokens[reader.at]}"; join selections by and, or`);
  return condition;
}

type Reader = { readonly tokens: readonly string[]; at: number; readonly selections: readonly string[] };

const peek = ({ tokens, at }: Reader): string | undefined => tokens[at]?.toLowerCase();

function readOr(reader: Reader, depth: number): Condition {
  return readJoined(reader, 'or', () => readJoined(reader, 'and', () => readNot(reader, depth)));
}

function readJoined(reader: Reader, kind: 'and' | 'or', readPart: () => Condition): Condition {
  const first = readPart();
  const parts = [first];
  while (peek(reader) === kind) {
    reader.at += 1;
    parts.push(readPart());
  }
  return parts.length === 1 ? first : { kind, parts };
}

function readNot(reader: Reader, depth: number): Condition {
  if (depth > MAX_DEPTH) throw new ConditionFault('nested too deeply');
  const token = peek(reader);
  if (token === undefined) throw new ConditionFault('ends where a selection is expected');
  reader.at += 1;
  if (token === 'not') return { kind: 'not', part: readNot(reader, depth + 1) };
  if (token === '(') return readGroup(reader, depth);
  if (peek(reader) === 'of') return readOf(reader, token);
  return readSelection(reader);
}

function readGroup(reader: Reader, depth: number): Condition {
  const inner = readOr(reader, depth + 1);
  if (peek(reader) !== ')') throw new ConditionFault('a ( is not closed');
  reader.at += 1;
  return inner;
}

const QUANTIFIERS: Readonly<Record<string, 'and' | 'or'>> = { all: 'and', any: 'or', '1': 'or' };

function readOf(reader: Reader, quantifier: string): Condition {
  const kind = QUANTIFIERS[quantifier];
  if (kind === undefined) throw new ConditionFault(`"${quantifier} of" is not known; write 1 of, any of or all of`);
  reader.at += 1;
  const pattern = reader.tokens[reader.at];
  if (pattern === undefined) throw new ConditionFault(`"${quantifier} of" needs them or a pattern such as selection_*`);
  reader.at += 1;
  const names = reader.selections.filter(pattern.toLowerCase() === 'them' ? isPublic : likeness(pattern));
  if (names.length === 0)
    throw new ConditionFault(`no selection is named ${pattern}; there are: ${reader.selections.join(', ')}`);
  return { kind, parts: names.map(name => ({ kind: 'selection', name })) };
}

/** `them` leaves out selections that begin with an underscore. */
const isPublic = (name: string): boolean => !name.startsWith('_');

const likeness = (pattern: string): ((name: string) => boolean) => {
  const source = pattern.split('*').map(RegExp.escape).join('.*');
  const expression = new RegExp(`^${source}$`);
  return name => expression.test(name);
};

const KEYWORDS = new Set(['and', 'or', 'of', ')']);

function readSelection(reader: Reader): Condition {
  const name = reader.tokens[reader.at - 1] ?? '';
  if (reader.selections.includes(name)) return { kind: 'selection', name };
  if (KEYWORDS.has(name.toLowerCase())) throw new ConditionFault(`"${name}" stands where a selection is expected`);
  if (name === '|') throw new ConditionFault('aggregations by | are not part of Sigma 2; write a correlation rule');
  throw new ConditionFault(`no selection is named ${name}; there are: ${reader.selections.join(', ')}`);
}
