import {
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  type Node,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import type { z } from 'zod';
import { type ErrorCode, KeywardenError } from '../errors.ts';

/** One document: its nodes, and its plain value. */
export type YamlDocument = { readonly map: YAMLMap; readonly value: unknown };

/** Makes an error at what a path of keys and indices leads to, or at its last key; the path stands before what is wrong. */
export type FaultAt = (path: readonly PropertyKey[], what: string, part?: 'value' | 'key') => KeywardenError;

/** A document, or why it cannot be read. */
type Entry = YamlDocument | KeywardenError;

/** More are a bomb, not a rule. */
const MAX_ALIASES = 100;

/** A line that begins a document: it ends whatever stands before it, be it a quotation or a bracket. */
const DOCUMENT_START = /^---(?=\s|$)/gm;

/** A YAML file with the places of its nodes, so that an error names file, line and column. */
export class YamlSource {
  readonly file: string;
  readonly #code: ErrorCode;
  readonly #counter: LineCounter;
  /** Each document for itself: one that is no YAML, has a key twice or is no map takes no other with it. */
  readonly entries: readonly Entry[];

  constructor(text: string, file: string, code: ErrorCode) {
    this.file = file;
    this.#code = code;
    this.#counter = linesOf(text);
    this.entries = this.#read(text).flatMap(document => this.#entryOf(document));
  }

  /** All documents. Throws the error of the first that cannot be read. */
  get documents(): readonly YamlDocument[] {
    return this.entries.map(entry => {
      if (entry instanceof KeywardenError) throw entry;
      return entry;
    });
  }

  /** The reader of YAML may give up a whole file for one document, or take the next for a part of it. So then each is read alone. */
  #read(text: string): readonly (Document.Parsed | KeywardenError)[] {
    const starts = [0, ...Array.from(text.matchAll(DOCUMENT_START), ({ index }) => index)];
    if (starts.length > 1) {
      const documents = readable(text);
      if (documents !== undefined) return documents;
    }
    return starts.flatMap((start, i) => this.#readPart(text.slice(start, starts[i + 1]), start));
  }

  #readPart(text: string, start: number): readonly (Document.Parsed | KeywardenError)[] {
    try {
      return parsedDocuments(text).map(document => moved(document, start));
    } catch (cause) {
      return [this.#unreadable(this.#counter.linePos(start).line, cause)];
    }
  }

  #entryOf(document: Document.Parsed | KeywardenError): readonly Entry[] {
    if (document instanceof KeywardenError) return [document];
    const [error] = document.errors;
    if (error !== undefined) return [this.#fault(error.pos[0], error.message)];
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return [];
    if (!isMap(contents)) return [this.fault(contents, 'expected keys and values')];
    const endless = endlessAlias(document);
    if (endless !== undefined)
      return [this.fault(endless, 'the alias stands within what it names; write the value out')];
    try {
      return [{ map: contents, value: document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown }];
    } catch (cause) {
      return [this.#unreadable(this.line(contents), cause)];
    }
  }

  /** What the reader of YAML throws at a bomb (too many aliases, nested too deeply) has no place but the document's. */
  #unreadable(line: number, cause: unknown): KeywardenError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new KeywardenError(this.#code, `${this.file}:${line}:1: the YAML cannot be read: ${reason}`, { cause });
  }

  /** The line that a node begins on, from 1. */
  line(node: unknown): number {
    return this.#counter.linePos(startOf(node)).line;
  }

  /** What is to be said of a node that is no error, after its place. */
  note(node: unknown, what: string): string {
    return `${this.#place(startOf(node))}: ${what}`;
  }

  /** An error at a node, with what is wrong and what to write instead. */
  fault(node: unknown, what: string): KeywardenError {
    return this.#fault(startOf(node), what);
  }

  /** Makes the errors of a document that are found once it has been read. */
  faultsOf({ map }: YamlDocument): FaultAt {
    return (path, what, part = 'value') => {
      const node = part === 'value' ? nodeAt(map, path) : keyNode(nodeAt(map, path.slice(0, -1)), String(path.at(-1)));
      return this.fault(node, `${path.join('.')}: ${what}`);
    };
  }

  /** The error of a document that its schema refuses; `docs` is the page that lists the keys. */
  refusal({ map }: YamlDocument, { issues }: z.ZodError, docs = 'docs/rules.md'): KeywardenError {
    const [issue] = issues;
    const path = issue?.path ?? [];
    const atKey = (above: readonly PropertyKey[], key: string, what: string): KeywardenError =>
      this.fault(keyNode(nodeAt(map, above), key), `${[...above, key].join('.')}: ${what}`);
    if (issue?.code === 'unrecognized_keys') return atKey(path, issue.keys[0] ?? '', `is no known key; see ${docs}`);
    if (issue?.code === 'invalid_key') return atKey(path.slice(0, -1), String(path.at(-1)), reasonOf(issue.issues[0]));
    return this.fault(nodeAt(map, path), `${path.join('.')}: ${reasonOf(issue)}`);
  }

  #fault(offset: number, what: string): KeywardenError {
    return new KeywardenError(this.#code, `${this.#place(offset)}: ${what}`);
  }

  #place(offset: number): string {
    const { line, col } = this.#counter.linePos(offset);
    return `${this.file}:${line}:${col}`;
  }
}

function linesOf(text: string): LineCounter {
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) counter.addNewLine(index + 1);
  return counter;
}

/** The documents of a text in which there is nothing wrong. */
function readable(text: string): readonly Document.Parsed[] | undefined {
  try {
    const documents = parsedDocuments(text);
    return documents.every(({ errors }) => errors.length === 0) ? documents : undefined;
  } catch {
    return undefined;
  }
}

/** An alias of what it stands in: a value without end, which nothing that walks through values would survive. */
function endlessAlias(document: Document.Parsed): Node | undefined {
  let found: Node | undefined;
  visit(document, {
    Alias: (_, alias, path) => {
      if (!path.some(node => isNode(node) && 'anchor' in node && node.anchor === alias.source)) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

function parsedDocuments(text: string): readonly Document.Parsed[] {
  // Without the level the reader itself would write to standard error.
  const documents = parseAllDocuments(text, { uniqueKeys: true, prettyErrors: false, logLevel: 'error' });
  return 'empty' in documents ? [] : documents;
}

/** The document with its places counted from the beginning of its file, of which it is the part from `start` on. */
function moved(document: Document.Parsed, start: number): Document.Parsed {
  for (const error of document.errors) error.pos = [error.pos[0] + start, error.pos[1] + start];
  visit(document, {
    Node: (_, node) => {
      const [from, to, end] = node.range ?? [0, 0, 0];
      node.range = [from + start, to + start, end + start];
    },
  });
  return document;
}

const startOf = (node: unknown): number => (node as Node | undefined)?.range?.[0] ?? 0;

const MISSING = /^Invalid input: (expected .*), received undefined$/;

const reasonOf = (issue: z.core.$ZodIssue | undefined): string =>
  issue?.message.replace(MISSING, 'is missing; $1') ?? 'is not as expected';

/** The node at a path of keys and indices, or the nearest one above it that exists. */
function nodeAt(map: YAMLMap, path: readonly PropertyKey[]): unknown {
  let node: unknown = map;
  for (const name of path) {
    const next: unknown = (node as YAMLMap | undefined)?.get?.(name as string, true);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

const keyNode = (map: unknown, name: string): unknown =>
  isMap(map) ? (map.items.find(({ key }) => keyText(key) === name)?.key ?? map) : map;

/** The text of a map's key. */
export const keyText = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key));
