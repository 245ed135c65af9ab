import { z } from 'zod';
import { LEVELS, type Level } from '../model/alert.ts';
import { FirstSeen, SPAN, Without } from './extension.ts';

const texts = z
  .array(z.string())
  .nullish()
  .transform(list => list ?? []);

/** One text or a list of them, as people write references and false positives. */
const oneOrMore = z
  .union([z.string().transform(text => [text]), z.array(z.string())])
  .nullish()
  .transform(list => list ?? []);

/** What rules and correlations have below `keywarden`. */
const ALERTING = {
  /** The alert's sentence; `{field}` stands for a value of the event. */
  message: z.string().min(1).optional(),
  /** What an analyst looks at first. */
  look_first: z.string().min(1).optional(),
  /** How long further matches of the same group only raise the count of an open alert: `30s`, `10m`, `12h`, `7d`; `0s` for an alert each. */
  suppress: SPAN.optional(),
  /** Lints of `rules check` that the rule opts out of, and why. */
  allow: z.array(z.strictObject({ lint: z.string().min(1), reason: z.string().min(1) })).optional(),
};

const Extension = z
  .strictObject({
    /** Fields whose values tell one case of the rule from another. */
    group: z.array(z.string()).min(1).optional(),
    ...ALERTING,
    /** Only matches whose values were never seen before count. */
    first_seen: FirstSeen.optional(),
    /** Only matches that others do not explain count. */
    without: Without.optional(),
  })
  .refine(({ first_seen, without }) => first_seen === undefined || without === undefined, {
    path: ['without'],
    error: 'a rule has first_seen or without; make two rules of it',
  });

/** What a correlation has below `keywarden`. */
const CorrelationExtension = z.strictObject({
  ...ALERTING,
  group: z.undefined('is what group-by is for; write the fields there').optional(),
  first_seen: z.undefined('is for rules with a detection; a correlation has none').optional(),
  without: z.undefined('is for rules with a detection; a correlation has none').optional(),
});

/** The log that a rule, a filter or a field map is about. */
export const Logsource = z.looseObject({
  category: z.string().optional(),
  product: z.string().optional(),
  service: z.string().optional(),
});

/** What rules and correlations say alike. */
const METADATA = {
  id: z.uuid('expected a UUID such as 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f; uuidgen makes one').optional(),
  /** What filters and correlations may call the rule instead of its id. */
  name: z.string().min(1).optional(),
  title: z.string().min(1).max(256),
  description: z.string().optional(),
  status: z.enum(['stable', 'test', 'experimental', 'deprecated', 'unsupported']).optional(),
  level: z.enum(LEVELS, `expected one of ${LEVELS.join(', ')}`).optional(),
  taxonomy: z
    .enum(
      ['sigma', 'ecs'],
      'expected sigma or ecs; what the fields of another taxonomy mean here is unknown, so map them (see docs/rules.md) and leave the key out',
    )
    .optional(),
  author: z.string().optional(),
  tags: texts,
  references: oneOrMore,
  falsepositives: oneOrMore,
  fields: texts,
};

/**
 * What a Sigma rule says besides its detection. Source: Sigma rules specification 2.1, which allows keys of one's own;
 * ours is `keywarden`.
 */
export const RuleFields = z.looseObject({ ...METADATA, logsource: Logsource, keywarden: Extension.optional() });

/** What a Sigma correlation says besides `correlation`. Source: Sigma correlation rules specification 2.1. */
export const CorrelationMetadata = z.looseObject({ ...METADATA, keywarden: CorrelationExtension.optional() });

/** A rule's metadata and where it stands; `line` counts from 1. Where the rule has no id or level it is given one. */
export type Rule = z.output<typeof RuleFields> & {
  readonly id: string;
  readonly level: Level;
  readonly file: string;
  readonly line: number;
};

/** The fields that a rule's sentence names. */
export const messageFields = ({ keywarden }: Rule): readonly string[] =>
  Array.from(keywarden?.message?.matchAll(/\{([^{}]+)\}/g) ?? [], ([, field = '']) => field);

const DEFAULT_GROUP = ['user.name', 'source.ip'] as const;

/** The fields whose values tell one case of the rule from another. */
export const groupFieldsOf = ({ keywarden }: Rule): readonly string[] => keywarden?.group ?? DEFAULT_GROUP;
