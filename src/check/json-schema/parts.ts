import { LEVELS } from '../../model/alert.ts';
import { TACTICS } from '../attack.ts';
import type { Field } from '../schema/field.ts';
import { SCHEMAS } from '../schema/schema.ts';

/** A part of a JSON Schema. Source: JSON Schema 2020-12, of which draft 7 is what YAML editors read; only what both know is used. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const text = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  description,
  ...more,
});

export const list = (items: JsonSchema, description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'array',
  description,
  items,
  ...more,
});

const DAY = '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$';
const UUID = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';

export const day = (description: string): JsonSchema => text(description, { pattern: DAY });

/** Keys that rules, correlations and filters have alike. */
export const COMMON: JsonSchema = {
  title: text('What is found, in a few words.', { minLength: 1, maxLength: 256 }),
  id: text('A UUID, as uuidgen prints it.', { pattern: UUID }),
  name: text('What filters and correlations may call it instead of its id.', { minLength: 1, maxLength: 256 }),
  description: text('What the finding means.', { maxLength: 65_535 }),
  license: text('An identifier of SPDX, such as Apache-2.0.'),
  author: text('Who answers for it; several parted by commas.'),
  references: list(text('An address of the web.'), 'Where it comes from.', { uniqueItems: true }),
  date: day('The day on which it was written.'),
  modified: day('The day of the last change.'),
  taxonomy: { enum: ['sigma', 'ecs'], description: 'The names that its fields have.' },
  tags: list(
    {
      anyOf: [
        { type: 'string', pattern: '^[a-z0-9_-]+\\.[A-Za-z0-9._-]+$' },
        { enum: TACTICS.map(name => `attack.${name}`) },
      ],
    },
    'attack.t1552.007, attack.credential-access, tlp.amber …',
    { uniqueItems: true },
  ),
};

/** Keys that rules and correlations have alike. */
export const ALERTING: JsonSchema = {
  status: {
    enum: ['stable', 'test', 'experimental', 'deprecated', 'unsupported'],
    description: 'How far it can be trusted.',
  },
  level: { enum: LEVELS, description: 'Whom an alert wakes; by the consequence.' },
  related: list(
    {
      type: 'object',
      required: ['id', 'type'],
      properties: {
        id: text('The id of the other rule.', { pattern: UUID }),
        type: { enum: ['derived', 'obsolete', 'merged', 'renamed', 'similar'] },
      },
    },
    'Rules that it has to do with.',
  ),
  falsepositives: {
    description: 'What honest work looks the same.',
    anyOf: [
      { type: 'string', minLength: 2 },
      list({ type: 'string', minLength: 2 }, 'What honest work looks the same.'),
    ],
  },
  fields: list(text('A field of the event.'), 'What an analyst wants to see.', { uniqueItems: true }),
  scope: list({ type: 'string', minLength: 2 }, 'Which machines it is for.'),
};

/** Keys below `keywarden` that rules and correlations have alike. */
const EXTENSION: JsonSchema = {
  message: text('The alert’s sentence; {field} stands for a value of the event.', { minLength: 1 }),
  look_first: text('What an analyst looks at first.', { minLength: 1 }),
  suppress: text(
    'How long further matches of the same group only raise the count: 30s, 10m, 12h, 7d; 0s for an alert each.',
    {
      pattern: '^(0|[1-9]\\d{0,5})[smhd]$',
    },
  ),
  allow: list(
    {
      type: 'object',
      required: ['lint', 'reason'],
      additionalProperties: false,
      properties: {
        lint: text('A lint of rules check.', { minLength: 1 }),
        reason: text('Why.', { minLength: 1 }),
      },
    },
    'Lints of rules check that it opts out of.',
  ),
};

/** The key `keywarden`, with what only some documents have below it. */
export const keywarden = (own: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  description: 'What Keywarden makes of it; other tools ignore it.',
  additionalProperties: false,
  properties: { ...own, ...EXTENSION },
});

export const LOGSOURCE: JsonSchema = {
  type: 'object',
  description: 'On which events it is evaluated.',
  minProperties: 1,
  properties: {
    product: { type: 'string', examples: SCHEMAS.map(({ product }) => product), description: 'kubernetes or etcd.' },
    service: {
      type: 'string',
      examples: SCHEMAS.map(({ service }) => service),
      description: 'audit of kubernetes, server of etcd.',
    },
    category: { type: 'string' },
    definition: text('What the log source has to be set to.'),
  },
};

const SCALAR: JsonSchema = { type: ['string', 'number', 'boolean', 'null'] };
const VALUES: JsonSchema = { anyOf: [SCALAR, { type: 'array', items: SCALAR, minItems: 1 }] };

/** Selections by their names, and the condition; `others` are keys beside them that are none. */
export const detection = (others: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  required: ['condition'],
  minProperties: 2,
  properties: {
    condition: {
      description: 'Which selections have to hold: selection and not 1 of filter_*',
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
      ],
    },
    ...others,
  },
  additionalProperties: {
    description: 'A map of fields that must hold together, a list of such maps, or a list of keywords.',
    anyOf: [
      { $ref: '#/definitions/fields' },
      { type: 'array', minItems: 1, items: { $ref: '#/definitions/fields' } },
      { type: 'array', minItems: 1, items: { type: ['string', 'number'] } },
    ],
  },
});

const AUDIT = 'kubernetes.audit.';

/** The fields of both log sources by the names that rules use, so that editors complete them. */
export const DEFINITIONS: JsonSchema = {
  fields: {
    type: 'object',
    minProperties: 1,
    properties: Object.fromEntries(
      SCHEMAS.flatMap(({ product, fields }) =>
        Object.entries(fields).map(([path, field]) => [
          path.startsWith(AUDIT) ? path.slice(AUDIT.length) : path,
          { ...VALUES, description: `${product}: ${described(field)}` },
        ]),
      ),
    ),
    additionalProperties: VALUES,
  },
};

function described({ type, many, values, lines, level }: Field): string {
  const what = values === undefined ? `${many === true ? 'list of ' : ''}${type}` : values.join(', ');
  const on = lines === undefined ? '' : `; on the lines ${lines.join(', ')}`;
  return `${what}${on}${level === undefined ? '' : `; needs level ${level}`}`;
}
