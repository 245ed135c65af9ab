import { type JsonSchema, list, text } from './parts.ts';

/** A time that may be none. */
export const SPAN = '^(0|[1-9]\\d{0,5})[smhd]$';
const SOME_TIME = '^[1-9]\\d{0,5}[smhd]$';

export const GROUP = list(text('A field of the event.'), 'Fields that tell one case from another.', { minItems: 1 });

export const GENERATE: JsonSchema = {
  type: 'boolean',
  description: 'Whether the rules that are named alert for themselves, too.',
};

export const FIRST_SEEN: JsonSchema = {
  type: 'object',
  description: 'A match counts where the values of these fields are new to the cluster.',
  required: ['fields'],
  additionalProperties: false,
  properties: {
    fields: list(text('A field of the event.'), 'One to three; an event without one of them is left out.', {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
    }),
    learn: text('From the first match on, everything is only learnt for so long; 7d where it is not said.', {
      pattern: SPAN,
    }),
    remember: text('What was not seen for so long is new again; 30d where it is not said.', { pattern: SOME_TIME }),
  },
};

const WHEN: JsonSchema = {
  enum: ['before', 'after', 'around'],
  description: 'On which side of the match the explanation is; around where it is not said.',
};
const WITHIN = text('How far apart they may be.', { pattern: SPAN });

const PAIRS: JsonSchema = {
  anyOf: [
    text('A field that both rules have.', { minLength: 1 }),
    {
      type: 'object',
      description: 'A field of this rule, and the field of the other.',
      minProperties: 1,
      additionalProperties: { type: 'string', minLength: 1 },
    },
  ],
};

const VALUE: JsonSchema = { type: ['string', 'boolean', 'number', 'null'] };

const WHERE: JsonSchema = {
  type: 'object',
  description: 'It explains only matches whose fields have one of these values; null is an absent field.',
  minProperties: 1,
  additionalProperties: { anyOf: [VALUE, { type: 'array', items: VALUE, minItems: 1 }] },
};

export const WITHOUT: JsonSchema = {
  type: 'object',
  description: 'A match counts where no match of these rules explains it.',
  required: ['rules'],
  additionalProperties: false,
  properties: {
    within: WITHIN,
    when: WHEN,
    wait: text('How much longer an explanation may be logged; 0s where it is not said.', { pattern: SPAN }),
    sight: list(
      text('A field of the event.'),
      'Judged is only where an explanation with the same values was ever seen, or covered has them.',
      { minItems: 1, uniqueItems: true },
    ),
    covered: text('A list whose entries are values of sight, parted by slashes: %audited_resources%.', {
      pattern: '^%[^%\\s]+%$',
    }),
    generate: GENERATE,
    rules: list(
      {
        type: 'object',
        required: ['rule'],
        additionalProperties: false,
        properties: {
          rule: text('The id or name of a rule that explains.', { minLength: 1 }),
          by: list(PAIRS, 'What has to be the same; absent equals absent.'),
          prefix: list(PAIRS, 'Values that begin with those of the other rule.'),
          where: WHERE,
          within: WITHIN,
          when: WHEN,
          once: { type: 'boolean', description: 'It explains one match, not all that are near.' },
        },
      },
      'Whose matches explain.',
      { minItems: 1 },
    ),
  },
};
