import type { Condition } from '../../sigma/condition.ts';
import type { Found } from '../finding.ts';
import { filters, type Lint, OURS } from '../lint.ts';
import { elementsOf, isNothing, nodeAt, rewritten, spanOf, textOf, textsOf, typeOf } from '../nodes.ts';
import { meant } from '../spelling.ts';
import { referenced } from './correlations.ts';
import { ofDetection } from './detections.ts';
import { either, missing, placeOf } from './support.ts';

const ACTIONS = ['drop', 'sample', 'without-bodies'];

/** Whether a condition says only what must not hold. */
const excludes = (condition: Condition): boolean =>
  condition.kind === 'not' || (condition.kind !== 'selection' && condition.parts.every(excludes));

/** Sigma's filters, which narrow rules, and Keywarden's own, which leave events out of the index. */
export const FILTER_LINTS: readonly Lint[] = [
  {
    name: 'filter-rules-missing',
    severity: 'warning',
    kinds: ['filter'],
    reason: 'A filter names the rules that it narrows.',
    section: filters('Relative rules'),
    fix: 'add rules: with ids or names of rules below filter:, or rules: any',
    find: ({ map }) =>
      isNothing(nodeAt(map, 'filter', 'rules'))
        ? [{ at: placeOf(nodeAt(map, 'filter'), 'rules'), what: 'the filter names no rules' }]
        : [],
  },
  {
    name: 'filter-rules-empty',
    severity: 'error',
    kinds: ['filter'],
    reason: 'A filter of no rules narrows none.',
    section: filters('Relative rules'),
    fix: 'name a rule',
    find: ({ map }) => {
      const node = nodeAt(map, 'filter', 'rules');
      return typeOf(node) === 'a list' && elementsOf(node).length === 0
        ? [{ at: spanOf(node), what: 'the list of rules is empty' }]
        : [];
    },
  },
  {
    name: 'filter-rules-no-list',
    severity: 'error',
    kinds: ['filter'],
    reason: 'The rules of a filter are a list, or the word any.',
    section: filters('Relative rules'),
    fix: 'write - before each',
    find: ({ map }) => {
      const node = nodeAt(map, 'filter', 'rules');
      return isNothing(node) || typeOf(node) === 'a list' || textOf(node) === 'any'
        ? []
        : [{ at: spanOf(node), what: `rules is ${typeOf(node)}` }];
    },
  },
  {
    name: 'filter-rule-unknown',
    severity: 'warning',
    kinds: ['filter'],
    reason: 'A filter of a rule that is not there does nothing.',
    section: filters('Relative rules'),
    fix: 'write the id or name of a rule that is there; check it together with the rules',
    find: ({ map }, project) => {
      const titles = new Set(project.documents.flatMap(({ map: other }) => textOf(nodeAt(other, 'title')) ?? []));
      const node = nodeAt(map, 'filter', 'rules');
      return textsOf(typeOf(node) === 'a list' ? node : undefined)
        .filter(({ text }) => referenced(text, project).length === 0 && !titles.has(text))
        .map(({ text, node: at }) => ({ at: spanOf(at), what: `there is no rule ${text}` }));
    },
  },
  {
    name: 'filter-rule-by-title',
    severity: 'warning',
    kinds: ['filter'],
    reason: 'A rule is named by its id or its name; titles change.',
    section: filters('Relative rules'),
    fix: 'write its id',
    fixable: true,
    find: ({ map }, project) =>
      textsOf(nodeAt(map, 'filter', 'rules')).flatMap(({ text, node }) => {
        const titled = project.documents.find(
          ({ map: other, kind }) => kind !== 'filter' && textOf(nodeAt(other, 'title')) === text,
        );
        if (titled === undefined || referenced(text, project).length > 0) return [];
        const id = textOf(nodeAt(titled.map, 'id'));
        return [
          {
            at: spanOf(node),
            what: `${text} is a title`,
            ...(id === undefined ? {} : { fix: `write ${id}`, edits: rewritten(node, id) }),
          },
        ];
      }),
  },
  {
    name: 'filter-condition-open',
    severity: 'error',
    kinds: ['filter'],
    reason:
      'Tools disagree whether a filter leaves out what its condition selects or keeps it alone; not means the same to all.',
    section: filters('filter condition'),
    fix: 'negate what is to be left out',
    fixable: true,
    find: ofDetection(({ conditions }) =>
      conditions.flatMap(({ node, text, meaning }): readonly Found[] => {
        if (meaning === undefined || excludes(meaning)) return [];
        const negated = `not ${/^\S+$/.test(text) ? text : `(${text})`}`;
        return [
          {
            at: spanOf(node),
            what: `the condition ${text} may leave out or keep`,
            fix: `write ${negated}`,
            edits: rewritten(node, negated),
          },
        ];
      }),
    ),
  },
  {
    name: 'filter-description-missing',
    severity: 'warning',
    kinds: ['filter'],
    reason: 'A filter hides matches, and has to say why that is right.',
    section: filters('Description'),
    fix: 'add description: and why nobody will miss what is left out',
    find: missing('description'),
  },
  {
    name: 'event-filter-name',
    severity: 'error',
    kinds: ['event-filter'],
    reason: 'The name of a filter is how counts and events call it.',
    section: OURS,
    fix: 'write lower-case letters, digits and -, 64 at most',
    find: ({ map }) => {
      const node = nodeAt(map, 'filter');
      return /^[a-z][a-z0-9-]{0,63}$/.test(textOf(node) ?? '')
        ? []
        : [{ at: placeOf(map, 'filter'), what: `filter: ${textOf(node) ?? typeOf(node)} is no name` }];
    },
  },
  {
    name: 'event-filter-description-missing',
    severity: 'error',
    kinds: ['event-filter'],
    reason: 'A filter leaves events out of the index, and has to say why nobody will miss them.',
    section: OURS,
    fix: 'add description:',
    find: missing('description'),
  },
  {
    name: 'event-filter-action',
    severity: 'error',
    kinds: ['event-filter'],
    reason: 'A filter drops events, keeps a sample, or leaves their bodies out.',
    section: OURS,
    fix: 'write drop, sample or without-bodies',
    fixable: true,
    find: ({ map }) => {
      const node = nodeAt(map, 'action');
      const text = textOf(node) ?? '';
      if (ACTIONS.includes(text)) return [];
      const word = meant(text, ACTIONS);
      return [
        {
          at: placeOf(map, 'action'),
          what: `action: ${text || typeOf(node)} is none of ${either(ACTIONS)}`,
          ...(word === undefined ? {} : { edits: rewritten(node, word) }),
        },
      ];
    },
  },
  {
    name: 'event-filter-rate',
    severity: 'error',
    kinds: ['event-filter'],
    reason: 'A sample needs the share to keep, above 0 and below 1; other actions have none.',
    section: OURS,
    fix: 'write rate: 0.01 beside action: sample, and nowhere else',
    find: ({ map }) => {
      const rate = Number((nodeAt(map, 'rate') as { value?: unknown } | undefined)?.value ?? Number.NaN);
      const given = !isNothing(nodeAt(map, 'rate'));
      const wrong = textOf(nodeAt(map, 'action')) === 'sample' ? !(rate > 0 && rate < 1) : given;
      return wrong
        ? [{ at: placeOf(map, 'rate'), what: given ? `rate: ${rate} is no share to keep` : 'rate is missing' }]
        : [];
    },
  },
  {
    name: 'event-filter-bodies-of-etcd',
    severity: 'error',
    kinds: ['event-filter'],
    reason: 'The lines of etcd have no bodies.',
    section: OURS,
    fix: 'write drop or sample',
    find: ({ map }) =>
      textOf(nodeAt(map, 'action')) === 'without-bodies' && textOf(nodeAt(map, 'logsource', 'product')) === 'etcd'
        ? [{ at: placeOf(map, 'action'), what: 'without-bodies is for kubernetes alone' }]
        : [],
  },
];
