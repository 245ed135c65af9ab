import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import { ALERTING, type Lint, OURS } from '../lint.ts';
import { elementsOf, isNothing, keyOf, nodeAt, pairsOf, spanOf, textOf, typeOf } from '../nodes.ts';
import { headOf, placeOf } from './support.ts';

const SIDES = ['match', 'no_match'] as const;
/** `event` stands instead of `record` where no record makes the event: that records are missing. */
const KEYS = ['name', 'record', 'event', 'events', 'count'];
const KEYS_OF_EVENTS = ['record', 'event', 'after', 'repeat', 'every'];

/** Looks at each example. */
const eachExample =
  (look: (example: unknown) => readonly Found[]): Lint['find'] =>
  ({ map }) =>
    SIDES.flatMap(side =>
      elementsOf(nodeAt(map, side)).flatMap(example => (typeOf(example) === 'a map' ? look(example) : [])),
    );

const lacks =
  (side: (typeof SIDES)[number], what: string): Lint['find'] =>
  ({ map }) =>
    elementsOf(nodeAt(map, side)).length === 0 ? [{ at: placeOf(map, side), what }] : [];

/** A record is an object, or the text of a line. */
function recordMissing(example: unknown): readonly Found[] {
  const record = nodeAt(example, 'record') ?? nodeAt(example, 'event');
  if (isNothing(record)) return [{ at: headOf(example), what: 'an example has no record' }];
  const isOne = typeOf(record) === 'a map' || (textOf(record) ?? '') !== '';
  return isOne ? [] : [{ at: spanOf(record), what: `the record is ${typeOf(record)}` }];
}

const unknownKeys = (map: unknown, keys: readonly string[], what: string): readonly Found[] =>
  pairsOf(map)
    .filter(pair => !keys.includes(keyOf(pair)))
    .map(pair => ({ at: spanOf(pair.key), what: `${keyOf(pair)} is no key of ${what}` }));

const EXAMPLES = /\.examples(\.ya?ml)$/;

/** The file of the examples beside a rule. */
const besides = (file: string): string => file.replace(/(\.ya?ml)$/, '.examples$1');

const hasFile = (documents: readonly CheckedDocument[], file: string): boolean =>
  documents.some(document => document.file === file);

export const EXAMPLE_LINTS: readonly Lint[] = [
  {
    name: 'examples-missing',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A rule that was never seen to match is a hope.',
    section: OURS,
    fix: 'write x.examples.yml beside x.yml, with match and no_match',
    find: ({ file, map, index }, { documents }) =>
      index > 0 || hasFile(documents, besides(file))
        ? []
        : [{ at: headOf(map), what: `there is no ${besides(file).split('/').at(-1)}` }],
  },
  {
    name: 'examples-of-nothing',
    severity: 'warning',
    kinds: ['examples'],
    reason: 'Examples stand beside their rule, whose name they bear.',
    section: OURS,
    fix: 'name the file after its rule, x.examples.yml beside x.yml',
    find: ({ file, map }, { documents }) =>
      hasFile(documents, file.replace(EXAMPLES, '$1')) && EXAMPLES.test(file)
        ? []
        : [{ at: headOf(map), what: 'there is no rule of that name' }],
  },
  {
    name: 'examples-match-missing',
    severity: 'warning',
    kinds: ['examples'],
    reason: 'One record at least has to match.',
    section: OURS,
    fix: 'add match: with a record of a real log',
    find: lacks('match', 'no example has to match'),
  },
  {
    name: 'examples-near-miss-missing',
    severity: 'warning',
    kinds: ['examples'],
    reason: 'A near miss shows that the rule is no wider than it says.',
    section: OURS,
    fix: 'add no_match: with a record that differs in the one thing that makes it harmless',
    find: lacks('no_match', 'no example must not match'),
  },
  {
    name: 'example-no-map',
    severity: 'error',
    kinds: ['examples'],
    reason: 'An example has a name and a record.',
    section: OURS,
    fix: 'write - name: … and record: … below it',
    find: ({ map }) =>
      SIDES.flatMap(side =>
        elementsOf(nodeAt(map, side))
          .filter(example => typeOf(example) !== 'a map')
          .map(example => ({ at: spanOf(example, placeOf(map, side)), what: `an example is ${typeOf(example)}` })),
      ),
  },
  {
    name: 'example-name-missing',
    severity: 'error',
    kinds: ['examples'],
    reason: 'The name of an example says what it shows, where it fails above all.',
    section: OURS,
    fix: 'add name:',
    find: eachExample(example =>
      textOf(nodeAt(example, 'name'))?.trim() ? [] : [{ at: headOf(example), what: 'an example has no name' }],
    ),
  },
  {
    name: 'example-name-duplicate',
    severity: 'warning',
    kinds: ['examples'],
    reason: 'Two examples of one name cannot be told apart in a report.',
    section: OURS,
    fix: 'say what only this one shows',
    find: ({ map }) => {
      const seen = new Set<string>();
      return SIDES.flatMap(side => elementsOf(nodeAt(map, side))).flatMap(example => {
        const name = textOf(nodeAt(example, 'name'));
        if (name === undefined || !seen.has(name)) {
          seen.add(name ?? '');
          return [];
        }
        return [{ at: placeOf(example, 'name'), what: `two examples are named ${name}` }];
      });
    },
  },
  {
    name: 'example-record-missing',
    severity: 'error',
    kinds: ['examples'],
    reason: 'A record is an entry of a log as the API server or etcd writes it.',
    section: OURS,
    fix: 'add record: with the entry as JSON, or events: with several',
    find: eachExample(example => {
      const events = nodeAt(example, 'events');
      return isNothing(events) ? recordMissing(example) : elementsOf(events).flatMap(recordMissing);
    }),
  },
  {
    name: 'example-key-unknown',
    severity: 'error',
    kinds: ['examples'],
    reason:
      'An example has name and record, event or events, of which each has record or event, after, repeat and every.',
    section: OURS,
    fix: 'take it out',
    find: eachExample(example => [
      ...unknownKeys(example, KEYS, 'an example'),
      ...elementsOf(nodeAt(example, 'events')).flatMap(event => unknownKeys(event, KEYS_OF_EVENTS, 'an event')),
    ]),
  },
];
