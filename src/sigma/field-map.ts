import { isMap, type YAMLMap } from 'yaml';
import { z } from 'zod';
import type { KeywardenError } from '../errors.ts';
import { Logsource } from './rule.ts';
import { keyText, type YamlDocument, YamlSource } from './source.ts';

const Path = z
  .string()
  .regex(/^\$?[^.$\s]+(\.[^.$\s]+)*$/, 'expected a path such as kubernetes.audit.verb or $pod.hostNetwork');
const Paths = z.union([Path, z.array(Path).min(1)], 'expected a path or a list of paths');
const Name = z.string().regex(/^[a-z][A-Za-z]*$/, 'expected a name of letters, such as pod');

const FieldMapFile = z.strictObject({
  field_map: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of lower-case letters, digits and -'),
  description: z.string().min(1),
  logsource: Logsource.refine(({ product }) => product !== undefined, 'expected a product, and mostly a service'),
  places: z.record(Name, Paths).default({}),
  lists: z.record(Name, Paths).default({}),
  prefixes: z.record(z.string(), Paths).default({}),
  fields: z.record(z.string(), Paths).default({}),
  keys: z.record(Path, z.string()).default({}),
});

/** Paths as they were written, and where. */
export type Written = { readonly paths: readonly string[]; readonly fault: (what: string) => KeywardenError };

type Entries = ReadonlyMap<string, Written>;

/** What rules of one log source may call the fields of its events. */
export type FieldMap = {
  readonly name: string;
  readonly logsource: z.output<typeof Logsource>;
  /** What `$name` stands for in the other entries. */
  readonly places: Entries;
  /** The same, of lists of like objects. */
  readonly lists: Entries;
  /** Names that count with all names below them. */
  readonly prefixes: Entries;
  readonly fields: Entries;
  /** Paths below which the rest of a name is one key, with what stands for its dots. */
  readonly keys: ReadonlyMap<string, Written & { readonly dot: string }>;
};

const DOCS = 'docs/rules.md';

/** Reads the field map of one file. Throws FIELDS naming file, line and column. */
export function parseFieldMap(text: string, file: string): FieldMap {
  const source = new YamlSource(text, file, 'FIELDS');
  const [document, another] = source.documents;
  if (document === undefined) throw source.fault(undefined, 'the file is empty; a field map has field_map and fields');
  if (another !== undefined) throw source.fault(another.map, 'one field map a file');
  const result = FieldMapFile.safeParse(document.value);
  if (!result.success) throw source.refusal(document, result.error, DOCS);
  const { field_map: name, logsource, keys, ...sections } = result.data;
  const entries = (section: keyof typeof sections): Entries =>
    new Map(
      Object.entries(sections[section]).map(([key, paths]) => [
        key,
        { paths: typeof paths === 'string' ? [paths] : paths, fault: faultAt(source, document, section, key) },
      ]),
    );
  return {
    name,
    logsource,
    places: entries('places'),
    lists: entries('lists'),
    prefixes: entries('prefixes'),
    fields: entries('fields'),
    keys: new Map(
      Object.entries(keys).map(([path, dot]) => [
        path,
        { paths: [path], dot, fault: faultAt(source, document, 'keys', path) },
      ]),
    ),
  };
}

const faultAt =
  (source: YamlSource, { map }: YamlDocument, section: string, key: string): Written['fault'] =>
  what =>
    source.fault(keyNode(map.get(section), key) ?? map, `${section}.${key}: ${what}`);

const keyNode = (map: unknown, name: string): unknown =>
  isMap(map) ? (map as YAMLMap).items.find(({ key }) => keyText(key) === name)?.key : undefined;
