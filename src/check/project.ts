import { type AllowList, activeValues } from '../sigma/lists.ts';
import type { Lists } from '../sigma/placeholder.ts';
import type { FieldResolver } from '../sigma/resolve.ts';
import type { Rule } from '../sigma/rule.ts';
import { type CheckedDetection, detectionOf } from './detection.ts';
import type { CheckedDocument } from './document.ts';
import { nodeAt, textOf } from './nodes.ts';
import type { JudgedSelections } from './reach/condition.ts';
import { judgedItem } from './reach/judged.ts';
import { type Schema, schemaOf } from './schema/schema.ts';

/** What a document's detection says and means. */
export type Understanding = {
  readonly detection: CheckedDetection;
  /** Undefined where the log source is none that Keywarden reads. */
  readonly schema: Schema | undefined;
  readonly selections: JudgedSelections;
};

/** What a lint may look at besides its own document: the others, and what they make of each other. */
export type Project = {
  /** All documents that are known: those that are checked, and the shipped ones beside them. */
  readonly documents: readonly CheckedDocument[];
  /** Which of them are checked. */
  readonly checked: ReadonlySet<CheckedDocument>;
  readonly now: Date;
  /** The entries in force of each list. */
  readonly lists: Lists;
  /** The documents of each `id`, and of each `name`, in the order of their files. */
  readonly byId: ReadonlyMap<string, readonly CheckedDocument[]>;
  readonly byName: ReadonlyMap<string, readonly CheckedDocument[]>;
  readonly byList: ReadonlyMap<string, readonly CheckedDocument[]>;
  /** The lists that some rule or filter names. */
  readonly usedLists: ReadonlySet<string>;
  /** Every field of every document means this path. */
  readonly pathsOf: (document: CheckedDocument, field: string) => readonly (readonly string[])[];
  readonly understanding: (document: CheckedDocument) => Understanding | undefined;
};

export type ProjectOptions = {
  readonly documents: readonly CheckedDocument[];
  readonly checked: ReadonlySet<CheckedDocument>;
  readonly resolver: FieldResolver;
  readonly now: Date;
};

/** Puts documents together, each understood once. */
export function projectOf({ documents, checked, resolver, now }: ProjectOptions): Project {
  const lists = listsOf(documents, now);
  const pathsOf: Project['pathsOf'] = (document, field) => {
    try {
      return resolver.resolve(field, logsourceOf(document));
    } catch {
      // What the map of fields refuses is the engine's to say.
      return [];
    }
  };
  const understood = new Map<CheckedDocument, Understanding | undefined>();
  const understanding: Project['understanding'] = document => {
    if (!understood.has(document)) understood.set(document, understand(document, lists, pathsOf));
    return understood.get(document);
  };
  return {
    documents,
    checked,
    now,
    lists,
    byId: grouped(documents, 'id', document => document.kind !== 'list'),
    byName: grouped(documents, 'name', document => document.kind !== 'list'),
    byList: grouped(documents, 'list', document => document.kind === 'list'),
    usedLists: new Set(documents.flatMap(placeholdersOf)),
    pathsOf,
    understanding,
  };
}

/** The log source of a document, with what is no text left out. */
export function logsourceOf({ map }: CheckedDocument): Rule['logsource'] {
  const part = (name: string): string | undefined => textOf(nodeAt(map, 'logsource', name));
  return { category: part('category'), product: part('product'), service: part('service') };
}

function understand(document: CheckedDocument, lists: Lists, pathsOf: Project['pathsOf']): Understanding | undefined {
  const detection = detectionOf(document);
  if (detection === undefined) return undefined;
  const schema = schemaOf(logsourceOf(document));
  const resolve = (field: string): readonly (readonly string[])[] => pathsOf(document, field);
  const bench = { schema, resolve, lists, everyStage: document.kind === 'event-filter' };
  const selections = detection.selections.map(({ name, alternatives }) => {
    const judged = alternatives.map(items => items.map(item => judgedItem(item, bench)));
    return [name, judged] as const;
  });
  return { detection, schema, selections: new Map(selections) };
}

function listsOf(documents: readonly CheckedDocument[], now: Date): Lists {
  // Of two lists of one name that of the checked files counts.
  const lists = documents.toReversed().flatMap(({ kind, map }) => {
    const name = textOf(nodeAt(map, 'list'));
    return kind !== 'list' || name === undefined ? [] : [[name, activeValues(listOf(map, name), now)] as const];
  });
  return new Map(lists);
}

/** The list as far as it can be read. */
function listOf(map: unknown, list: string): AllowList {
  const entries = elements(nodeAt(map, 'entries')).flatMap(entry => {
    const value = textOf(nodeAt(entry, 'value'));
    const expires = textOf(nodeAt(entry, 'expires'));
    return value === undefined ? [] : [{ value, reason: '', ...(expires === undefined ? {} : { expires }) }];
  });
  return { list, description: '', owner: '', entries };
}

const elements = (node: unknown): readonly unknown[] =>
  (node as { items?: readonly unknown[] } | undefined)?.items ?? [];

function grouped(
  documents: readonly CheckedDocument[],
  key: string,
  wanted: (document: CheckedDocument) => boolean,
): ReadonlyMap<string, readonly CheckedDocument[]> {
  const groups = new Map<string, CheckedDocument[]>();
  for (const document of documents) {
    const value = wanted(document) ? textOf(nodeAt(document.map, key))?.toLowerCase() : undefined;
    if (value === undefined) continue;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [document]);
    else group.push(document);
  }
  return groups;
}

const PLACEHOLDER = /(?<!\\)%([^%\s\\]+)%/g;

/** The lists that a text names. */
export const placeholdersIn = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? []);

function placeholdersOf(document: CheckedDocument): readonly string[] {
  const items = detectionOf(document)?.selections.flatMap(({ alternatives }) => alternatives.flat()) ?? [];
  const covered = textOf(nodeAt(document.map, 'keywarden', 'without', 'covered')) ?? '';
  const expanded = items.filter(({ modifiers }) => modifiers.includes('expand'));
  return [
    ...expanded.flatMap(({ values }) => values.flatMap(({ value }) => placeholdersIn(String(value)))),
    ...placeholdersIn(covered),
  ];
}
