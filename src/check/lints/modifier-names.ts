import type { CheckedItem } from '../detection.ts';
import type { Edit, Found } from '../finding.ts';
import type { Lint } from '../lint.ts';
import { rewritten } from '../nodes.ts';
import { eachItem, keyPlace } from './detections.ts';

/** Modifiers that say where in a text a value stands. */
export const PLACES: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
/** Modifiers that compare numbers. */
export const NUMERIC: ReadonlySet<string> = new Set(['lt', 'lte', 'gt', 'gte']);
/** Flags of regular expressions. */
export const FLAGS: ReadonlySet<string> = new Set(['i', 'm', 's']);
/** Parts of a time, and from where to where they go. */
export const TIMES: Readonly<Record<string, readonly [min: number, max: number]>> = {
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  week: [1, 53],
  month: [1, 12],
  year: [1970, 9999],
};
/** Modifiers that encode a text. */
export const ENCODINGS: ReadonlySet<string> = new Set([
  'base64',
  'base64offset',
  'wide',
  'utf16',
  'utf16le',
  'utf16be',
]);
/** Those of them that make two bytes of a character. */
export const WIDE: ReadonlySet<string> = new Set(['wide', 'utf16', 'utf16le', 'utf16be']);

/** Every modifier of Sigma 2.1. */
export const MODIFIERS: readonly string[] = [
  ...['all', ...PLACES, 'exists', 'cased', 'neq', 'windash', 're', ...FLAGS, ...ENCODINGS, ...NUMERIC],
  ...[...Object.keys(TIMES), 'cidr', 'expand', 'fieldref'],
];

/** Modifiers that each are a way to compare, of which there is one; places may follow fieldref, numbers a part of a time. */
export const WAYS: ReadonlySet<string> = new Set([
  ...PLACES,
  ...NUMERIC,
  're',
  'cidr',
  'exists',
  'fieldref',
  ...Object.keys(TIMES),
]);

/** Whether an item has one of the modifiers. */
export const has = ({ modifiers: own }: CheckedItem, names: ReadonlySet<string>): boolean =>
  own.some(name => names.has(name));

/** The edit that leaves a modifier out. */
export const without = (item: CheckedItem, name: string): readonly Edit[] => {
  const at = item.modifiers.indexOf(name);
  const rest = item.modifiers.filter((_, i) => i !== at);
  return rewritten(item.key, [item.field, ...rest].join('|'));
};

/** Finds that an item’s modifiers do not go together. */
export const unlike = (wrong: (item: CheckedItem) => string | undefined): Lint['find'] =>
  eachItem((item): readonly Found[] => {
    const what = wrong(item);
    return what === undefined ? [] : [{ at: keyPlace(item), what }];
  });

/** The ways to compare that an item names; one of two where both together are one. */
export function waysOf(item: CheckedItem): readonly string[] {
  const ways = item.modifiers.filter(name => WAYS.has(name));
  const compound =
    ways.length === 2 &&
    (ways[0] === 'fieldref' ? PLACES.has(ways[1] ?? '') : isTime(ways[0]) && NUMERIC.has(ways[1] ?? ''));
  return compound ? ways.slice(0, 1) : ways;
}

export const isTime = (name: string | undefined): boolean => name !== undefined && Object.hasOwn(TIMES, name);
