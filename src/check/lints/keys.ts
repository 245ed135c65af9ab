import type { Pair } from 'yaml';
import type { Kind } from '../document.ts';
import type { Found } from '../finding.ts';
import { correlations, filters, type Lint, OURS, rules } from '../lint.ts';
import { isNothing, keyOf, nodeAt, pairsOf, rewritten, spanOf, typeOf } from '../nodes.ts';
import { meant } from '../spelling.ts';
import { notA, withoutKey } from './support.ts';

/** The keys of each kind of document. Source: Sigma's JSON schemas of 2.1, and the lists, examples and filters of Keywarden. */
const KEYS: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  rule: [
    ...['title', 'id', 'name', 'related', 'taxonomy', 'status', 'description', 'license', 'author', 'references'],
    ...[
      'date',
      'modified',
      'logsource',
      'detection',
      'fields',
      'falsepositives',
      'level',
      'tags',
      'scope',
      'keywarden',
    ],
  ],
  correlation: [
    ...['title', 'id', 'name', 'related', 'taxonomy', 'status', 'description', 'license', 'author', 'references'],
    ...[
      'date',
      'modified',
      'correlation',
      'fields',
      'falsepositives',
      'level',
      'tags',
      'scope',
      'generate',
      'keywarden',
    ],
  ],
  filter: [
    ...['title', 'id', 'name', 'description', 'license', 'author', 'references', 'date', 'modified', 'logsource'],
    ...['filter', 'taxonomy', 'tags', 'keywarden'],
  ],
  'event-filter': ['filter', 'description', 'logsource', 'action', 'rate', 'detection'],
  list: ['list', 'description', 'owner', 'entries'],
  examples: ['match', 'no_match'],
};

/** Kinds whose documents may have keys of the user's own: "arbitrary custom fields". */
const OPEN: ReadonlySet<Kind> = new Set(['rule', 'correlation', 'filter']);

/** Keys that other lints speak of. */
const SPOKEN_OF: ReadonlySet<string> = new Set(['action', 'level', 'status', 'detection', 'logsource']);

/** Keys whose absence is a finding of its own. */
const MISSED: ReadonlySet<string> = new Set([
  ...['title', 'id', 'status', 'level', 'description', 'author', 'date', 'logsource', 'falsepositives', 'detection'],
  ...['correlation', 'filter', 'list', 'owner', 'entries'],
]);

const keysOf = (kind: Kind): readonly string[] => KEYS[kind] ?? [];

const SHARED: readonly Kind[] = ['rule', 'correlation', 'filter'];

/** Finds keys that are none, as far as one that is known may have been meant. */
const misspelt: Lint['find'] = ({ map, kind }) =>
  pairsOf(map).flatMap((pair): readonly Found[] => {
    const key = keyOf(pair);
    if (keysOf(kind).includes(key) || isCapitalised(key, kind)) return [];
    const word = meant(key, keysOf(kind));
    if (word === undefined || nodeAt(map, word) !== undefined) return [];
    return [{ at: spanOf(pair.key), what: `${key} is no key`, fix: `write ${word}`, edits: rewritten(pair.key, word) }];
  });

const isCapitalised = (key: string, kind: Kind): boolean =>
  key !== key.toLowerCase() && keysOf(kind).includes(key.toLowerCase());

const isKnown = (pair: Pair, kind: Kind): boolean =>
  keysOf(kind).includes(keyOf(pair)) ||
  isCapitalised(keyOf(pair), kind) ||
  meant(keyOf(pair), keysOf(kind)) !== undefined;

const TEXTS = ['title', 'id', 'name', 'taxonomy', 'status', 'description', 'license', 'date', 'modified', 'level'];

export const KEY_LINTS: readonly Lint[] = [
  {
    name: 'key-misspelt',
    severity: 'warning',
    kinds: [...SHARED, 'event-filter', 'list', 'examples'],
    reason: 'A key that is misspelt is read by nobody.',
    section: rules('File Structure'),
    fix: 'write the key that is meant',
    fixable: true,
    find: misspelt,
  },
  {
    name: 'key-unknown',
    severity: 'error',
    kinds: ['event-filter', 'list', 'examples'],
    reason: 'A list, a filter of events and examples have no keys of one’s own.',
    section: OURS,
    fix: 'take it out; see docs/rules.md and docs/filters.md',
    find: ({ map, kind }) =>
      pairsOf(map)
        .filter(pair => !isKnown(pair, kind))
        .map(pair => ({ at: spanOf(pair.key), what: `${keyOf(pair)} is no key of it` })),
  },
  {
    name: 'key-custom',
    severity: 'note',
    kinds: SHARED,
    reason: 'Keys of one’s own are allowed, and Keywarden reads none of them but keywarden.',
    section: rules('File Structure'),
    fix: 'leave it, or take it out where it was meant to do something',
    find: ({ map, kind }) =>
      pairsOf(map)
        .filter(pair => OPEN.has(kind) && !isKnown(pair, kind) && !SPOKEN_OF.has(keyOf(pair)))
        .map(pair => ({ at: spanOf(pair.key), what: `${keyOf(pair)} is a key of your own` })),
  },
  {
    name: 'key-capitals',
    severity: 'warning',
    kinds: [...SHARED, 'event-filter', 'list', 'examples'],
    reason: 'Keys are written in lower case.',
    section: rules('Yaml File'),
    fix: 'write it in lower case',
    fixable: true,
    find: ({ map, kind }) =>
      pairsOf(map)
        .filter(pair => isCapitalised(keyOf(pair), kind))
        .map(pair => ({
          at: spanOf(pair.key),
          what: `${keyOf(pair)} has capitals`,
          edits: rewritten(pair.key, keyOf(pair).toLowerCase()),
        })),
  },
  {
    name: 'value-missing',
    severity: 'warning',
    kinds: [...SHARED, 'list'],
    reason: 'A key without a value says nothing.',
    section: rules('File Structure'),
    fix: 'give it a value, or take it out',
    find: ({ map, kind }) =>
      pairsOf(map).flatMap(pair => {
        const value: unknown = pair.value;
        const empty =
          isNothing(value) || (typeOf(value) === 'a list' && (value as { items: unknown[] }).items.length === 0);
        return empty && keysOf(kind).includes(keyOf(pair)) && !MISSED.has(keyOf(pair))
          ? [{ at: spanOf(pair.key), what: `${keyOf(pair)} is empty` }]
          : [];
      }),
  },
  {
    name: 'text-expected',
    severity: 'error',
    kinds: SHARED,
    reason: 'Title, id, name, status, level, dates and the like are texts.',
    section: rules('Schema'),
    fix: 'write a text; quote what YAML takes for something else',
    find: notA('a text', ...TEXTS),
  },
  {
    name: 'list-expected',
    severity: 'error',
    kinds: SHARED,
    reason: 'Tags, fields, relations and scopes are lists.',
    section: rules('Schema'),
    fix: 'write - before each element',
    find: notA('a list', 'tags', 'fields', 'related', 'scope'),
  },
  {
    name: 'map-expected',
    severity: 'error',
    kinds: SHARED,
    reason: 'Log source, detection, correlation, filter and keywarden are maps.',
    section: rules('Schema'),
    fix: 'write keys and values below it',
    find: notA('a map', 'logsource', 'detection', 'correlation', 'filter', 'keywarden'),
  },
  {
    name: 'correlation-and-detection',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A correlation speaks of other rules, and detects nothing itself.',
    section: correlations('Correlation rules'),
    fix: 'make two documents of it, parted by ---',
    find: ({ map }) =>
      pairsOf(map)
        .filter(pair => ['detection', 'logsource'].includes(keyOf(pair)))
        .map(pair => ({ at: spanOf(pair.key), what: `a correlation has no ${keyOf(pair)}` })),
  },
  {
    name: 'filter-has-level',
    severity: 'warning',
    kinds: ['filter'],
    reason: 'A filter alerts nobody, so it has no level.',
    section: filters('Syntax'),
    fix: 'take it out',
    fixable: true,
    find: document => forbidden(document, 'level'),
  },
  {
    name: 'filter-has-status',
    severity: 'warning',
    kinds: ['filter'],
    reason: 'A filter is part of the rules that it narrows, so it has no status.',
    section: filters('Syntax'),
    fix: 'take it out',
    fixable: true,
    find: document => forbidden(document, 'status'),
  },
];

function forbidden(document: Parameters<Lint['find']>[0], key: string): readonly Found[] {
  return pairsOf(document.map)
    .filter(pair => keyOf(pair) === key)
    .map(pair => ({
      at: spanOf(pair.key),
      what: `a filter has no ${key}`,
      edits: withoutKey(document, document.map, key),
    }));
}
