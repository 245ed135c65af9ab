import { KeywardenError } from '../errors.ts';
import type { ObjectList } from './alternatives.ts';
import type { FieldMap, Written } from './field-map.ts';
import { speaksOf } from './logsource.ts';
import { type FieldResolver, namesOf, type Path } from './resolve.ts';
import type { Rule } from './rule.ts';

type Logsource = Rule['logsource'];

/** Maps ready to be asked, and what in them could not be used. */
export type FieldMaps = { readonly resolver: FieldResolver; readonly faults: readonly KeywardenError[] };

/** Joins field maps; of two of one log source the later one's entries replace entries of the same name. */
export function fieldMaps(maps: readonly FieldMap[]): FieldMaps {
  const faults: KeywardenError[] = [];
  const tables: { readonly logsource: Logsource; readonly table: Table }[] = [];
  for (const logsource of distinct(maps)) {
    const alike = maps.filter(map => sourceKey(map.logsource) === sourceKey(logsource));
    tables.push({ logsource, table: tableOf(alike, faults) });
  }
  const known = new WeakMap<Logsource, Table>();
  const tableFor = (logsource: Logsource): Table => {
    const table = known.get(logsource) ?? tables.find(one => speaksOf(logsource, one.logsource))?.table ?? NO_TABLE;
    known.set(logsource, table);
    return table;
  };
  return {
    resolver: {
      resolve: (field, logsource) => resolved(field, tableFor(logsource)),
      objectListOf: (path, logsource) => listOf(path, tableFor(logsource)),
    },
    faults,
  };
}

const sourceKey = ({ category, product, service }: Logsource): string =>
  [category, product, service].join('\0').toLowerCase();

const distinct = (maps: readonly FieldMap[]): readonly Logsource[] => [
  ...new Map(maps.map(({ logsource }) => [sourceKey(logsource), logsource])).values(),
];

type Table = {
  readonly prefixes: ReadonlyMap<string, readonly Path[]>;
  readonly fields: ReadonlyMap<string, readonly Path[]>;
  /** By the path, joined by dots. */
  readonly keys: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, ObjectList>;
};

const NO_TABLE: Table = { prefixes: new Map(), fields: new Map(), keys: new Map(), lists: new Map() };

function tableOf(maps: readonly FieldMap[], faults: KeywardenError[]): Table {
  const places = new Map(maps.flatMap(map => [...map.places]));
  const lists = new Map(maps.flatMap(map => [...map.lists]));
  const known = new Map([...places, ...lists]);
  const usable = <W extends Written>(entries: Iterable<readonly [string, W]>): ReadonlyMap<string, readonly Path[]> =>
    new Map([...new Map(entries)].flatMap(([name, written]) => pathsOf(name, written, known, faults)));
  const keys = new Map(maps.flatMap(map => [...map.keys]));
  return {
    prefixes: usable(maps.flatMap(map => [...map.prefixes])),
    fields: usable(maps.flatMap(map => [...map.fields])),
    keys: new Map(
      [...usable(keys)].flatMap(([name, paths]) => paths.map(path => [path.join('.'), keys.get(name)?.dot ?? '.'])),
    ),
    lists: new Map(
      [...usable(lists)].flatMap(([kind, paths]) => paths.map(path => [path.join('.'), { kind, at: path.join('.') }])),
    ),
  };
}

function pathsOf(
  name: string,
  written: Written,
  known: ReadonlyMap<string, Written>,
  faults: KeywardenError[],
): readonly (readonly [string, readonly Path[]])[] {
  try {
    return [[name, written.paths.flatMap(path => expanded(path, written, known, 0)).map(path => path.split('.'))]];
  } catch (error) {
    if (!(error instanceof KeywardenError)) throw error;
    faults.push(error);
    return [];
  }
}

/** Far more than anybody nests places, and what ends one that stands for itself. */
const MAX_NESTING = 8;

function expanded(path: string, by: Written, known: ReadonlyMap<string, Written>, depth: number): readonly string[] {
  if (!path.startsWith('$')) return [path];
  const [place = '', ...rest] = path.slice(1).split('.');
  const found = known.get(place);
  if (found === undefined) {
    throw by.fault(
      `there is no $${place}; there are: ${[...known.keys()].map(name => `$${name}`).join(', ') || 'none'}`,
    );
  }
  if (depth > MAX_NESTING) throw by.fault(`$${place} stands for itself; write its paths out`);
  return found.paths.flatMap(one => expanded(one, by, known, depth + 1)).map(one => [one, ...rest].join('.'));
}

function resolved(field: string, table: Table): readonly Path[] {
  const exact = table.fields.get(field);
  if (exact !== undefined) return exact;
  const names = namesOf(field);
  for (let end = names.length; end > 0; end -= 1) {
    const paths = table.prefixes.get(names.slice(0, end).join('.'));
    if (paths !== undefined) return paths.map(path => extended(path, names.slice(end), table));
  }
  return [extended([], names, table)];
}

/** The path with the names below it, as far as no key holds the rest. */
function extended(path: Path, names: Path, { keys }: Table): Path {
  const full = [...path];
  for (const [at, name] of names.entries()) {
    const dot = keys.get(full.join('.'));
    if (dot !== undefined) return [...full, names.slice(at).join('.').replaceAll('.', dot)];
    full.push(name);
  }
  return full;
}

function listOf(path: Path, { lists }: Table): ObjectList | undefined {
  for (let length = path.length - 1; length > 0; length -= 1) {
    const list = lists.get(path.slice(0, length).join('.'));
    if (list !== undefined) return list;
  }
  return undefined;
}
