import { aliasesIn, type Kind } from '../document.ts';
import { ALL_KINDS, DETECTING, type Lint, OURS, rules, YAML } from '../lint.ts';
import { nodeAt, spanOf, textOf } from '../nodes.ts';
import { headOf } from './support.ts';

/** What the reader of files itself finds; `find` has nothing to add. */
const fromReader = (lint: Omit<Lint, 'find' | 'kinds' | 'severity'>): Lint => ({
  severity: 'error',
  kinds: ALL_KINDS,
  find: () => [],
  ...lint,
});

const COLLECTIONS: ReadonlySet<string> = new Set(['global', 'repeat', 'reset']);

const PLACES: Readonly<Partial<Record<Kind, string>>> = { filter: 'filter' };

export const YAML_LINTS: readonly Lint[] = [
  fromReader({
    name: 'yaml-unreadable',
    reason: 'What is no YAML cannot be read at all.',
    section: rules('Yaml File'),
    fix: 'mend the YAML; quote texts that have : or # in them',
  }),
  fromReader({
    name: 'yaml-duplicate-key',
    reason: 'Of two keys of one name only one counts, and readers differ in which.',
    section: YAML,
    fix: 'join the values in one list, or make two selections',
  }),
  fromReader({
    name: 'not-a-map',
    reason: 'A document has keys and values.',
    section: rules('Schema'),
    fix: 'write keys and values, such as title: and detection:',
  }),
  fromReader({
    name: 'file-empty',
    reason: 'A file without a document does nothing.',
    section: rules('Yaml File'),
    fix: 'write a rule into it, or delete it',
  }),
  {
    name: 'kind-unknown',
    severity: 'error',
    kinds: ['unknown'],
    reason: 'A document is known by detection, correlation, filter, list, or match and no_match.',
    section: rules('Schema'),
    fix: 'give it one of these keys, or keep it elsewhere',
    find: ({ map }) => [{ at: headOf(map), what: 'the document is no rule, correlation, filter, list or examples' }],
  },
  {
    name: 'collection-action',
    severity: 'warning',
    kinds: ['collection'],
    reason: 'action: global, repeat and reset are of Sigma 1, and their documents are not checked one by one.',
    section: rules('Schema'),
    fix: 'write each rule out, parted by ---',
    find: ({ map }) => {
      const action = nodeAt(map, 'action');
      const text = textOf(action) ?? '';
      return COLLECTIONS.has(text) ? [{ at: spanOf(action), what: `action: ${text} makes a collection` }] : [];
    },
  },
  {
    name: 'alias-in-detection',
    severity: 'error',
    kinds: DETECTING,
    reason: 'Aliases are not read in a detection, so that no rule grows larger than its file.',
    section: OURS,
    fix: 'write the value out',
    find: ({ map, kind }) =>
      aliasesIn(nodeAt(map, PLACES[kind] ?? 'detection')).map(at => ({ at, what: 'an alias stands in the detection' })),
  },
  {
    name: 'line-ends',
    severity: 'note',
    kinds: ALL_KINDS,
    reason: 'Lines end with LF, so that rules stay interoperable.',
    section: rules('Yaml File'),
    fix: 'write LF instead of CR LF',
    fixable: true,
    find: ({ text, index }) => {
      const first = text.indexOf('\r\n');
      if (first < 0 || index > 0) return [];
      const edits = [...text.matchAll(/\r\n/g)].map(({ index: start }) => ({ start, end: start + 2, text: '\n' }));
      return [{ at: [first, first + 2], what: 'lines end with CR LF', edits }];
    },
  },
  {
    name: 'file-name',
    severity: 'note',
    kinds: ['rule', 'correlation', 'filter'],
    reason: 'File names are interoperable: 10 to 70 characters, lower case, no spaces, .yml.',
    section: rules('Yaml File'),
    fix: 'rename the file, such as e03-full-dump.yml',
    find: ({ file, index }) => {
      const name = file.split(/[\\/]/).at(-1) ?? file;
      const good = name.length >= 10 && name.length <= 70 && /^[a-z0-9_.-]+\.yml$/.test(name);
      return good || index > 0 ? [] : [{ at: [0, 0], what: `the file is named ${name}` }];
    },
  },
];
