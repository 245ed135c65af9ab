import { blame, type Reason } from '../sigma/blame.ts';
import type { Alternative, Clause, Explanation, Verdict } from '../sigma/explain.ts';
import type { FieldVerdict, FoundValue, Met, Wants } from '../sigma/explain-field.ts';
import type { Pairing } from '../sigma/pairing.ts';
import { printable } from './escape.ts';

const GREEN = '\u001b[32m';
const RED = '\u001b[91m';
const RESET = '\u001b[0m';

const STEP = 2;
const MAX_SHOWN = 80;
const MAX_VALUES = 5;

/** The tree of a rule's condition for a terminal: what held (✓) and what did not (✗), each field with what the event has and what the rule wants. */
export function explanationText({ filters, ...rule }: Explanation, colour: boolean): string {
  const filtered = filters.flatMap(filter => [
    `filter: ${printable(filter.title)} (${filter.holds ? 'leaves it in' : 'leaves it out'})`,
    ...conditionLines(filter),
  ]);
  const lines = [...conditionLines(rule), ...filtered];
  return `${lines.map(line => (colour ? coloured(line) : line)).join('\n')}\n`;
}

const conditionLines = ({ conditions }: Pick<Verdict, 'conditions'>): readonly string[] =>
  conditions.flatMap(({ text, clause }) => [`condition: ${printable(text)}`, ...clauseLines(clause, 1)]);

/** Why a rule does not hold, a line for each selection that decided. */
export const becauseText = (explanation: Explanation): string =>
  blame(explanation)
    .map(reason => `because ${reasonText(reason)}\n`)
    .join('');

const coloured = (line: string): string =>
  line.replace(
    /^( *)([✓✗])/,
    (_, space: string, mark: string) => `${space}${mark === '✓' ? GREEN : RED}${mark}${RESET}`,
  );

const mark = (holds: boolean): string => (holds ? '✓' : '✗');

const indented = (depth: number, text: string): string => `${' '.repeat(depth * STEP)}${text}`;

function clauseLines(clause: Clause, depth: number): readonly string[] {
  if (clause.kind === 'selection') return selectionLines(clause, depth);
  const title = TITLES[clause.kind];
  const parts = clause.parts.flatMap(part => clauseLines(part, depth + 1));
  return [indented(depth, `${mark(clause.holds)} ${title}`), ...parts];
}

const TITLES: Readonly<Record<'and' | 'or' | 'not', string>> = {
  and: 'all of',
  or: 'one of',
  not: 'not',
};

type Selected = Extract<Clause, { readonly kind: 'selection' }>;

/** Of many alternatives only those that hold are told, or else the first. */
function selectionLines({ name, holds, alternatives }: Selected, depth: number): readonly string[] {
  const holding = alternatives.filter(alternative => alternative.holds);
  const told = holding.length > 0 ? holding.slice(0, 1) : alternatives.slice(0, MAX_VALUES);
  const left = alternatives.length - told.length;
  const title = indented(depth, `${mark(holds)} ${printable(name)}`);
  const lines = told.flatMap((alternative, i) => [
    ...(i > 0 ? [indented(depth + 1, 'or')] : []),
    ...alternativeLines(alternative, depth + 1),
  ]);
  const rest =
    left === 0 || holding.length > 0 ? [] : [indented(depth + 1, `and ${left} more alternatives, none holds`)];
  return [title, ...lines, ...rest];
}

const alternativeLines = ({ fields, pairings, holds }: Alternative, depth: number): readonly string[] => [
  ...fields.map(field => indented(depth, `${mark(field.holds)} ${fieldText(field)}`)),
  ...pairings.flatMap(pairing => pairingLines(pairing, holds, depth)),
];

/** `verb is "get"; wants create or update` */
function fieldText(verdict: FieldVerdict): string {
  const listed = verdict.found.some(({ met }) => met?.list !== undefined);
  return `${nameOf(verdict)} ${foundText(verdict)}${listed ? '' : `; ${wantsText(verdict.wants)}`}`;
}

const nameOf = ({ field }: FieldVerdict): string => (field === '' ? 'any text' : printable(field));

function foundText({ found, more, holds, wants, paths, field }: FieldVerdict): string {
  if (found.length === 0)
    return field.startsWith('|') || field === '' ? 'is not in the event' : `is absent${at(paths, field)}`;
  const decisive = found.filter(({ met }) => (met !== undefined) === (holds !== wants.negated));
  const told = (decisive.length === 0 ? found : decisive).slice(0, MAX_VALUES);
  const left = found.length - told.length + more;
  const values = told.map(value => valueText(value, field)).join(', ');
  return `is ${values}${left === 0 ? '' : `, and ${left} more`}`;
}

/** The path in the event where it is not the rule's own name for it. */
function at(paths: readonly string[], field: string): string {
  const [name = ''] = field.split('|');
  const others = paths.filter(path => plainName(path) !== name && path !== name);
  return others.length === 0 ? '' : ` (${others.slice(0, MAX_VALUES).map(plainName).map(printable).join(', ')})`;
}

/** An audit event's own fields lie below this in the document. */
const AUDIT = 'kubernetes.audit.';

const plainName = (path: string): string => (path.startsWith(AUDIT) ? path.slice(AUDIT.length) : path);

function valueText({ path, value, met }: FoundValue, field: string): string {
  const [name] = field.split('|');
  const plain = plainName(path);
  const where = plain === name || path === name ? '' : ` at ${printable(plain)}`;
  return `${value === undefined ? 'absent' : quoted(value)}${where}${met === undefined ? '' : listText(met, value)}`;
}

function listText({ value, list }: Met, found: FoundValue['value']): string {
  if (list === undefined) return '';
  const entry = value === found ? '' : `as ${quoted(value)} `;
  return `, ${entry}on the list ${printable(list)}`;
}

/** `wants "create" or "update"`, `wants not "a"`, `wants it absent`, `wants an entry of the list x` */
function wantsText({ values, compare, all, negated, expand }: Wants): string {
  const how = compare
    .map(name => COMPARISONS[name] ?? name)
    .filter(words => words !== '')
    .join(' ');
  const told = values.slice(0, MAX_VALUES).map(value => wanted(value, compare.includes('exists'), expand));
  const left = values.length - told.length;
  const joined = told.join(all ? ' and ' : ' or ') + (left === 0 ? '' : ` or ${left} more`);
  return `wants ${negated ? 'not ' : ''}${how === '' ? '' : `${how} `}${joined}`;
}

function wanted(value: string | number | boolean | null, exists: boolean, expand: boolean): string {
  if (value === null || (exists && value === false)) return 'it absent';
  if (exists) return 'it there';
  return expand ? `an entry of ${printable(String(value))}` : quoted(value);
}

/** How modifiers read in a sentence. */
const COMPARISONS: Readonly<Record<string, string>> = {
  contains: 'something with',
  startswith: 'something that begins with',
  endswith: 'something that ends with',
  re: 'a match of',
  cidr: 'an address in',
  lt: 'less than',
  lte: 'at most',
  gt: 'more than',
  gte: 'at least',
  exists: '',
  cased: '',
  fieldref: 'what stands in',
};

function quoted(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  const text = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  return `"${printable(text)}"`;
}

function pairingLines({ list, element, lacking, fields }: Pairing, holds: boolean, depth: number): readonly string[] {
  const name = printable(plainName(list));
  if (element !== undefined)
    return [indented(depth, `  ${name}[${element}] meets all of them: ${fields.map(printable).join(', ')}`)];
  if (holds) return [];
  return [
    indented(depth, `✗ no single element of ${name} meets all of them:`),
    ...lacking.map((lacks, i) => indented(depth + 1, `${name}[${i}] lacks ${lacks.map(printable).join(', ')}`)),
  ];
}

function reasonText({ selection, held, alternative, filter }: Reason): string {
  const name =
    filter === undefined ? printable(selection) : `${printable(selection)} of the filter "${printable(filter)}"`;
  if (held)
    return `${name} holds, which the condition does not allow: ${alternative.fields.map(fieldText).join('; and ')}`;
  const failed = alternative.fields.filter(field => !field.holds);
  if (failed.length > 0) return `${name} does not hold: ${failed.map(fieldText).join('; and ')}`;
  const unpaired = alternative.pairings.find(({ element }) => element === undefined) ?? alternative.pairings[0];
  return `${name} does not hold: no single element of ${printable(plainName(unpaired?.list ?? 'the list'))} meets all its fields`;
}
