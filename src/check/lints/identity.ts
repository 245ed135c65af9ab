import { LEVELS } from '../../model/alert.ts';
import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import { ALERTING, type Lint, OURS, rules, TITLED } from '../lint.ts';
import { elementsOf, isNothing, nodeAt, rewritten, spanOf, textOf } from '../nodes.ts';
import type { Project } from '../project.ts';
import { meant } from '../spelling.ts';
import { eachText, either, missing, placeOf, tooLong } from './support.ts';

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
const RELATIONS = ['derived', 'obsolete', 'merged', 'renamed', 'similar'] as const;

/** Finds a word that is none of those allowed; where the right one is plain, it is put in its place. */
export const oneOfWords = (key: string, words: readonly string[]): Lint['find'] =>
  eachText(key, (text, node) => {
    if (words.includes(text)) return undefined;
    const word = meant(text, words);
    return {
      what: `${key}: ${text} is none of ${either(words)}`,
      ...(word === undefined ? {} : { fix: `write ${word}`, edits: rewritten(node, word) }),
    };
  });

/** The first document of a group of equals, seen from a later one. */
function earlier(
  group: readonly CheckedDocument[] | undefined,
  document: CheckedDocument,
): CheckedDocument | undefined {
  const [first] = group ?? [];
  return first === undefined || first === document ? undefined : first;
}

const taken =
  (key: 'id' | 'name', groups: (project: Project) => Project['byId']): Lint['find'] =>
  (document, project) => {
    const value = textOf(nodeAt(document.map, key));
    const first = value === undefined ? undefined : earlier(groups(project).get(value.toLowerCase()), document);
    return first === undefined
      ? []
      : [{ at: placeOf(document.map, key), what: `the ${key} ${value} is taken by ${first.file}` }];
  };

/** Looks at each entry of `related`. */
const related =
  (check: (entry: unknown, document: CheckedDocument) => string | undefined, key?: string): Lint['find'] =>
  document =>
    elementsOf(nodeAt(document.map, 'related')).flatMap((entry): readonly Found[] => {
      const what = check(entry, document);
      return what === undefined ? [] : [{ at: key === undefined ? spanOf(entry) : placeOf(entry, key), what }];
    });

export const IDENTITY_LINTS: readonly Lint[] = [
  {
    name: 'title-missing',
    severity: 'error',
    kinds: TITLED,
    reason: 'The title is how everybody calls the rule, on an alert above all.',
    section: rules('Title'),
    fix: 'add title: and in a few words what is found',
    find: missing('title'),
  },
  {
    name: 'title-empty',
    severity: 'error',
    kinds: TITLED,
    reason: 'An empty title names nothing.',
    section: rules('Title'),
    fix: 'say in a few words what is found',
    find: eachText('title', text => (text.trim() === '' ? { what: 'title is empty' } : undefined)),
  },
  {
    name: 'title-too-long',
    severity: 'error',
    kinds: TITLED,
    reason: 'A title has 256 characters at most.',
    section: rules('Title'),
    fix: 'shorten it; the rest belongs into description',
    find: tooLong('title', 256),
  },
  {
    name: 'id-missing',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Alerts, silences and other rules know a rule by its id alone.',
    section: rules('Identification'),
    fix: 'add id: and what uuidgen prints',
    find: missing('id'),
  },
  {
    name: 'id-malformed',
    severity: 'error',
    kinds: TITLED,
    reason: 'An id is a UUID, so that no two are alike.',
    section: rules('Identification'),
    fix: 'write what uuidgen prints',
    find: eachText('id', text => (UUID.test(text) ? undefined : { what: `id: ${text} is no UUID` })),
  },
  {
    name: 'id-duplicate',
    severity: 'error',
    kinds: TITLED,
    reason: 'Two rules of one id would share their alerts.',
    section: rules('Identification'),
    fix: 'give this one its own: what uuidgen prints',
    find: taken('id', ({ byId }) => byId),
  },
  {
    name: 'name-too-long',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A name has 256 characters at most.',
    section: rules('Name'),
    fix: 'shorten it',
    find: tooLong('name', 256),
  },
  {
    name: 'name-duplicate',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A correlation names rules by their name, which means just one.',
    section: rules('Name'),
    fix: 'give this one its own',
    find: taken('name', ({ byName }) => byName),
  },
  {
    name: 'taxonomy-too-long',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'The name of a taxonomy has 256 characters at most.',
    section: rules('Taxonomy'),
    fix: 'shorten it',
    find: tooLong('taxonomy', 256),
  },
  {
    name: 'taxonomy-other',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Names of another taxonomy than sigma and ecs mean nothing here.',
    section: rules('Taxonomy'),
    fix: 'leave taxonomy out and use the fields of docs/rules.md',
    find: eachText('taxonomy', text =>
      text === 'sigma' || text === 'ecs' ? undefined : { what: `taxonomy: ${text} is not read` },
    ),
  },
  {
    name: 'related-incomplete',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A relation has an id and a type.',
    section: rules('Identification'),
    fix: 'write - id: … and type: … for each',
    find: related(entry =>
      isNothing(nodeAt(entry, 'id')) || isNothing(nodeAt(entry, 'type'))
        ? 'an entry of related lacks id or type'
        : undefined,
    ),
  },
  {
    name: 'related-type-unknown',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A relation is derived, obsolete, merged, renamed or similar.',
    section: rules('Identification'),
    fix: 'write one of these',
    fixable: true,
    find: ({ map }) =>
      elementsOf(nodeAt(map, 'related')).flatMap(entry => {
        const node = nodeAt(entry, 'type');
        const text = textOf(node);
        if (text === undefined || (RELATIONS as readonly string[]).includes(text)) return [];
        const word = meant(text, RELATIONS);
        const fixed = word === undefined ? {} : { fix: `write ${word}`, edits: rewritten(node, word) };
        return [{ at: spanOf(node), what: `related.type: ${text} is none of ${either(RELATIONS)}`, ...fixed }];
      }),
  },
  {
    name: 'related-id-malformed',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A relation names a rule by its UUID.',
    section: rules('Identification'),
    fix: 'write the id of the other rule',
    find: related(entry => {
      const id = textOf(nodeAt(entry, 'id'));
      return id === undefined || UUID.test(id) ? undefined : `related.id: ${id} is no UUID`;
    }, 'id'),
  },
  {
    name: 'related-to-itself',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A rule that is related to itself says nothing.',
    section: rules('Identification'),
    fix: 'name the other rule',
    find: related((entry, { map }) => {
      const id = textOf(nodeAt(entry, 'id'));
      return id !== undefined && id === textOf(nodeAt(map, 'id')) ? 'the rule is related to itself' : undefined;
    }, 'id'),
  },
  {
    name: 'status-missing',
    severity: 'note',
    kinds: ALERTING,
    reason: 'The status says how far the rule can be trusted.',
    section: rules('Status'),
    fix: 'add status: experimental, test or stable',
    find: missing('status'),
  },
  {
    name: 'status-unknown',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A status is stable, test, experimental, deprecated or unsupported.',
    section: rules('Status'),
    fix: 'write one of these',
    fixable: true,
    find: oneOfWords('status', STATUSES),
  },
  {
    name: 'status-retired',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A rule that is deprecated or unsupported is in force all the same as long as it is loaded.',
    section: rules('Status'),
    fix: 'take the rule out of the folder',
    find: eachText('status', text =>
      text === 'deprecated' || text === 'unsupported' ? { what: `the rule is ${text}` } : undefined,
    ),
  },
  {
    name: 'deprecated-without-related',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A deprecated rule says by related what replaces it.',
    section: rules('Status'),
    fix: 'add related: with the id of the rule that covers it now',
    find: ({ map }) =>
      textOf(nodeAt(map, 'status')) === 'deprecated' && elementsOf(nodeAt(map, 'related')).length === 0
        ? [{ at: placeOf(map, 'status'), what: 'the rule is deprecated and names no other' }]
        : [],
  },
  {
    name: 'level-missing',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'The level decides whom an alert wakes.',
    section: rules('Level'),
    fix: `add level: ${either(LEVELS)}`,
    find: missing('level'),
  },
  {
    name: 'level-unknown',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A level is informational, low, medium, high or critical.',
    section: rules('Level'),
    fix: 'write one of these',
    fixable: true,
    find: oneOfWords('level', LEVELS),
  },
  {
    name: 'title-duplicate',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'Two alerts of one title cannot be told apart on a pager.',
    section: OURS,
    fix: 'say in the title what only this rule finds',
    find: (document, { checked }) => {
      const title = textOf(nodeAt(document.map, 'title'));
      const first = [...checked].find(other => title !== undefined && textOf(nodeAt(other.map, 'title')) === title);
      return first === undefined || first === document
        ? []
        : [{ at: placeOf(document.map, 'title'), what: `the title is that of ${first.file}` }];
    },
  },
];
