import type { Line } from '../schema/field.ts';
import type { JudgedItem } from './judged.ts';
import { candidatesOf } from './values.ts';

/** Why no event has all the items at once; undefined where one may. */
export function contradiction(items: readonly JudgedItem[]): string | undefined {
  const never = items.find(({ verdict }) => verdict.can === 'never');
  if (never !== undefined && never.verdict.can === 'never') return never.verdict.why;
  return linesApart(items) ?? valuesApart(items) ?? levelTooLow(items);
}

/** Whether an item holds only where its field is there. */
export const needsField = ({ matcher }: JudgedItem): boolean => !('fault' in matcher) && !matcher.accepts(undefined);

function linesApart(items: readonly JudgedItem[]): string | undefined {
  let before: { readonly name: string; readonly lines: readonly Line[] } | undefined;
  for (const judged of items) {
    const lines = linesOf(judged);
    if (lines === undefined) continue;
    const name = judged.item.field;
    if (before === undefined) before = { name, lines };
    else {
      const both = before.lines.filter(line => lines.includes(line));
      if (both.length === 0) {
        return `${before.name} is on ${named(before.lines)} and ${name} on ${named(lines)} of etcd’s log: no line has both`;
      }
      before = both.length < before.lines.length ? { name: `${before.name} with ${name}`, lines: both } : before;
    }
  }
  return undefined;
}

const named = (lines: readonly Line[]): string => `the ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;

/** The lines of etcd on which an item can hold; undefined where it may on any. */
export function linesOf(judged: JudgedItem): readonly Line[] | undefined {
  const { field, matcher } = judged;
  if (field === undefined || 'fault' in matcher || !needsField(judged)) return undefined;
  const { linesOf: ofValue } = field;
  const values = ofValue === undefined ? undefined : candidatesOf(field)?.filter(matcher.accepts);
  const byValue = values?.flatMap(value => ofValue?.(String(value)) ?? []);
  if (byValue === undefined) return field.lines;
  return field.lines === undefined ? [...new Set(byValue)] : field.lines.filter(line => byValue.includes(line));
}

function valuesApart(items: readonly JudgedItem[]): string | undefined {
  const byPath = new Map<string, JudgedItem[]>();
  for (const judged of items) {
    if (judged.field === undefined || judged.field.many === true || 'fault' in judged.matcher) continue;
    const group = byPath.get(judged.path);
    if (group === undefined) byPath.set(judged.path, [judged]);
    else group.push(judged);
  }
  for (const group of byPath.values()) {
    if (group.length < 2 || possible(group)) continue;
    const names = [...new Set(group.map(({ item }) => shown(item.field, item.modifiers)))];
    return `no value satisfies ${names.length === 1 ? `both tests of ${names[0]}` : names.join(' and ')} at once`;
  }
  return undefined;
}

const shown = (field: string, modifiers: readonly string[]): string => [field, ...modifiers].join('|');

/** Whether one of the values that come into question passes all tests; true where they cannot be counted. */
function possible(group: readonly JudgedItem[]): boolean {
  const candidates = candidatesFor(group);
  return candidates === undefined || candidates.some(value => group.every(judged => passes(judged, value)));
}

const passes = ({ matcher, item }: JudgedItem, value: unknown): boolean =>
  'fault' in matcher || (item.modifiers.includes('cased') && value !== undefined) || matcher.accepts(value);

function candidatesFor(group: readonly JudgedItem[]): readonly unknown[] | undefined {
  const [first] = group;
  if (first?.field === undefined) return undefined;
  const counted = candidatesOf(first.field) ?? wantedBy(group) ?? boundaries(group);
  return counted === undefined ? undefined : [...counted, undefined];
}

const wantedBy = (group: readonly JudgedItem[]): readonly string[] | undefined =>
  group.map(({ matcher }) => ('fault' in matcher ? undefined : matcher.wanted)).find(wanted => wanted !== undefined);

/** Of tests that compare whole numbers only their bounds and what is beside them can be the first that passes. */
function boundaries(group: readonly JudgedItem[]): readonly number[] | undefined {
  if (group[0]?.field?.type !== 'number') return undefined;
  const numbers = group.flatMap(({ item }) => item.values.map(({ value }) => Number(value)));
  return numbers.every(Number.isInteger) ? numbers.flatMap(value => [value - 1, value, value + 1]) : undefined;
}

const LEVEL = 'kubernetes.audit.level';
const RANKS: readonly string[] = ['Metadata', 'Request', 'RequestResponse'];

/** A body is not there at a level that is said to be lower. */
function levelTooLow(items: readonly JudgedItem[]): string | undefined {
  for (const { path, field, matcher, item } of items) {
    if (path !== LEVEL || field === undefined || 'fault' in matcher) continue;
    const best = RANKS.findLastIndex(level => matcher.accepts(level));
    const body = items.find(judged => needsField(judged) && RANKS.indexOf(judged.field?.level ?? 'Metadata') > best);
    if (best >= 0 && body !== undefined) {
      return `${body.item.field} needs level ${body.field?.level}, and ${item.field} is said to be ${RANKS[best]} at most`;
    }
  }
  return undefined;
}
