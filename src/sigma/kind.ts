export type Kind = 'rule' | 'list' | 'fields' | 'correlation' | 'filter';

/** A key at the top level that only this kind of document has. Text inside of block scalars is indented, so it never counts. */
const KEYS: readonly (readonly [Kind, RegExp])[] = [
  ['list', /^["']?list["']?\s*:/m],
  ['fields', /^["']?field_map["']?\s*:/m],
  ['correlation', /^["']?correlation["']?\s*:/m],
  ['filter', /^["']?filter["']?\s*:/m],
  ['rule', /^["']?detection["']?\s*:/m],
];

/** What kind of document a YAML text is, without reading it; undefined where it is none of ours. */
export const kindOf = (text: string): Kind | undefined => KEYS.find(([, key]) => key.test(text))?.[0];
