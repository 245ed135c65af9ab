import { isAlias, isMap, LineCounter, parseAllDocuments, visit, type YAMLMap } from 'yaml';
import { messageOf } from '../errors.ts';
import type { Found, Place, Span } from './finding.ts';
import { nodeAt, pairAt, spanOf, textOf, typeOf } from './nodes.ts';

/** What a document is; `collection` is a part of a file that uses `action: global` and the like, and is no rule alone. `filter` is Sigma's, which narrows rules; `event-filter` is Keywarden's, which leaves events out of the index. */
export type Kind =
  | 'rule'
  | 'correlation'
  | 'filter'
  | 'event-filter'
  | 'list'
  | 'examples'
  | 'field-map'
  | 'collection'
  | 'unknown';

/** One YAML document with the places of its nodes, as far as it could be read. */
export type CheckedDocument = {
  readonly file: string;
  /** The text of the whole file. */
  readonly text: string;
  readonly kind: Kind;
  readonly map: YAMLMap;
  /** From 0; a file may hold several documents. */
  readonly index: number;
};

/** A file and what is in it. */
export type SourceFile = { readonly file: string; readonly text: string };

/** A file as it was read: what could not be read of it stands in `problems`, by the name of its lint. */
export type ReadFile = SourceFile & {
  readonly documents: readonly CheckedDocument[];
  readonly problems: readonly (readonly [lint: string, found: Found])[];
  readonly place: (offset: number) => Place;
};

/** Reads a file of YAML documents. Never throws: what is wrong is a problem, and the other documents are read all the same. */
export function readFile({ file, text }: SourceFile): ReadFile {
  const counter = new LineCounter();
  const problems: (readonly [string, Found])[] = [];
  const documents: CheckedDocument[] = [];
  const place = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const read = { file, text, documents, problems, place };
  for (const parsed of parsedOf(text, counter, problems)) {
    for (const { code, message, pos } of parsed.errors) {
      problems.push([
        code === 'DUPLICATE_KEY' ? 'yaml-duplicate-key' : 'yaml-unreadable',
        { at: pos, what: firstLine(message) },
      ]);
    }
    const { contents } = parsed;
    if (contents === null) continue;
    if (!isMap(contents)) {
      problems.push(['not-a-map', { at: spanOf(contents), what: `the document is ${typeOf(contents)}` }]);
      continue;
    }
    documents.push({ file, text, kind: kindOf(contents, file), map: contents, index: documents.length });
  }
  if (documents.length === 0 && problems.length === 0) {
    problems.push(['file-empty', { at: [0, 0], what: 'there is no document in the file' }]);
  }
  return isCollection(documents)
    ? { ...read, documents: documents.map(document => ({ ...document, kind: 'collection' })) }
    : read;
}

const COLLECTION: ReadonlySet<string> = new Set(['global', 'repeat', 'reset']);

const isCollection = (documents: readonly CheckedDocument[]): boolean =>
  documents.some(({ map }) => COLLECTION.has(textOf(nodeAt(map, 'action')) ?? ''));

type Parsed = Exclude<ReturnType<typeof parseAllDocuments>, { readonly empty: true }>[number];

/** The reader of YAML throws where brackets are nested deeper than its stack. */
function parsedOf(text: string, lineCounter: LineCounter, problems: (readonly [string, Found])[]): readonly Parsed[] {
  try {
    const parsed = parseAllDocuments(text, { lineCounter, uniqueKeys: true, prettyErrors: false });
    return 'empty' in parsed ? [] : parsed;
  } catch (error) {
    const reason = messageOf(error);
    problems.push(['yaml-unreadable', { at: [0, 0], what: `the YAML cannot be read: ${firstLine(reason)}` }]);
    return [];
  }
}

const firstLine = (message: string): string => message.split('\n', 1)[0] ?? message;

const EXAMPLES = /\.examples\.ya?ml$/;

function kindOf(map: YAMLMap, file: string): Kind {
  const has = (name: string): boolean => pairAt(map, name) !== undefined;
  if (EXAMPLES.test(file) || (has('match') && has('no_match'))) return 'examples';
  if (has('list')) return 'list';
  if (has('field_map')) return 'field-map';
  if (has('correlation')) return 'correlation';
  if (has('filter')) return isMap(nodeAt(map, 'filter')) || !has('detection') ? 'filter' : 'event-filter';
  return has('detection') || has('logsource') || has('title') ? 'rule' : 'unknown';
}

/** The aliases below a node. */
export function aliasesIn(node: unknown): readonly Span[] {
  const found: Span[] = [];
  if (isMap(node)) {
    visit(node, (_, inner) => {
      if (isAlias(inner)) found.push(spanOf(inner));
    });
  }
  return found;
}
