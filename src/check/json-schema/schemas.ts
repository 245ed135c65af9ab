import { CORRELATION_TYPES } from '../../sigma/program.ts';
import {
  ALERTING,
  COMMON,
  DEFINITIONS,
  day,
  detection,
  type JsonSchema,
  keywarden,
  LOGSOURCE,
  list,
  text,
} from './parts.ts';
import { FIRST_SEEN, GENERATE, GROUP, SPAN, WITHOUT } from './stateful.ts';

const DIALECT = 'http://json-schema.org/draft-07/schema#';

const RULE: JsonSchema = {
  type: 'object',
  required: ['title', 'logsource', 'detection'],
  properties: {
    ...COMMON,
    ...ALERTING,
    logsource: LOGSOURCE,
    detection: detection(),
    keywarden: keywarden({ group: GROUP, first_seen: FIRST_SEEN, without: WITHOUT }),
  },
};

const CORRELATION: JsonSchema = {
  type: 'object',
  required: ['title', 'correlation'],
  properties: {
    ...COMMON,
    ...ALERTING,
    keywarden: keywarden(),
    generate: GENERATE,
    correlation: {
      type: 'object',
      required: ['type', 'timespan'],
      properties: {
        type: {
          enum: [...CORRELATION_TYPES, 'value_median'],
          description: 'What is counted, or in which order rules have to match.',
        },
        rules: list(text('The id or name of a rule.'), 'The rules that it is about.', {
          minItems: 1,
          uniqueItems: true,
        }),
        'group-by': list(text('A field or an alias.'), 'What the events have to have in common.', {
          uniqueItems: true,
        }),
        timespan: text('Within which time: 30s, 5m, 1h, 7d.', { pattern: '^[1-9]\\d*[smhd]$' }),
        aliases: {
          type: 'object',
          description: 'Names for fields that are called otherwise in each rule.',
          additionalProperties: { type: 'object', additionalProperties: { type: 'string' } },
        },
        condition: {
          description: 'How many are too many, or by names of rules which have to match: a and (b or not c).',
          anyOf: [
            { type: 'string', minLength: 1 },
            {
              type: 'object',
              additionalProperties: false,
              properties: {
                ...Object.fromEntries(['gt', 'gte', 'lt', 'lte', 'eq', 'neq'].map(name => [name, { type: 'number' }])),
                field: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
                percentile: { type: 'number', minimum: 0, maximum: 100 },
              },
            },
          ],
        },
        generate: GENERATE,
      },
    },
  },
};

const FILTER: JsonSchema = {
  type: 'object',
  required: ['title', 'logsource', 'filter'],
  properties: {
    ...COMMON,
    logsource: LOGSOURCE,
    filter: detection({
      rules: {
        description: 'Ids or names of the rules that it narrows.',
        anyOf: [{ const: 'any' }, { type: 'array', items: { type: 'string' }, minItems: 1 }],
      },
    }),
  },
};

const EVENT_FILTER: JsonSchema = {
  type: 'object',
  required: ['filter', 'description', 'logsource', 'action', 'detection'],
  additionalProperties: false,
  properties: {
    filter: text('Its name.', { pattern: '^[a-z][a-z0-9-]{0,63}$' }),
    description: text('What is left out of the index, and why nobody will miss it.', { minLength: 1 }),
    logsource: LOGSOURCE,
    action: { enum: ['drop', 'sample', 'without-bodies'] },
    rate: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, description: 'The share that a sample keeps.' },
    detection: detection(),
  },
  if: { properties: { action: { const: 'sample' } } },
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits it.
  then: { required: ['rate'] },
};

const LIST: JsonSchema = {
  type: 'object',
  required: ['list', 'description', 'owner', 'entries'],
  additionalProperties: false,
  properties: {
    list: text('Its name; rules write %name%.', { pattern: '^[a-z][a-z0-9_]*$' }),
    description: text('What is on it.', { minLength: 1 }),
    owner: text('Who answers for it.', { minLength: 1 }),
    entries: list(
      {
        type: 'object',
        required: ['value', 'reason'],
        additionalProperties: false,
        properties: {
          value: text('What is excused; nothing is a wildcard.', { minLength: 1 }),
          reason: text('Why.', { minLength: 1 }),
          expires: day('The last day on which it counts, in UTC.'),
        },
      },
      'Each with a reason.',
    ),
  },
};

const ONE_EVENT: JsonSchema = {
  record: { type: ['object', 'string'], description: 'An entry of a log as the API server or etcd writes it.' },
  event: { type: 'object', description: 'The ECS document, where no record makes the event.' },
};

const STEP: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...ONE_EVENT,
    after: text('How long after the event before it; else it stands at its own time.', { pattern: SPAN }),
    repeat: { type: 'integer', minimum: 1, maximum: 1_000, description: 'How often; {n} in its texts is the number.' },
    every: text('How long after each other they are; 1s where it is not said.', { pattern: SPAN }),
  },
  oneOf: [{ required: ['record'] }, { required: ['event'] }],
};

const EXAMPLE: JsonSchema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: text('What it shows.', { minLength: 1 }),
    ...ONE_EVENT,
    events: list(STEP, 'Of a rule that takes more than one event: several in order of time.', { minItems: 1 }),
    count: { type: 'integer', minimum: 1, description: 'How many alerts the events make; else at least one.' },
  },
  oneOf: [{ required: ['record'] }, { required: ['event'] }, { required: ['events'] }],
};

const EXAMPLES: JsonSchema = {
  type: 'object',
  required: ['match', 'no_match'],
  additionalProperties: false,
  properties: {
    rule: text('The id of the rule that is meant; else all of the file.'),
    match: list(EXAMPLE, 'Records that have to match.', { minItems: 1 }),
    no_match: list(EXAMPLE, 'Near misses, which must not.', { minItems: 1 }),
  },
};

const has = (key: string): JsonSchema => ({ required: [key] });

/** Whatever stands in a folder of rules, chosen by its keys. */
const ANY_RULE: JsonSchema = {
  type: 'object',
  if: has('list'),
  // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits it.
  then: LIST,
  else: {
    if: has('correlation'),
    // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits it.
    then: CORRELATION,
    else: {
      if: has('filter'),
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema; nothing awaits it.
      then: FILTER,
      else: RULE,
    },
  },
};

const schema = (title: string, body: JsonSchema): JsonSchema => ({
  $schema: DIALECT,
  title,
  ...body,
  definitions: DEFINITIONS,
});

/** A JSON Schema of each kind of document, for editors. */
export const JSON_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  rules: schema('A rule, correlation, filter or list of Keywarden', ANY_RULE),
  rule: schema('A Sigma rule', RULE),
  correlation: schema('A Sigma correlation', CORRELATION),
  filter: schema('A Sigma filter', FILTER),
  'event-filter': schema('A filter of events', EVENT_FILTER),
  list: schema('An allow list', LIST),
  examples: schema('The examples of a rule', EXAMPLES),
};
