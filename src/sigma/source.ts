import { isMap, isScalar, LineCounter, type Node, parseAllDocuments, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { type ErrorCode, KeywardenError } from '../errors.ts';

/** One document: its nodes, and its plain value. */
export type YamlDocument = { readonly map: YAMLMap; readonly value: unknown };

/** More are a bomb, not a rule. */
const MAX_ALIASES = 100;

/** A YAML file with the places of its nodes, so that an error names file, line and column. */
export class YamlSource {
  readonly file: string;
  readonly #code: ErrorCode;
  readonly #counter = new LineCounter();
  readonly documents: readonly YamlDocument[];

  /** Throws `code` where the text is no YAML, has a key twice, or a document is no map. */
  constructor(text: string, file: string, code: ErrorCode) {
    this.file = file;
    this.#code = code;
    const parsed = this.#guarded(() =>
      parseAllDocuments(text, { lineCounter: this.#counter, uniqueKeys: true, prettyErrors: false }),
    );
    this.documents = ('empty' in parsed ? [] : parsed).flatMap(document => {
      const [error] = document.errors;
      if (error !== undefined) throw this.#fault(error.pos[0], error.message);
      const { contents } = document;
      if (contents === null) return [];
      if (!isMap(contents)) throw this.fault(contents, 'expected keys and values');
      return [{ map: contents, value: this.#guarded(() => document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown) }];
    });
  }

  /** What the reader of YAML throws at a bomb (too many aliases, nested too deeply) has no place. */
  #guarded<T>(read: () => T): T {
    try {
      return read();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new KeywardenError(this.#code, `${this.file}:1:1: the YAML cannot be read: ${reason}`, { cause });
    }
  }

  /** The line that a node begins on, from 1. */
  line(node: unknown): number {
    return this.#counter.linePos(startOf(node)).line;
  }

  /** An error at a node, with what is wrong and what to write instead. */
  fault(node: unknown, what: string): KeywardenError {
    return this.#fault(startOf(node), what);
  }

  /** The error of a document that its schema refuses; `docs` is the page that lists the keys. */
  refusal({ map }: YamlDocument, { issues }: z.ZodError, docs = 'docs/rules.md'): KeywardenError {
    const [issue] = issues;
    const path = issue?.path ?? [];
    if (issue?.code !== 'unrecognized_keys')
      return this.fault(nodeAt(map, path), `${path.join('.')}: ${reasonOf(issue)}`);
    const [unknown = ''] = issue.keys;
    const name = [...path, unknown].join('.');
    return this.fault(keyNode(nodeAt(map, path), unknown), `${name}: is no known key; see ${docs}`);
  }

  #fault(offset: number, what: string): KeywardenError {
    const { line, col } = this.#counter.linePos(offset);
    return new KeywardenError(this.#code, `${this.file}:${line}:${col}: ${what}`);
  }
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
