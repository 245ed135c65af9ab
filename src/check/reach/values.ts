import { isIP } from 'node:net';
import type { Value } from '../../sigma/detection.ts';
import type { Lists } from '../../sigma/placeholder.ts';
import type { CheckedItem } from '../detection.ts';
import { matcherOf } from '../matcher.ts';
import type { Field } from '../schema/field.ts';
import type { DeadValue } from './judged.ts';

type Reason = Omit<DeadValue, 'node'>;

/** A value that no event has in this field, with the reason; empty where there may be one. */
export function deadValue(item: CheckedItem, value: Value, field: Field, lists: Lists): readonly DeadValue[] {
  const { modifiers } = item;
  if (value.value === null || modifiers.includes('exists') || modifiers.includes('expand')) return [];
  const reason = reasonOf(item, value, field, lists);
  return reason === undefined ? [] : [{ node: value.node, ...reason }];
}

/** They join values, and say nothing of one alone. */
const JOINING: ReadonlySet<string> = new Set(['all', 'neq']);

function reasonOf(item: CheckedItem, value: Value, field: Field, lists: Lists): Reason | undefined {
  const name = item.field;
  const shown = JSON.stringify(value.value);
  if (field.type === 'object') {
    return field.free === true ? undefined : { kind: 'type', why: `${name} is an object, which equals no value` };
  }
  const modifiers = item.modifiers.filter(modifier => !JOINING.has(modifier));
  const matcher = matcherOf({ ...item, values: [value], modifiers }, lists);
  if ('fault' in matcher) return undefined;
  const { accepts, wanted } = matcher;
  const candidates = candidatesOf(field);
  if (candidates !== undefined) return candidates.some(accepts) ? undefined : notAmong(name, shown, field, accepts);
  if (field.lower === true && modifiers.includes('cased') && /\p{Lu}/u.test(String(value.value))) {
    return { kind: 'capitals', why: `${name} has no capitals, and cased minds them` };
  }
  return TYPES[field.type]?.(String(value.value), { name, shown, field, accepts, wanted, modifiers });
}

function notAmong(name: string, shown: string, field: Field, accepts: (value: unknown) => boolean): Reason {
  if (field.judged !== undefined && (field.values ?? []).some(accepts)) return { kind: 'stage', why: field.judged.why };
  if (field.type === 'boolean' && field.values === undefined) {
    return { kind: 'type', why: `${name} is true or false, never ${shown}` };
  }
  return { kind: 'value', why: `${name} is never ${shown}; it is one of ${(candidatesOf(field) ?? []).join(', ')}` };
}

/** All values that rules may see of a field, where they can be counted. */
export function candidatesOf(field: Field): readonly (string | boolean)[] | undefined {
  if (field.type === 'boolean') return (field.values ?? ['true', 'false']).map(value => value === 'true');
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

type Judge = (value: string, seen: Circumstances) => Reason | undefined;

/** Why a field of a type cannot have a value. */
const TYPES: Readonly<Partial<Record<Field['type'], Judge>>> = {
  number: (value, { name, shown, field, accepts, wanted, modifiers }) => {
    const [min, max] = field.range ?? [-Infinity, Infinity];
    const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
    if (hasOne(modifiers, COMPARISONS)) {
      return accepts(min) || accepts(max) ? undefined : { kind: 'value', why: `${name} is a number ${range}` };
    }
    if (wanted !== undefined) {
      const found = Number(value);
      if (value.trim() === '' || Number.isNaN(found)) {
        return { kind: 'type', why: `${name} is a number, and ${shown} is none` };
      }
      return found < min || found > max
        ? { kind: 'value', why: `${name} is a number ${range}, never ${shown}` }
        : undefined;
    }
    const strange = hasOne(modifiers, PIECES) && /[^\d.*?-]/.test(value);
    return strange ? { kind: 'type', why: `${name} is a number, which never has ${shown} in it` } : undefined;
  },
  address: (value, { name, shown, wanted, modifiers }) => {
    if (wanted !== undefined) {
      return isIP(value) === 0 ? { kind: 'type', why: `${name} is an IP address, and ${shown} is none` } : undefined;
    }
    const strange = hasOne(modifiers, PIECES) && /[^\da-f.:*?]/i.test(value);
    return strange ? { kind: 'type', why: `${name} is an IP address, which never has ${shown} in it` } : undefined;
  },
  time: (value, { name, shown, wanted, modifiers }) => {
    const such = `${name} is a time such as 2026-11-23T05:13:03Z`;
    if (hasOne(modifiers, COMPARISONS)) return { kind: 'type', why: `${such}, which is no number to compare` };
    const strange = wanted !== undefined && !/^\d{4}-\d\d-\d\dt\d\d:/i.test(value);
    return strange ? { kind: 'type', why: `${such}, never ${shown}` } : undefined;
  },
};
