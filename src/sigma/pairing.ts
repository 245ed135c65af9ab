import type { FieldJudge, Place } from './explain-field.ts';

/** A list of objects of which one element has to meet all of these fields. */
export type Pairing = {
  readonly list: string;
  readonly fields: readonly string[];
  /** The first element that meets them all, counted from 0; without it none does. */
  readonly element?: number;
  /** What each element lacks, in the order of the list; at most ten. */
  readonly lacking: readonly (readonly string[])[];
};

/** Elements that are tried; an event may have thousands. */
const MAX_ELEMENTS = 200;
const MAX_TOLD = 10;

/**
 * Which element of each list that several fields share met them all. An element is tried by leaving it alone in its list,
 * so the fields' own tests decide, each at its places in that list.
 */
export function pairingOf(fields: readonly FieldJudge[], event: object): readonly Pairing[] {
  const pairings: Pairing[] = [];
  let narrowed = event;
  for (const { path, sharing } of sharedPrefixes(fields)) {
    const list = listAt(narrowed, path);
    if (list === undefined || !list.some(isObject)) continue;
    const pairing = tried(path, list, sharing, narrowed);
    pairings.push(pairing);
    if (pairing.element !== undefined) narrowed = withList(narrowed, path, [list[pairing.element]]) as object;
  }
  return pairings;
}

type Sharing = { readonly field: string; readonly tests: Place['test'][] };
type Shared = { readonly path: readonly string[]; readonly sharing: readonly Sharing[] };

/** Paths above several fields, the shortest first, each with the fields below it. */
function sharedPrefixes(fields: readonly FieldJudge[]): readonly Shared[] {
  const below = new Map<string, Map<FieldJudge, Sharing>>();
  for (const judge of fields) {
    for (const { path, test } of judge.places) {
      for (let length = 1; length < path.length; length += 1) {
        const key = path.slice(0, length).join('\0');
        const sharing = below.get(key) ?? new Map<FieldJudge, Sharing>();
        below.set(key, sharing);
        const mine = sharing.get(judge) ?? { field: judge.field, tests: [] };
        sharing.set(judge, mine);
        mine.tests.push(test);
      }
    }
  }
  return [...below]
    .filter(([, sharing]) => sharing.size > 1)
    .map(([key, sharing]) => ({ path: key.split('\0'), sharing: [...sharing.values()] }))
    .sort((a, b) => a.path.length - b.path.length);
}

function tried(path: readonly string[], list: readonly unknown[], sharing: readonly Sharing[], event: object): Pairing {
  const lacking = list.slice(0, MAX_ELEMENTS).map(element => {
    const alone = withList(event, path, [element]) as object;
    return sharing.filter(({ tests }) => !tests.some(test => test(alone))).map(({ field }) => field);
  });
  const element = lacking.findIndex(fields => fields.length === 0);
  const told = { list: path.join('.'), fields: sharing.map(({ field }) => field), lacking: lacking.slice(0, MAX_TOLD) };
  return element < 0 ? told : { ...told, element };
}

/** The list at a path, through lists that hold one element. */
function listAt(event: object, path: readonly string[]): readonly unknown[] | undefined {
  let value: unknown = event;
  for (const name of path) {
    if (Array.isArray(value)) [value] = value;
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return Array.isArray(value) ? value : undefined;
}

/** The event with another list at a path; what is beside the path is shared with the original. */
function withList(value: unknown, path: readonly string[], list: readonly unknown[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return list;
  if (Array.isArray(value)) return value.map(element => withList(element, path, list));
  if (!isObject(value)) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  return { ...fields, [name]: withList(fields[name], rest, list) };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
