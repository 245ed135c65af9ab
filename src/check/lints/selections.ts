import { isMap, isSeq } from 'yaml';
import type { CheckedSelection } from '../detection.ts';
import { DETECTING, filters, type Lint, OURS, rules } from '../lint.ts';
import {
  elementsOf,
  isNothing,
  nodeAt,
  pairAt,
  pairsOf,
  rewritten,
  spanOf,
  textOf,
  typeOf,
  withoutElement,
} from '../nodes.ts';
import { eachItem, eachSelection, isName, ofDetection, where } from './detections.ts';
import { headOf, missing, placeOf } from './support.ts';

const keyPlaceOf = ({ pair }: CheckedSelection): readonly [number, number] => spanOf(pair.key);

/** What a selection says, whatever its layout. */
const contentOf = ({ alternatives }: CheckedSelection): string =>
  JSON.stringify(
    alternatives
      .map(items => items.map(({ field, modifiers, values }) => [field, modifiers, values.map(({ value }) => value)]))
      .map(items => items.map(item => JSON.stringify(item)).sort()),
  );

export const SELECTION_LINTS: readonly Lint[] = [
  {
    name: 'detection-missing',
    severity: 'error',
    kinds: ['rule', 'event-filter'],
    reason: 'Without a detection nothing is ever found.',
    section: rules('Detection'),
    fix: 'add detection: with selections and a condition',
    find: missing('detection'),
  },
  {
    name: 'detection-empty',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A detection has at least one selection.',
    section: rules('Detection'),
    fix: 'add a selection, such as selection: with verb: get below it',
    find: ofDetection(({ selections, node }, document) =>
      selections.length === 0 && document.kind !== 'filter'
        ? [{ at: headOf(node), what: 'there is no selection' }]
        : [],
    ),
  },
  {
    name: 'selection-empty',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A selection without fields and keywords means nothing.',
    section: rules('Search-Identifier'),
    fix: 'name at least one field or keyword, or take it out',
    find: eachSelection(selection => {
      const { value } = selection.pair;
      const nothing = isNothing(value) || ((isMap(value) || isSeq(value)) && value.items.length === 0);
      const element = elementsOf(value).find(one => isMap(one) && one.items.length === 0);
      return nothing || element !== undefined
        ? [{ at: spanOf(nothing ? selection.pair.key : element), what: `${selection.name} is empty` }]
        : [];
    }),
  },
  {
    name: 'selection-no-map',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A selection is a map of fields, a list of maps, or a list of keywords.',
    section: rules('Search-Identifier'),
    fix: 'write fields and values below it, or - before a keyword',
    find: eachSelection(({ name, pair: { value } }) =>
      isNothing(value) || isMap(value) || isSeq(value)
        ? []
        : [{ at: spanOf(value), what: `${name} is ${typeOf(value)}` }],
    ),
  },
  {
    name: 'selection-mixed',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'Keywarden takes maps and keywords of one list for alternatives; other tools refuse them.',
    section: rules('Lists'),
    fix: 'make two selections and join them by or',
    find: eachSelection(({ name, pair: { value } }) => {
      const elements = isSeq(value) ? (value.items as readonly unknown[]) : [];
      const maps = elements.filter(isMap).length;
      return maps > 0 && maps < elements.length ? [{ at: spanOf(value), what: `${name} mixes maps and keywords` }] : [];
    }),
  },
  {
    name: 'selection-name',
    severity: 'error',
    kinds: DETECTING,
    reason: 'A condition has to be able to name the selection.',
    section: rules('Condition'),
    fix: 'name it by letters, numerals and _, and not by a word of conditions',
    find: eachSelection(selection =>
      isName(selection.name)
        ? []
        : [{ at: keyPlaceOf(selection), what: `a condition cannot name “${selection.name}”` }],
    ),
  },
  {
    name: 'selection-duplicate',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'Two selections that say the same are most likely a copy that was not changed.',
    section: OURS,
    fix: 'change one, or take it out',
    find: ofDetection(({ selections }) => {
      const first = new Map<string, string>();
      return selections.flatMap(selection => {
        const content = contentOf(selection);
        const other = first.get(content);
        if (other === undefined) first.set(content, selection.name);
        return other === undefined || selection.alternatives.length === 0
          ? []
          : [{ at: keyPlaceOf(selection), what: `${selection.name} says the same as ${other}` }];
      });
    }),
  },
  {
    name: 'selection-list-of-one',
    severity: 'note',
    kinds: DETECTING,
    reason: 'A list of maps is for alternatives, and there is but one.',
    section: rules('Lists'),
    fix: 'write the fields without the -',
    find: eachSelection(({ name, pair: { value } }) =>
      isSeq(value) && value.items.length === 1 && isMap(value.items[0])
        ? [{ at: spanOf(value), what: `${name} is a list of one map` }]
        : [],
    ),
  },
  {
    name: 'alternative-duplicate',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'An alternative that stands twice adds nothing.',
    section: rules('Lists'),
    fix: 'change it, or take it out',
    fixable: true,
    find: eachSelection(({ pair: { value }, alternatives, name, ...rest }, { text }) => {
      if (!isSeq(value) || alternatives.length !== value.items.length) return [];
      const contents = alternatives.map(items =>
        contentOf({ ...rest, pair: { value } as never, name, alternatives: [items] }),
      );
      return value.items.flatMap((node, i) =>
        contents.indexOf(contents[i] ?? '') < i
          ? [
              {
                at: spanOf(node),
                what: `an alternative of ${name} stands twice`,
                edits: withoutElement(text, value, i),
              },
            ]
          : [],
      );
    }),
  },
  {
    name: 'detection-timeframe',
    severity: 'error',
    kinds: DETECTING,
    reason: 'timeframe belonged to the aggregations of Sigma 1, and does nothing since.',
    section: rules('Condition'),
    fix: 'write a correlation with timespan',
    find: document => {
      const pair = pairAt(where(document), 'timeframe');
      return pair === undefined ? [] : [{ at: spanOf(pair.key), what: 'timeframe is no longer part of a detection' }];
    },
  },
  {
    name: 'condition-in-list',
    severity: 'warning',
    kinds: DETECTING,
    reason: 'In a list each condition is an alternative; one alone needs no list.',
    section: rules('Condition'),
    fix: 'write it without the -',
    fixable: true,
    find: document => {
      const node = nodeAt(where(document), 'condition');
      const [only] = isSeq(node) && node.items.length === 1 ? (node.items as readonly unknown[]) : [];
      const text = textOf(only);
      if (!isSeq(node) || text === undefined) return [];
      const [start, end] = spanOf(node);
      const edits = node.flow === true ? [{ start, end, text: rewritten(only, text)[0]?.text ?? text }] : [];
      return [{ at: [start, end], what: 'the list of conditions has one', edits }];
    },
  },
  {
    name: 'value-no-scalar',
    severity: 'error',
    kinds: DETECTING,
    reason: 'The value of a field is a text, a number, true, false or null, or a list of them.',
    section: rules('Maps'),
    fix: 'write the path in the field’s name, such as requestObject.spec.hostPID',
    find: eachItem(item => {
      const nodes = item.pair === undefined ? elementsOf(item.node) : elementsOf(item.pair.value);
      return nodes
        .filter(node => ['a map', 'a list', 'something else'].includes(typeOf(node)))
        .map(node => ({ at: spanOf(node), what: `a value of ${item.field || 'the keywords'} is ${typeOf(node)}` }));
    }),
  },
  {
    name: 'filter-selection-missing',
    severity: 'error',
    kinds: ['filter'],
    reason: 'A filter says by selections what it leaves out.',
    section: filters('Global Filter'),
    fix: 'add selection: with fields below filter:',
    find: ofDetection(({ selections, node }) =>
      selections.length === 0 ? [{ at: headOf(node), what: 'the filter has no selection' }] : [],
    ),
  },
  {
    name: 'filter-missing',
    severity: 'error',
    kinds: ['filter'],
    reason: 'A filter has a map filter with rules, selections and a condition.',
    section: filters('Global Filter'),
    fix: 'write rules:, selection: and condition: below filter:',
    find: document =>
      pairsOf(nodeAt(document.map, 'filter')).length === 0
        ? [{ at: placeOf(document.map, 'filter'), what: 'the filter is empty' }]
        : [],
  },
];
