import type { Lists } from '../../sigma/placeholder.ts';
import type { CheckedItem } from '../detection.ts';
import type { ItemMatcher } from '../matcher.ts';
import { matcherOf } from '../matcher.ts';
import type { Field } from '../schema/field.ts';
import { type Known, knownAt, type Schema } from '../schema/schema.ts';
import { deadValue } from './values.ts';

/** What can be said of an item beforehand: that no event has it, that every event has it, or neither. */
export type Verdict = { readonly can: 'never' | 'always'; readonly why: string } | { readonly can: 'sometimes' };

/** A value that no event can have, and why. */
export type DeadValue = {
  readonly kind: 'type' | 'value' | 'stage' | 'capitals';
  readonly node: unknown;
  readonly why: string;
};

/** An item with what the schema knows of its field. */
export type JudgedItem = {
  readonly item: CheckedItem;
  /** What each path is that the field may mean; empty for keywords and for log sources that are not known. */
  readonly known: readonly Known[];
  /** The field, where there is just one path and it is known. */
  readonly field: Field | undefined;
  /** Fields of one canonical path always have the same value. */
  readonly path: string;
  readonly matcher: ItemMatcher;
  readonly dead: readonly DeadValue[];
  readonly verdict: Verdict;
};

/** The paths that a field of a rule may mean in the event. */
export type Resolve = (field: string) => readonly (readonly string[])[];

const SOMETIMES: Verdict = { can: 'sometimes' };

/** What items are judged by. */
export type Bench = {
  /** Undefined where the log source is none that Keywarden reads. */
  readonly schema: Schema | undefined;
  readonly resolve: Resolve;
  readonly lists: Lists;
  /** Filters of events see every stage of a request, rules its end alone. */
  readonly everyStage: boolean;
};

/** Judges one item by the schema of its log source. */
export function judgedItem(item: CheckedItem, { schema, resolve, lists, everyStage }: Bench): JudgedItem {
  const known = item.field === '' || schema === undefined ? [] : resolve(item.field).map(path => knownAt(schema, path));
  const matcher = matcherOf(item, lists);
  const own = commonField(known);
  const field = everyStage ? withAllStages(own) : own;
  const path = field?.same ?? (known.map(one => one.path).join(' or ') || item.field);
  const judged = { item, known, field, path, matcher };
  const dead = field === undefined ? [] : item.values.flatMap(value => deadValue(item, value, field, lists));
  return { ...judged, dead, verdict: verdictOf(judged, dead, lists) };
}

/** The field of all places that a name may mean, as far as they are alike; undefined where they are not, or one is unknown. */
function commonField(known: readonly Known[]): Field | undefined {
  const fields = known.flatMap(one => (one.kind === 'unknown' ? [] : [one.field]));
  const [first] = fields;
  if (first === undefined || fields.length < known.length || fields.length === 1)
    return fields.length === known.length ? first : undefined;
  const { type, values, level } = first;
  const alike = fields.every(
    field => field.type === type && String(field.values) === String(values) && field.level === level,
  );
  if (!alike) return undefined;
  return { type, many: true, ...(values === undefined ? {} : { values }), ...(level === undefined ? {} : { level }) };
}

function withAllStages(field: Field | undefined): Field | undefined {
  if (field?.judged === undefined) return field;
  const { judged, ...rest } = field;
  return rest;
}

type Half = Omit<JudgedItem, 'dead' | 'verdict'>;

function verdictOf({ item, known, field, matcher }: Half, dead: readonly DeadValue[], lists: Lists): Verdict {
  if ('fault' in matcher) return SOMETIMES;
  const absent = matcher.accepts(undefined);
  if (known.length > 0 && known.every(({ kind }) => kind === 'unknown')) {
    return absent ? SOMETIMES : { can: 'never', why: `no event has the field ${item.field}` };
  }
  if (isEmptyList(item, lists)) return { can: 'never', why: `the list of ${item.field} has no entry in force` };
  if (field === undefined) return SOMETIMES;
  const all = item.modifiers.includes('all');
  const [first] = dead;
  if (first !== undefined && (all || dead.length === item.values.length) && !item.modifiers.includes('neq')) {
    return { can: 'never', why: first.why };
  }
  return field.always === true ? alwaysThere(item, field, matcher.accepts) : SOMETIMES;
}

const PLACEHOLDER = /^%([^%\s]+)%$/;

/** Of a list without entries in force nothing can be met. */
const isEmptyList = ({ modifiers, values }: CheckedItem, lists: Lists): boolean =>
  modifiers.includes('expand') &&
  !modifiers.includes('neq') &&
  values.length > 0 &&
  values.every(({ value }) => lists.get(PLACEHOLDER.exec(String(value))?.[1] ?? '')?.length === 0);

function alwaysThere(item: CheckedItem, field: Field, accepts: (value: unknown) => boolean): Verdict {
  const name = item.field;
  if (item.modifiers.includes('exists')) {
    return accepts('')
      ? { can: 'always', why: `every event has ${name}` }
      : { can: 'never', why: `every event has ${name}` };
  }
  if (item.values.length > 0 && item.values.every(({ value }) => value === null)) {
    return { can: 'never', why: `every event has ${name}` };
  }
  if (field.values !== undefined && field.many !== true && field.values.every(accepts)) {
    return { can: 'always', why: `${name} is always one of ${field.values.join(', ')}` };
  }
  const anyText = item.modifiers.length === 0 && item.values.some(({ value }) => value === '*');
  return anyText ? { can: 'always', why: `every event has ${name}, and * stands for any text` } : SOMETIMES;
}
