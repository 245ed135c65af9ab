import { CORRELATION_TYPES } from '../../sigma/program.ts';
import type { CheckedDocument } from '../document.ts';
import type { Found } from '../finding.ts';
import { correlations, type Lint } from '../lint.ts';
import {
  elementsOf,
  isNothing,
  keyOf,
  nodeAt,
  pairAt,
  pairsOf,
  rewritten,
  spanOf,
  textOf,
  textsOf,
  typeOf,
} from '../nodes.ts';
import { logsourceOf, type Project } from '../project.ts';
import { knownAt, schemaOf } from '../schema/schema.ts';
import { meant, nearest } from '../spelling.ts';
import { either, headOf, missing, perhaps, placeOf } from './support.ts';

const TEMPORAL = ['temporal', 'temporal_ordered'] as const;
/** `value_median` is another name for a percentile. */
const TYPES: readonly string[] = [...CORRELATION_TYPES, 'value_median'];
const KEYS = ['type', 'rules', 'aliases', 'group-by', 'timespan', 'condition', 'generate'];
const TIMESPAN = /^[1-9]\d{0,5}[smhd]$/;

const SECTION = correlations('Correlation section');

const correlationOf = ({ map }: CheckedDocument): unknown => nodeAt(map, 'correlation');

/** Looks at the map `correlation`, where there is one. */
export const inCorrelation =
  (look: (correlation: unknown, document: CheckedDocument, project: Project) => readonly Found[]): Lint['find'] =>
  (document, project) => {
    const correlation = correlationOf(document);
    return pairsOf(correlation).length === 0 ? [] : look(correlation, document, project);
  };

/** Finds that a key of `correlation` is not there, for the types that need it. */
const lacks = (key: string, needed: (type: string) => boolean = () => true): Lint['find'] =>
  inCorrelation(correlation =>
    isNothing(nodeAt(correlation, key)) && needed(textOf(nodeAt(correlation, 'type')) ?? '')
      ? [{ at: placeOf(correlation, key), what: `correlation has no ${key}` }]
      : [],
  );

/** Whether the condition says by the names of rules which of them have to match. */
const isExpression = (correlation: unknown): boolean => textOf(nodeAt(correlation, 'condition')) !== undefined;

/** Whether a correlation is about the order of rules, not about numbers. */
export const isTemporal = (type: string): boolean => (TEMPORAL as readonly string[]).includes(type);

/** The documents that a reference of a correlation or filter means. */
export function referenced(name: string, { byId, byName }: Project): readonly CheckedDocument[] {
  const key = name.toLowerCase();
  return [...(byId.get(key) ?? []), ...(byName.get(key) ?? [])];
}

export const CORRELATION_LINTS: readonly Lint[] = [
  {
    name: 'correlation-missing',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A correlation says type, rules, group-by, timespan and condition below correlation.',
    section: SECTION,
    fix: 'write them below correlation:',
    find: missing('correlation', 'correlation is empty'),
  },
  {
    name: 'correlation-key-unknown',
    severity: 'warning',
    kinds: ['correlation'],
    reason: 'A key that is not known is read by nobody.',
    section: SECTION,
    fix: 'write the key that is meant',
    fixable: true,
    find: inCorrelation(correlation =>
      pairsOf(correlation)
        .filter(pair => !KEYS.includes(keyOf(pair)))
        .map(pair => {
          const word = meant(keyOf(pair), KEYS);
          return {
            at: spanOf(pair.key),
            what: `${keyOf(pair)} is no key of a correlation`,
            ...(word === undefined ? {} : { fix: `write ${word}`, edits: rewritten(pair.key, word) }),
          };
        }),
    ),
  },
  {
    name: 'correlation-type-missing',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'The type says what is counted or in which order rules have to match.',
    section: correlations('Correlation type'),
    fix: `add type: ${either(TYPES)}`,
    find: lacks('type'),
  },
  {
    name: 'correlation-type-unknown',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A type is event_count, value_count, temporal, temporal_ordered or one of the sums and means.',
    section: correlations('Correlation type'),
    fix: 'write one of these',
    fixable: true,
    find: inCorrelation(correlation => {
      const node = nodeAt(correlation, 'type');
      const text = textOf(node);
      if (text === undefined || TYPES.includes(text)) return [];
      const word = meant(text, TYPES);
      return [
        {
          at: spanOf(node),
          what: `the type ${text} is not known`,
          ...(word === undefined ? {} : { fix: `write ${word}`, edits: rewritten(node, word) }),
        },
      ];
    }),
  },
  {
    name: 'correlation-rules-missing',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A correlation speaks of rules.',
    section: correlations('Related rules'),
    fix: 'add rules: with ids or names of rules',
    find: inCorrelation(correlation =>
      elementsOf(nodeAt(correlation, 'rules')).length === 0 && !isExpression(correlation)
        ? [{ at: placeOf(correlation, 'rules'), what: 'correlation names no rules' }]
        : [],
    ),
  },
  {
    name: 'correlation-rules-no-list',
    severity: 'warning',
    kinds: ['correlation'],
    reason: 'Rules are a list, of one too.',
    section: correlations('Related rules'),
    fix: 'write - before it',
    find: inCorrelation(correlation => {
      const node = nodeAt(correlation, 'rules');
      return isNothing(node) || typeOf(node) === 'a list'
        ? []
        : [{ at: spanOf(node), what: `rules is ${typeOf(node)}` }];
    }),
  },
  {
    name: 'correlation-rule-unknown',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A correlation of a rule that is not there is not evaluated, and its other rules alert for themselves.',
    section: correlations('Related rules'),
    fix: 'write the id or name of a rule that is there; check it together with the rules',
    find: inCorrelation((correlation, _, project) =>
      textsOf(nodeAt(correlation, 'rules'))
        .filter(({ text }) => referenced(text, project).length === 0)
        .map(({ text, node }) => ({
          at: spanOf(node),
          what: `there is no rule ${text}${perhaps(nearest(text, project.byName.keys()))}`,
        })),
    ),
  },
  {
    name: 'correlation-rule-itself',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A correlation that waits for itself never begins.',
    section: correlations('Related rules'),
    fix: 'name another rule',
    find: inCorrelation((correlation, document, project) =>
      textsOf(nodeAt(correlation, 'rules'))
        .filter(({ text }) => referenced(text, project).includes(document))
        .map(({ node }) => ({ at: spanOf(node), what: 'the correlation names itself' })),
    ),
  },
  {
    name: 'correlation-temporal-of-one',
    severity: 'warning',
    kinds: ['correlation'],
    reason: 'That one rule matches near itself is what the rule alone says.',
    section: correlations('Temporal Proximity (temporal)'),
    fix: 'name a second rule, or use event_count',
    find: inCorrelation(correlation =>
      isTemporal(textOf(nodeAt(correlation, 'type')) ?? '') && elementsOf(nodeAt(correlation, 'rules')).length === 1
        ? [{ at: placeOf(correlation, 'rules'), what: 'a temporal correlation names one rule' }]
        : [],
    ),
  },
  {
    name: 'correlation-timespan-missing',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'The timespan says how near to each other the events have to be.',
    section: correlations('Time Selection'),
    fix: 'add timespan: such as 5m',
    find: lacks('timespan'),
  },
  {
    name: 'correlation-timespan-malformed',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A timespan is a number and s, m, h or d.',
    section: correlations('Time Selection'),
    fix: 'write it such as 30s, 5m, 1h or 7d',
    find: inCorrelation(correlation => {
      const node = nodeAt(correlation, 'timespan');
      const text = isNothing(node) ? '1s' : String((node as { value?: unknown }).value);
      return TIMESPAN.test(text) ? [] : [{ at: spanOf(node), what: `timespan: ${text} is no time` }];
    }),
  },
  {
    name: 'correlation-group-by-missing',
    severity: 'warning',
    kinds: ['correlation'],
    reason: 'Without group-by events of all users and all machines are counted together.',
    section: correlations('Grouping'),
    fix: 'add group-by: such as user.name',
    find: lacks('group-by'),
  },
  {
    name: 'correlation-group-by-unknown',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'Events without a field of group-by never come together.',
    section: correlations('Grouping'),
    fix: 'name a field of the events, or an alias',
    find: inCorrelation((correlation, _, project) => {
      const aliases = new Set(pairsOf(nodeAt(correlation, 'aliases')).map(keyOf));
      const rules = textsOf(nodeAt(correlation, 'rules')).flatMap(({ text }) => referenced(text, project));
      return textsOf(nodeAt(correlation, 'group-by'))
        .filter(({ text }) => !aliases.has(text) && rules.some(rule => isUnknown(rule, text, project)))
        .map(({ text, node }) => ({ at: spanOf(node), what: `${text} is a field that events of a rule do not have` }));
    }),
  },
  {
    name: 'correlation-generate-no-truth-value',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'generate says by true or false whether the rules alert for themselves, too.',
    section: correlations('Generate'),
    fix: 'write true or false',
    find: document => {
      const node = nodeAt(document.map, 'generate') ?? nodeAt(correlationOf(document), 'generate');
      return isNothing(node) || typeOf(node) === 'a truth value'
        ? []
        : [{ at: spanOf(node), what: `generate is ${typeOf(node)}` }];
    },
  },
  {
    name: 'correlation-generate-off',
    severity: 'note',
    kinds: ['correlation'],
    reason: 'Rules that a correlation names alert no longer for themselves, unless generate is true.',
    section: correlations('Generate'),
    fix: 'add generate: true where they should, generate: false where they should not',
    find: document =>
      pairAt(document.map, 'generate') === undefined && pairAt(correlationOf(document), 'generate') === undefined
        ? [{ at: headOf(correlationOf(document)), what: 'generate is not set' }]
        : [],
  },
];

function isUnknown(rule: CheckedDocument, field: string, { pathsOf }: Project): boolean {
  const schema = schemaOf(logsourceOf(rule));
  return schema !== undefined && pathsOf(rule, field).every(path => knownAt(schema, path).kind === 'unknown');
}
