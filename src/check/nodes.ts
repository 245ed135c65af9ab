import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Pair, parse, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Edit, Span } from './finding.ts';

/** Where a node stands. An empty value has no node of its own: give its key instead. */
export function spanOf(node: unknown, otherwise: Span = [0, 0]): Span {
  if (isPair(node)) return [spanOf(node.key, otherwise)[0], spanOf(node.value, spanOf(node.key, otherwise))[1]];
  const range = isNode(node) ? node.range : undefined;
  return range === undefined || range === null ? otherwise : [range[0], range[1]];
}

export const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : String(key));

/** The pair of a map's key; undefined where the node is no map or has no such key. */
export const pairAt = (map: unknown, name: string): Pair | undefined =>
  isMap(map) ? map.items.find(pair => keyOf(pair) === name) : undefined;

/** The value of a map's key, or of a key in a map in it. */
export function nodeAt(map: unknown, ...names: readonly string[]): unknown {
  let node: unknown = map;
  for (const name of names) node = pairAt(node, name)?.value;
  return node ?? undefined;
}

export const pairsOf = (node: unknown): readonly Pair[] => (isMap(node) ? node.items : []);

/** The elements of a list; a single value counts as a list of itself, nothing as an empty one. */
export function elementsOf(node: unknown): readonly unknown[] {
  if (isSeq(node)) return node.items;
  return isNothing(node) ? [] : [node];
}

/** `key:` without a value, or with null. */
export const isNothing = (node: unknown): boolean =>
  node === undefined || node === null || (isScalar(node) && node.value === null);

/** The value of a node that is a text. */
export const textOf = (node: unknown): string | undefined =>
  isScalar(node) && typeof node.value === 'string' ? node.value : undefined;

/** The texts of a list or of a single value, with their nodes; what is no text is left out. */
export function textsOf(node: unknown): readonly { readonly text: string; readonly node: unknown }[] {
  return elementsOf(node).flatMap(element => {
    const text = textOf(element);
    return text === undefined ? [] : [{ text, node: element }];
  });
}

/** What YAML makes of a node, in a reader's words. */
export function typeOf(node: unknown): string {
  if (isNothing(node)) return 'nothing';
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (isAlias(node)) return 'an alias';
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'string') return 'a text';
  if (typeof value === 'boolean') return 'a truth value';
  return typeof value === 'number' || typeof value === 'bigint' ? 'a number' : 'something else';
}

/** The edit that writes a scalar anew, in the quotes that it has. */
export function rewritten(node: unknown, text: string): readonly Edit[] {
  if (!isScalar(node) || node.range === undefined || node.range === null) return [];
  const [start, end] = node.range;
  const quoted = QUOTES[String(node.type)]?.(text) ?? (isPlain(text) ? text : `'${text.replaceAll("'", "''")}'`);
  return node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED' ? [] : [{ start, end, text: quoted }];
}

const QUOTES: Readonly<Record<string, (text: string) => string>> = {
  QUOTE_SINGLE: text => `'${text.replaceAll("'", "''")}'`,
  QUOTE_DOUBLE: text => JSON.stringify(text),
};

/** Whether YAML reads a text without quotes as the text that it is, in a list in brackets, too. */
function isPlain(text: string): boolean {
  if (/[,[\]{}\n]/.test(text)) return false;
  try {
    return parse(text) === text;
  } catch {
    return false;
  }
}

/** `true` and `false` stand without quotes. */
export const booleanEdits = (edits: readonly Edit[]): readonly Edit[] =>
  edits.map(edit => (/^["'](?:true|false)["']$/.test(edit.text) ? { ...edit, text: edit.text.slice(1, -1) } : edit));

/** The edit that takes an element out of a list or a map, with its line where it has one to itself. */
export function withoutElement(source: string, collection: YAMLMap | YAMLSeq, index: number): readonly Edit[] {
  const items: readonly unknown[] = collection.items;
  const [start, end] = spanOf(items[index]);
  if (items.length < 2) return [];
  if (collection.flow === true) {
    const next = items[index + 1];
    if (next !== undefined) return [{ start, end: spanOf(next)[0], text: '' }];
    return [{ start: spanOf(items[index - 1])[1], end, text: '' }];
  }
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = source.indexOf('\n', Math.max(end - 1, start));
  const before = source.slice(lineStart, start);
  const own = /^\s*(?:-\s*)?$/.test(before) && !(lineStart < spanOf(collection)[0] && index === 0);
  return own ? [{ start: lineStart, end: lineEnd < 0 ? source.length : lineEnd + 1, text: '' }] : [];
}
