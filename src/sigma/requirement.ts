import type { Path } from './resolve.ts';
import type { ValueTest } from './tests.ts';

/** What is known of a value: it is one of the texts, or has one of them in it. Texts are lower-cased; those of `text` are ASCII and never empty. */
export type Need = { readonly kind: 'value' | 'text'; readonly texts: readonly string[] };

/**
 * What an event has wherever a rule holds, said so that an index can look for it: the value at `path`, or one of a list's
 * there, is as needed, is anything but undefined (`presence`), or is no text, number or truth value (`absence`). A value
 * that is not in a list and none itself, or is absent, passes a `test`.
 */
export type Requirement =
  | (Need & { readonly path: Path })
  | { readonly kind: 'presence' | 'absence'; readonly path: Path }
  | { readonly kind: 'test'; readonly path: Path; readonly test: ValueTest };

/** Requirements that are met together. */
export type Requirements = readonly Requirement[];

/** The ways in which something can hold: one of them is met. Of what holds in no way nothing can be found. */
export type Ways = readonly Requirements[];

/** Nothing is known to be required. */
export const ANYWAY: Ways = [[]];

/** More ways are made one, which knows less: each costs an index memory and time. */
const MAX_WAYS = 8;

/** The ways of what holds where all of the parts hold. Tests, which an index has to run, count where nothing else tells. */
export function waysOfAll(parts: readonly Ways[]): Ways {
  const known = parts.some(isTelling) ? parts.map(part => (isTelling(part) ? part : withoutTests(part))) : parts;
  return known.reduce<Ways>((ways, part) => {
    const few = ways.length * part.length <= MAX_WAYS ? part : [shared(part)];
    return ways.flatMap(way => few.map(more => [...way, ...more]));
  }, ANYWAY);
}

const TELLING: ReadonlySet<Requirement['kind']> = new Set(['value', 'text', 'absence']);

const isTelling = (ways: Ways): boolean => ways.every(way => way.some(({ kind }) => TELLING.has(kind)));

function withoutTests(ways: Ways): Ways {
  const left = ways.map(way => way.filter(({ kind }) => kind !== 'test'));
  return left.some(way => way.length === 0) ? ANYWAY : left;
}

/** The ways of what holds where one of the parts holds. */
export function waysOfAny(parts: readonly Ways[]): Ways {
  const ways = parts.flat();
  const alike = ways.length > 1 ? sameFields(ways) : undefined;
  return alike !== undefined ? [alike] : ways.length <= MAX_WAYS ? ways : [shared(ways)];
}

/** Ways that each ask but one question of one field are one way with all of their answers. */
function sameFields(ways: Ways): Requirements | undefined {
  const [first] = ways;
  const [question] = first ?? [];
  if (question === undefined || !ways.every(way => way.length === 1 && alike(way[0], question))) return undefined;
  return [united(question, ways.flat())];
}

/** What all ways require: the same of the same field, and that is there what all their fields lie below. */
function shared(ways: Ways): Requirements {
  const [first = [], ...others] = ways;
  const common = first.flatMap(one => {
    const same = others.map(way => way.find(other => alike(other, one)));
    return same.includes(undefined) ? [] : [united(one, [one, ...same.flatMap(other => other ?? [])])];
  });
  const known = placesOf(common);
  const places = new Map([...placesOf(first)].filter(([key]) => others.every(way => placesOf(way).has(key))));
  for (const key of known.keys()) places.delete(key);
  return [...common, ...deepest(places).map(path => ({ kind: 'presence', path }) as const)];
}

const alike = (one: Requirement | undefined, other: Requirement): boolean =>
  one !== undefined && one.kind !== 'test' && one.kind === other.kind && keyOf(one.path) === keyOf(other.path);

const united = (one: Requirement, all: Requirements): Requirement =>
  'texts' in one ? { ...one, texts: [...new Set(all.flatMap(other => ('texts' in other ? other.texts : [])))] } : one;

/** Every place that has to be there so that the requirements can be met. */
function placesOf(requirements: Requirements): ReadonlyMap<string, Path> {
  const places = new Map<string, Path>();
  for (const { kind, path } of requirements) {
    for (let length = 1; length <= path.length && kind !== 'absence' && kind !== 'test'; length += 1) {
      places.set(keyOf(path.slice(0, length)), path.slice(0, length));
    }
  }
  return places;
}

/** Leaves out the places that another lies below: where that one is, they are. */
const deepest = (places: ReadonlyMap<string, Path>): readonly Path[] =>
  [...places].flatMap(([key, path]) => ([...places.keys()].some(other => other.startsWith(`${key}\0`)) ? [] : [path]));

const keyOf = (path: Path): string => path.join('\0');
