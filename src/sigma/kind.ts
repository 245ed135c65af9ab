export type Kind = 'rule' | 'list' | 'fields' | 'correlation' | 'filter';

/** A key at the top level that only this kind of document has. Text inside of block scalars is indented, so it never counts. */
const KEYS: readonly (readonly [Kind, RegExp])[] = [
  ['list', topLevel('list')],
  ['fields', topLevel('field_map')],
  ['correlation', topLevel('correlation')],
  ['filter', topLevel('filter')],
  ['rule', topLevel('detection')],
];

/** What kind of document a YAML text is, without reading it; undefined where it is none of ours. */
export const kindOf = (text: string): Kind | undefined => KEYS.find(([, key]) => key.test(text))?.[0];

/** Whether a document of the text has a detection, and so is a rule. */
export const hasDetection = (text: string): boolean => DETECTION.test(text);

const DETECTION = topLevel('detection');

function topLevel(key: string): RegExp {
  return new RegExp(`^["']?${key}["']?\\s*:`, 'm');
}
