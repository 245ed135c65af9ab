import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import { ALERTING, type Lint, OURS } from '../lint.ts';
import { elementsOf, isNothing, keyOf, nodeAt, pairsOf, rewritten, spanOf, textOf, textsOf, typeOf } from '../nodes.ts';
import { logsourceOf, type Project } from '../project.ts';
import { knownAt, schemaOf } from '../schema/schema.ts';
import { meant } from '../spelling.ts';
import { referenced } from './correlations.ts';
import { perhaps, placeOf, withoutNode } from './support.ts';

const KEYS_OF_BOTH = ['message', 'look_first', 'suppress', 'allow'];
const KEYS_OF_RULES = ['group', ...KEYS_OF_BOTH, 'first_seen', 'without'];
const TIME = /^(0|[1-9]\d{0,5})[smhd]$/;
const PLACEHOLDER = /\{([^{}]*)\}/g;

const own = ({ map }: CheckedDocument, key: string): unknown => nodeAt(map, 'keywarden', key);
const placeOfOwn = ({ map }: CheckedDocument, key: string): Found['at'] =>
  isNothing(nodeAt(map, 'keywarden')) ? placeOf(map, 'keywarden') : placeOf(nodeAt(map, 'keywarden'), key);

/** Finds that `keywarden` lacks a key. */
const lacks =
  (key: string): Lint['find'] =>
  document =>
    isNothing(own(document, key)) ? [{ at: placeOfOwn(document, key), what: `keywarden.${key} is missing` }] : [];

/** A field that no event of the document's log source has, and what may have been meant. */
export function unknownField(document: CheckedDocument, field: string, project: Project): string | undefined {
  const schema = schemaOf(logsourceOf(document));
  if (schema === undefined) return undefined;
  const known = project.pathsOf(document, field).map(path => knownAt(schema, path));
  if (known.length === 0 || known.some(({ kind }) => kind !== 'unknown')) return undefined;
  const near = known.flatMap(one => (one.kind === 'unknown' ? one.near : []));
  return `${field} is no field of ${schema.product}’s events${perhaps(near)}`;
}

/** The same for the sentence of a correlation: `count`, its group, or a field of one of its rules. */
function unknownOfCorrelation(document: CheckedDocument, field: string, project: Project): string | undefined {
  const correlation = nodeAt(document.map, 'correlation');
  const named = ['count', ...textsOf(nodeAt(correlation, 'group-by')).map(({ text }) => text)];
  const rules = textsOf(nodeAt(correlation, 'rules')).flatMap(({ text }) => referenced(text, project));
  if (named.includes(field) || rules.length === 0 || rules.some(({ kind }) => kind !== 'rule')) return undefined;
  const [first, ...others] = rules.map(rule => unknownField(rule, field, project));
  return others.includes(undefined) ? undefined : first;
}

const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(PLACEHOLDER)].map(([, field = '']) => field);

export const EXTENSION_LINTS: readonly Lint[] = [
  {
    name: 'keywarden-key-unknown',
    severity: 'error',
    kinds: ALERTING,
    reason:
      'keywarden has message, look_first, suppress and allow, and of rules group, first_seen and without; the group of a correlation is its group-by.',
    section: OURS,
    fix: 'write one of these, or take it out',
    fixable: true,
    find: ({ map, kind }) => {
      const keys = kind === 'correlation' ? KEYS_OF_BOTH : KEYS_OF_RULES;
      return pairsOf(nodeAt(map, 'keywarden'))
        .filter(pair => !keys.includes(keyOf(pair)))
        .map(pair => {
          const word = meant(keyOf(pair), keys);
          return {
            at: spanOf(pair.key),
            what: `keywarden.${keyOf(pair)} is no key${kind === 'correlation' ? ' of a correlation' : ''}`,
            ...(word === undefined ? {} : { fix: `write ${word}`, edits: rewritten(pair.key, word) }),
          };
        });
    },
  },
  {
    name: 'group-missing',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'The group tells one case from another: without it user and address do.',
    section: OURS,
    fix: 'add keywarden: group: with the fields that tell cases apart',
    find: lacks('group'),
  },
  {
    name: 'group-malformed',
    severity: 'error',
    kinds: ['rule'],
    reason: 'A group is a list of fields.',
    section: OURS,
    fix: 'write group: [user.name]',
    find: document => {
      const node = own(document, 'group');
      if (isNothing(node)) return [];
      const bad =
        typeOf(node) !== 'a list' ||
        elementsOf(node).length === 0 ||
        elementsOf(node).some(one => textOf(one) === undefined);
      return bad ? [{ at: spanOf(node), what: 'keywarden.group is no list of fields' }] : [];
    },
  },
  {
    name: 'group-field-unknown',
    severity: 'error',
    kinds: ['rule'],
    reason: 'A field that no event has tells nothing apart.',
    section: OURS,
    fix: 'name a field of the events',
    find: (document, project) =>
      textsOf(own(document, 'group')).flatMap(({ text, node }) => {
        const what = unknownField(document, text, project);
        return what === undefined ? [] : [{ at: spanOf(node), what }];
      }),
  },
  {
    name: 'group-field-duplicate',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'A field of a group stands once.',
    section: OURS,
    fix: 'take it out',
    fixable: true,
    find: document => {
      const list = own(document, 'group');
      const all = textsOf(list);
      return all
        .filter(({ text }, i) => all.findIndex(other => other.text === text) < i)
        .map(({ text, node }) => ({
          at: spanOf(node),
          what: `group has ${text} twice`,
          edits: withoutNode(document.text, list, node),
        }));
    },
  },
  {
    name: 'message-missing',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'The message is the sentence on the pager: who did what to what, from where.',
    section: OURS,
    fix: "add keywarden: message: such as '{user.name} read Secrets from {source.ip}'",
    find: lacks('message'),
  },
  {
    name: 'message-no-text',
    severity: 'error',
    kinds: ALERTING,
    reason: 'message and look_first are texts.',
    section: OURS,
    fix: 'write a text; a text that begins with { needs quotes',
    find: document =>
      ['message', 'look_first'].flatMap(key => {
        const node = own(document, key);
        return isNothing(node) || textOf(node)?.trim()
          ? []
          : [{ at: spanOf(node), what: `keywarden.${key} is ${textOf(node) === undefined ? typeOf(node) : 'empty'}` }];
      }),
  },
  {
    name: 'message-field-unknown',
    severity: 'error',
    kinds: ALERTING,
    reason: 'A field that no event has reads “unknown” on the pager.',
    section: OURS,
    fix: 'name a field of the events',
    find: (document, project) => {
      const node = own(document, 'message');
      const unknown = document.kind === 'rule' ? unknownField : unknownOfCorrelation;
      return placeholders(textOf(node) ?? '').flatMap(field => {
        const what = field.trim() === '' ? 'a placeholder is empty' : unknown(document, field, project);
        return what === undefined ? [] : [{ at: spanOf(node), what }];
      });
    },
  },
  {
    name: 'message-brace',
    severity: 'warning',
    kinds: ALERTING,
    reason: 'A brace alone stands in the sentence as it is.',
    section: OURS,
    fix: 'write {field}',
    find: document => {
      const node = own(document, 'message');
      return /[{}]/.test((textOf(node) ?? '').replace(PLACEHOLDER, ''))
        ? [{ at: spanOf(node), what: 'a brace of the message has no other' }]
        : [];
    },
  },
  {
    name: 'message-without-field',
    severity: 'note',
    kinds: ['rule'],
    reason: 'A sentence that names neither who nor what is the same for every case.',
    section: OURS,
    fix: 'name who, what and from where by {field}',
    find: document => {
      const node = own(document, 'message');
      const text = textOf(node);
      return text === undefined || placeholders(text).length > 0
        ? []
        : [{ at: spanOf(node), what: 'the message names no field' }];
    },
  },
  {
    name: 'look-first-missing',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'At three in the morning somebody has to know where to look first.',
    section: OURS,
    fix: 'add keywarden: look_first: and what an analyst looks at first',
    find: lacks('look_first'),
  },
  {
    name: 'suppress-malformed',
    severity: 'error',
    kinds: ALERTING,
    reason: 'The time of suppression is a number and s, m, h or d.',
    section: OURS,
    fix: 'write it such as 30s, 10m, 12h or 7d, 0s for none',
    find: document => {
      const node = own(document, 'suppress');
      return isNothing(node) || TIME.test(textOf(node) ?? '')
        ? []
        : [{ at: spanOf(node), what: `suppress: ${textOf(node) ?? typeOf(node)} is no time` }];
    },
  },
  {
    name: 'fields-unknown',
    severity: 'warning',
    kinds: ['rule'],
    reason: 'A field that no event has shows an analyst nothing.',
    section: OURS,
    fix: 'name a field of the events',
    find: (document, project) =>
      textsOf(nodeAt(document.map, 'fields')).flatMap(({ text, node }) => {
        const what = unknownField(document, text, project);
        return what === undefined ? [] : [{ at: spanOf(node), what }];
      }),
  },
];
