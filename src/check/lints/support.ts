import { isSeq, type YAMLMap } from 'yaml';
import type { CheckedDocument } from '../document.ts';
import type { Edit, Found, Span } from '../finding.ts';
import type { Lint } from '../lint.ts';
import { isNothing, keyOf, nodeAt, pairAt, pairsOf, spanOf, textsOf, typeOf, withoutElement } from '../nodes.ts';

export type Find = Lint['find'];

/** The first key of a map: where what is missing is reported. */
export function headOf(map: unknown): Span {
  const [first] = pairsOf(map);
  return first === undefined ? spanOf(map) : spanOf(first.key, spanOf(map));
}

/** Where a key's value stands, or the key itself where it has none. */
export function placeOf(map: unknown, name: string): Span {
  const pair = pairAt(map, name);
  if (pair === undefined) return headOf(map);
  return isNothing(pair.value) ? spanOf(pair.key) : spanOf(pair.value, spanOf(pair.key));
}

/** Finds that a key of the document is not there, or has no value. */
export const missing =
  (key: string, what = `${key} is missing`): Find =>
  ({ map }) =>
    isNothing(nodeAt(map, key)) ? [{ at: placeOf(map, key), what }] : [];

/** Finds that a text is longer than it may be. */
export const tooLong =
  (key: string, most: number): Find =>
  ({ map }) =>
    textsOf(nodeAt(map, key)).flatMap(({ text, node }) =>
      text.length > most
        ? [{ at: spanOf(node), what: `${key} has ${text.length} characters, ${most} at most are allowed` }]
        : [],
    );

/** Finds texts of a key that are not as they should be; `check` says why, or nothing. */
export const eachText =
  (
    key: string,
    check: (text: string, node: unknown, document: CheckedDocument) => Omit<Found, 'at'> | undefined,
  ): Find =>
  document =>
    textsOf(nodeAt(document.map, key)).flatMap(({ text, node }) => {
      const found = check(text, node, document);
      return found === undefined ? [] : [{ at: spanOf(node), ...found }];
    });

/** Finds the elements of a list that stood in it before, and takes them out. */
export const duplicates =
  (key: string): Find =>
  ({ map, text }) => {
    const list = nodeAt(map, key);
    const seen = new Set<string>();
    return textsOf(list).flatMap(({ text: element, node }) => {
      const word = element.trim().toLowerCase();
      if (!seen.has(word)) {
        seen.add(word);
        return [];
      }
      return [{ at: spanOf(node), what: `${key} has ${element} twice`, edits: withoutNode(text, list, node) }];
    });
  };

/** The edit that takes a node out of a list. */
export function withoutNode(source: string, list: unknown, node: unknown): readonly Edit[] {
  return isSeq(list) ? withoutElement(source, list, (list.items as readonly unknown[]).indexOf(node)) : [];
}

/** The edit that takes a key with its value out of a map. */
export function withoutKey({ text }: CheckedDocument, map: YAMLMap, name: string): readonly Edit[] {
  return withoutElement(
    text,
    map,
    map.items.findIndex(pair => keyOf(pair) === name),
  );
}

/** Finds that a value is there and is of another type. */
export const notA =
  (wanted: 'a text' | 'a list' | 'a map' | 'a truth value' | 'a number', ...keys: readonly string[]): Find =>
  ({ map }) =>
    keys.flatMap(key => {
      const node = nodeAt(map, key);
      const found = typeOf(node);
      return isNothing(node) || found === wanted
        ? []
        : [{ at: spanOf(node), what: `${key} is ${found}, not ${wanted}` }];
    });

/** `a, b or c` */
export const either = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** `; did you mean a or b?`, or nothing. */
export const perhaps = (words: readonly string[]): string =>
  words.length === 0 ? '' : `; did you mean ${either(words)}?`;
