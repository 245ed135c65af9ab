import { isIP } from 'node:net';
import type { Value } from '../../sigma/parse.ts';
import type { Lists } from '../../sigma/placeholder.ts';
import type { CheckedItem } from '../detection.ts';
import { matcherOf } from '../matcher.ts';
import type { Field } from '../schema/field.ts';
import type { DeadValue } from './judged.ts';

/** A value that no event has in this field, with the reason; empty where there may be one. */
export function deadValue(item: CheckedItem, value: Value, field: Field, lists: Lists): readonly DeadValue[] {
  const { modifiers } = item;
  if (value.value === null || modifiers.includes('exists') || modifiers.includes('expand')) return [];
  const why = reasonOf(item, value, field, lists);
  return why === undefined ? [] : [{ node: value.node, why }];
}

function reasonOf(item: CheckedItem, value: Value, field: Field, lists: Lists): string | undefined {
  const name = item.field;
  const shown = JSON.stringify(value.value);
  if (field.type === 'object') return field.free === true ? undefined : `${name} is an object, which equals no value`;
  const single: CheckedItem = {
    ...item,
    values: [value],
    modifiers: item.modifiers.filter(modifier => !JOINING.has(modifier)),
  };
  const matcher = matcherOf(single, lists);
  if ('fault' in matcher) return undefined;
  const { accepts, wanted } = matcher;
  const candidates = candidatesOf(field);
  if (candidates !== undefined) {
    if (candidates.some(accepts)) return undefined;
    if (field.judged !== undefined && (field.values ?? []).some(accepts)) return field.judged.why;
    return `${name} is never ${shown}; it is one of ${candidates.join(', ')}`;
  }
  if (field.lower === true && single.modifiers.includes('cased') && /\p{Lu}/u.test(String(value.value))) {
    return `${name} has no capitals, and cased minds them`;
  }
  return TYPES[field.type]?.(String(value.value), { name, shown, field, accepts, wanted, modifiers: single.modifiers });
}

/** They join values, and say nothing of one alone. */
const JOINING: ReadonlySet<string> = new Set(['all', 'neq']);

/** All values that rules may see of a field, where they can be counted. */
export function candidatesOf(field: Field): readonly (string | boolean)[] | undefined {
  if (field.type === 'boolean') {
    return (field.values ?? ['true', 'false']).map(value => value === 'true');
  }
  return field.judged?.values ?? field.values;
}

type Circumstances = {
  readonly name: string;
  readonly shown: string;
  readonly field: Field;
  readonly accepts: (value: unknown) => boolean;
  readonly wanted: readonly string[] | undefined;
  readonly modifiers: readonly string[];
};

const COMPARISONS: ReadonlySet<string> = new Set(['lt', 'lte', 'gt', 'gte']);
const PIECES: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
const hasOne = (modifiers: readonly string[], names: ReadonlySet<string>): boolean =>
  modifiers.some(modifier => names.has(modifier));

/** Why a field of a type cannot have a value. */
const TYPES: Readonly<Partial<Record<Field['type'], (value: string, seen: Circumstances) => string | undefined>>> = {
  number: (value, { name, shown, field, accepts, wanted, modifiers }) => {
    const [min, max] = field.range ?? [-Infinity, Infinity];
    if (hasOne(modifiers, COMPARISONS)) {
      return accepts(min) || accepts(max) ? undefined : `${name} is a number from ${min} to ${max}`;
    }
    if (wanted !== undefined) {
      const found = Number(value);
      if (value.trim() === '' || Number.isNaN(found)) return `${name} is a number, and ${shown} is none`;
      return found < min || found > max ? `${name} is a number from ${min} to ${max}, never ${shown}` : undefined;
    }
    return hasOne(modifiers, PIECES) && /[^\d.*?-]/.test(value)
      ? `${name} is a number, which never has ${shown} in it`
      : undefined;
  },
  address: (value, { name, shown, wanted, modifiers }) => {
    if (wanted !== undefined) return isIP(value) === 0 ? `${name} is an IP address, and ${shown} is none` : undefined;
    return hasOne(modifiers, PIECES) && /[^\da-f.:*?]/i.test(value)
      ? `${name} is an IP address, which never has ${shown} in it`
      : undefined;
  },
  time: (value, { name, shown, wanted, modifiers }) => {
    if (hasOne(modifiers, COMPARISONS))
      return `${name} is a time such as 2026-11-23T05:13:03Z, which is no number to compare`;
    return wanted !== undefined && !/^\d{4}-\d\d-\d\dt\d\d:/i.test(value)
      ? `${name} is a time such as 2026-11-23T05:13:03Z, never ${shown}`
      : undefined;
  },
};
