import { z } from 'zod';
import { durationMs } from '../model/duration.ts';
import { type Condition, namesIn, parseCondition } from './condition.ts';
import { ConditionFault } from './faults.ts';
import { type Criteria, OPERATORS, someNumber, testOf } from './number-criteria.ts';
import { CORRELATION_TYPES, type CorrelationType } from './program.ts';
import { CorrelationMetadata, type Rule } from './rule.ts';
import type { FaultAt, YamlDocument, YamlSource } from './source.ts';

/** A correlation as it was written; the rules that it names are yet to be found. */
export type CorrelationSource = {
  /** Its metadata; the log source is empty. */
  readonly rule: Rule;
  readonly type: CorrelationType;
  /** Ids and names of rules and correlations. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** By the name of the alias the field of each rule, by the id or the name that it has there. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly timespanMs: number;
  readonly condition: ConditionSource;
  /** Whether its rules alert for themselves, too. */
  readonly generate: boolean;
  readonly faultAt: FaultAt;
};

export type ConditionSource =
  | {
      readonly kind: 'number';
      readonly criteria: Criteria;
      /** Whose values are counted or summed up; empty where matches or rules are counted. */
      readonly fields: readonly string[];
      /** From 0 to 100, of value_percentile alone. */
      readonly percentile: number | undefined;
    }
  /** Which of the rules have to match; the names are those of `rules`. */
  | { readonly kind: 'rules'; readonly expression: Condition };

const MEDIAN = 'value_median';
const TYPES = [...CORRELATION_TYPES, MEDIAN] as const;
const TEMPORAL: readonly string[] = ['temporal', 'temporal_ordered'];
const COUNTS: readonly string[] = ['event_count', 'value_count', ...TEMPORAL];

const MAX_GROUP_BY = 16;
const MAX_RULES = 64;
const MAX_FIELDS = 8;

const name = z.string().min(1);

/** One name or a list of them, each once. */
const names = (most: number) =>
  z
    .union([name.transform(text => [text]), z.array(name)], 'expected a name or a list of names')
    .refine(list => list.length <= most, `has more than ${most} names`)
    .refine(list => new Set(list).size === list.length, 'has a name twice; take one out');

const Counted = z.strictObject({
  ...Object.fromEntries(OPERATORS.map(operator => [operator, z.number('expected a number').optional()])),
  field: names(MAX_FIELDS).optional(),
  percentile: z
    .number()
    .min(0, 'expected a number from 0 to 100')
    .max(100, 'expected a number from 0 to 100')
    .optional(),
});

const TIMESPAN = 'expected a number and s, m, h or d, such as 30s or 90m';

const Section = z.looseObject({
  type: z.enum(TYPES, `expected one of ${TYPES.join(', ')}`),
  rules: names(MAX_RULES).optional(),
  'group-by': names(MAX_GROUP_BY).nullish(),
  aliases: z.record(name, z.record(name, name, 'expected for each rule its field')).nullish(),
  timespan: z
    .string({ error: ({ input }) => (input === undefined ? 'is missing; write a time such as 5m' : TIMESPAN) })
    .regex(/^[1-9]\d{0,5}[smhd]$/, TIMESPAN),
  generate: z.boolean().optional(),
});

const WithExpression = CorrelationMetadata.extend({
  correlation: Section.extend({ condition: name }),
  generate: z.boolean().optional(),
});
const WithNumber = CorrelationMetadata.extend({
  correlation: Section.extend({
    condition: Counted.optional(),
  }),
  generate: z.boolean().optional(),
});

type Fields = z.output<typeof WithExpression> | z.output<typeof WithNumber>;

/** Reads a document with a `correlation`; the metadata that it lacks is the caller's to give. Source: Sigma correlation rules specification 2.1, and pySigma where that is silent. Throws RULE naming file, line and column. */
export function readCorrelation(
  document: YamlDocument,
  source: YamlSource,
): { readonly fields: Fields; readonly correlation: Omit<CorrelationSource, 'rule'> } {
  const parsed = schemaOf(document).safeParse(document.value);
  if (!parsed.success) throw source.refusal(document, parsed.error);
  const fields: Fields = parsed.data;
  const faultAt = source.faultsOf(document);
  const { type, timespan, aliases, generate = fields.generate ?? false, ...section } = fields.correlation;
  const rules = rulesOf(fields.correlation, faultAt);
  const correlation = {
    type: type === MEDIAN ? 'value_percentile' : type,
    rules,
    groupBy: section['group-by'] ?? [],
    aliases: new Map(Object.entries(aliases ?? {}).map(([alias, by]) => [alias, new Map(Object.entries(by))])),
    timespanMs: durationMs(timespan),
    condition: conditionOf(fields.correlation, rules, faultAt),
    generate,
    faultAt,
  } as const;
  return { fields, correlation };
}

function schemaOf({ value }: YamlDocument): typeof WithExpression | typeof WithNumber {
  const { correlation } = value as { readonly correlation?: { readonly condition?: unknown } | null };
  return typeof correlation?.condition === 'string' ? WithExpression : WithNumber;
}

/** An expression over rules names them itself. */
function rulesOf({ rules, condition }: Fields['correlation'], faultAt: FaultAt): readonly string[] {
  const found = rules ?? (typeof condition === 'string' ? namesIn(condition) : undefined);
  if (found !== undefined && found.length > 0) return found;
  throw faultAt(['correlation', 'rules'], 'is missing; write ids or names of rules');
}

function conditionOf(
  { type, condition }: Fields['correlation'],
  rules: readonly string[],
  faultAt: FaultAt,
): ConditionSource {
  if (typeof condition === 'string') return expressionOf(type, condition, rules, faultAt);
  if (condition === undefined) {
    if (!TEMPORAL.includes(type)) throw faultAt([...CONDITION], 'is missing; write gte: and a number below it');
    return { kind: 'number', criteria: [['gte', rules.length]], fields: [], percentile: undefined };
  }
  const criteria = OPERATORS.flatMap(operator => {
    const value = (condition as Readonly<Record<string, number | undefined>>)[operator];
    return value === undefined ? [] : [[operator, value] as const];
  });
  refuseUnlessPossible(criteria, type, rules, faultAt);
  const fields = fieldsOf(type, condition.field, faultAt);
  return { kind: 'number', criteria, fields, percentile: percentileOf(type, condition.percentile, faultAt) };
}

const CONDITION = ['correlation', 'condition'] as const;

function expressionOf(type: string, text: string, rules: readonly string[], faultAt: FaultAt): ConditionSource {
  if (!TEMPORAL.includes(type)) throw faultAt([...CONDITION], `expected gte: and a number, since ${type} is a number`);
  const expression = parsedExpression(text, rules, faultAt);
  const idle = rules.find(rule => !namesIn(text).includes(rule) && !/ of /i.test(text));
  if (idle !== undefined) throw faultAt([...CONDITION], `does not name ${idle}; name it, or take it out of rules`);
  return { kind: 'rules', expression };
}

function parsedExpression(text: string, rules: readonly string[], faultAt: FaultAt): Condition {
  try {
    return parseCondition(text, rules, 'rule');
  } catch (error) {
    throw error instanceof ConditionFault ? faultAt([...CONDITION], error.message) : error;
  }
}

function refuseUnlessPossible(criteria: Criteria, type: string, rules: readonly string[], faultAt: FaultAt): void {
  if (criteria.length === 0) throw faultAt([...CONDITION], 'compares nothing; write gte: and a number below it');
  const range = COUNTS.includes(type)
    ? { whole: true, least: 1, most: TEMPORAL.includes(type) ? rules.length : Number.POSITIVE_INFINITY }
    : { whole: false, least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
  if (someNumber(testOf(criteria), criteria, range)) return;
  const why = COUNTS.includes(type)
    ? 'no count satisfies this: it is looked at when a rule matches, so the least is 1, and no more rules can match than are named'
    : 'no number satisfies this';
  throw faultAt([...CONDITION], `${why}; mend the bounds`);
}

function fieldsOf(type: string, fields: readonly string[] | undefined, faultAt: FaultAt): readonly string[] {
  if (!type.startsWith('value_')) {
    if (fields === undefined) return [];
    throw faultAt([...CONDITION, 'field'], `has no meaning for ${type}; take it out, or write value_count`);
  }
  if (fields === undefined || fields.length === 0) {
    throw faultAt([...CONDITION, 'field'], `is missing; write the field of which ${type} takes the values`);
  }
  if (type !== 'value_count' && fields.length > 1) {
    throw faultAt([...CONDITION, 'field'], `${type} is of one field; only value_count takes several together`);
  }
  return fields;
}

const MIDDLE = 50;

function percentileOf(type: string, percentile: number | undefined, faultAt: FaultAt): number | undefined {
  if (type === 'value_percentile' && percentile === undefined) {
    throw faultAt([...CONDITION, 'percentile'], 'is missing; write which one, such as 95');
  }
  if (type !== 'value_percentile' && percentile !== undefined) {
    throw faultAt([...CONDITION, 'percentile'], `has no meaning for ${type}; take it out, or write value_percentile`);
  }
  return type === MEDIAN ? MIDDLE : percentile;
}
