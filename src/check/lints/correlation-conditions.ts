import type { Pair } from 'yaml';
import { type Criteria, OPERATORS, someNumber, testOf } from '../../sigma/number-criteria.ts';
import { correlations, type Lint } from '../lint.ts';
import { elementsOf, isNothing, keyOf, nodeAt, pairAt, pairsOf, spanOf, textOf, textsOf, typeOf } from '../nodes.ts';
import { inCorrelation, isTemporal } from './correlations.ts';
import { headOf, placeOf } from './support.ts';

const COUNTS = ['event_count', 'value_count'];

/** The criteria of the condition, without the field that they count. */
const criteriaOf = (correlation: unknown): readonly Pair[] =>
  pairsOf(nodeAt(correlation, 'condition')).filter(pair => !['field', 'percentile'].includes(keyOf(pair)));

const needsField = (type: string): boolean => type.startsWith('value_');

const isOperator = (key: string): boolean => (OPERATORS as readonly string[]).includes(key);

/** Whether no number that the correlation could come to satisfies the criteria. */
function neverHolds(pairs: readonly Pair[], type: string, rules: number): boolean {
  const criteria = OPERATORS.flatMap((operator): Criteria => {
    const pair = pairs.find(one => keyOf(one) === operator);
    const value = (pair?.value as { value?: unknown } | null | undefined)?.value;
    return typeof value === 'number' ? [[operator, value]] : [];
  });
  if (criteria.length === 0 || criteria.length < pairs.length) return false;
  const isCount = COUNTS.includes(type) || isTemporal(type);
  const least = isCount ? 1 : Number.NEGATIVE_INFINITY;
  const most = isTemporal(type) ? rules : Number.POSITIVE_INFINITY;
  return !someNumber(testOf(criteria), criteria, { whole: isCount, least, most });
}

export const CORRELATION_CONDITION_LINTS: readonly Lint[] = [
  {
    name: 'correlation-alias-malformed',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'An alias says for each rule by its name which field is meant.',
    section: correlations('Aliases'),
    fix: 'write the name of each rule and its field below the alias',
    find: inCorrelation(correlation =>
      pairsOf(nodeAt(correlation, 'aliases'))
        .filter(
          pair =>
            typeOf(pair.value) !== 'a map' || pairsOf(pair.value).some(({ value }) => textOf(value) === undefined),
        )
        .map(pair => ({ at: spanOf(pair.key), what: `the alias ${keyOf(pair)} is no map of rules to fields` })),
    ),
  },
  {
    name: 'correlation-alias-rule-unknown',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'An alias for a rule that the correlation does not name has no meaning.',
    section: correlations('Field Name Aliases'),
    fix: 'write the name of a rule of the correlation',
    find: inCorrelation(correlation => {
      const names = new Set(textsOf(nodeAt(correlation, 'rules')).map(({ text }) => text));
      return pairsOf(nodeAt(correlation, 'aliases')).flatMap(alias =>
        pairsOf(alias.value)
          .filter(pair => !names.has(keyOf(pair)))
          .map(pair => ({ at: spanOf(pair.key), what: `the correlation names no rule ${keyOf(pair)}` })),
      );
    }),
  },
  {
    name: 'correlation-alias-unused',
    severity: 'warning',
    kinds: ['correlation'],
    reason: 'An alias is for group-by.',
    section: correlations('Field Name Aliases'),
    fix: 'name it in group-by, or take it out',
    find: inCorrelation(correlation => {
      const used = new Set(textsOf(nodeAt(correlation, 'group-by')).map(({ text }) => text));
      const counted = new Set(textsOf(nodeAt(correlation, 'condition', 'field')).map(({ text }) => text));
      return pairsOf(nodeAt(correlation, 'aliases'))
        .filter(pair => !used.has(keyOf(pair)) && !counted.has(keyOf(pair)))
        .map(pair => ({ at: spanOf(pair.key), what: `group-by does not name ${keyOf(pair)}` }));
    }),
  },
  {
    name: 'correlation-condition-missing',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'The condition says how many are too many.',
    section: correlations('Condition'),
    fix: 'add condition: with gte: and a number below it',
    find: inCorrelation(correlation => {
      const type = textOf(nodeAt(correlation, 'type')) ?? '';
      const condition = nodeAt(correlation, 'condition');
      const empty = isNothing(condition) || (typeOf(condition) === 'a map' && criteriaOf(correlation).length === 0);
      return empty && !isTemporal(type)
        ? [{ at: placeOf(correlation, 'condition'), what: 'correlation has no condition' }]
        : [];
    }),
  },
  {
    name: 'correlation-condition-field-missing',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'Values are counted of a field.',
    section: correlations('Value Count (value_count)'),
    fix: 'add field: to the condition',
    find: inCorrelation(correlation =>
      needsField(textOf(nodeAt(correlation, 'type')) ?? '') && isNothing(nodeAt(correlation, 'condition', 'field'))
        ? [{ at: placeOf(correlation, 'condition'), what: 'the condition names no field whose values are counted' }]
        : [],
    ),
  },
  {
    name: 'correlation-condition-field-vain',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'Only the values of fields are counted or summed up; matches and rules have none.',
    section: correlations('Condition'),
    fix: 'take field: out, or make the type value_count',
    find: inCorrelation(correlation => {
      const type = textOf(nodeAt(correlation, 'type')) ?? '';
      const field = pairAt(nodeAt(correlation, 'condition'), 'field');
      return field === undefined || needsField(type)
        ? []
        : [{ at: spanOf(field.key), what: `${type} counts no field` }];
    }),
  },
  {
    name: 'correlation-percentile',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'value_percentile says which percentile, from 0 to 100; no other type has one.',
    section: correlations('Condition'),
    fix: 'write percentile: such as 95 for value_percentile, and for no other type',
    find: inCorrelation(correlation => {
      const condition = nodeAt(correlation, 'condition');
      const pair = pairAt(condition, 'percentile');
      if (textOf(nodeAt(correlation, 'type')) !== 'value_percentile') {
        return pair === undefined ? [] : [{ at: spanOf(pair.key), what: 'this type has no percentile' }];
      }
      const value = (pair?.value as { value?: unknown } | null | undefined)?.value;
      if (typeof value === 'number' && value >= 0 && value <= 100) return [];
      return [
        {
          at: pair === undefined ? headOf(condition) : placeOf(condition, 'percentile'),
          what: pair === undefined ? 'the condition names no percentile' : 'the percentile is no number from 0 to 100',
        },
      ];
    }),
  },
  {
    name: 'correlation-operator-unknown',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A condition compares by gt, gte, lt, lte, eq or neq.',
    section: correlations('Condition'),
    fix: 'write one of these',
    find: inCorrelation(correlation =>
      criteriaOf(correlation)
        .filter(pair => !isOperator(keyOf(pair)))
        .map(pair => ({ at: spanOf(pair.key), what: `${keyOf(pair)} is no comparison` })),
    ),
  },
  {
    name: 'correlation-value-no-number',
    severity: 'error',
    kinds: ['correlation'],
    reason: 'A count is compared with a number.',
    section: correlations('Condition'),
    fix: 'write a number without quotes',
    find: inCorrelation(correlation =>
      criteriaOf(correlation)
        .filter(pair => isOperator(keyOf(pair)) && typeOf(pair.value) !== 'a number')
        .map(pair => ({ at: spanOf(pair.value, spanOf(pair.key)), what: `${keyOf(pair)} is ${typeOf(pair.value)}` })),
    ),
  },
  {
    name: 'correlation-never',
    severity: 'error',
    kinds: ['correlation'],
    reason:
      'A count begins at 1, since it is looked at when a rule matches, and none lies above one number and below a smaller one.',
    section: correlations('Condition'),
    fix: 'mend the bounds',
    find: inCorrelation(correlation => {
      const type = textOf(nodeAt(correlation, 'type')) ?? '';
      const rules = elementsOf(nodeAt(correlation, 'rules')).length;
      return neverHolds(criteriaOf(correlation), type, rules)
        ? [{ at: placeOf(correlation, 'condition'), what: 'no number satisfies the condition' }]
        : [];
    }),
  },
  {
    name: 'correlation-always',
    severity: 'warning',
    kinds: ['correlation'],
    reason: 'A count of one is what the rule alone says.',
    section: correlations('Condition'),
    fix: 'raise the number, or use the rule alone',
    find: inCorrelation(correlation => {
      const [only, more] = criteriaOf(correlation);
      const value = Number((only?.value as { value?: unknown } | null | undefined)?.value);
      const low =
        only !== undefined &&
        more === undefined &&
        ((keyOf(only) === 'gte' && value <= 1) || (keyOf(only) === 'gt' && value < 1));
      const counts = (COUNTS as readonly string[]).includes(textOf(nodeAt(correlation, 'type')) ?? '');
      return low && counts ? [{ at: spanOf(only), what: 'every match satisfies the condition' }] : [];
    }),
  },
];
