import { z } from 'zod';
import { KeywardenError } from '../errors.ts';
import { SPAN } from './extension.ts';
import { YamlSource } from './source.ts';

const Fields = z.record(z.string(), z.unknown());

const ONE_EVENT = {
  /** As the API server or etcd writes it: an object, or the text of a line. */
  record: z.union([Fields, z.string().min(1)], 'expected an object, or the text of a line').optional(),
  /** An ECS document, for what no record alone tells: that records are missing, what the lines before it say. */
  event: Fields.optional(),
};

/** More are no example but a load. */
const MAX_REPEATS = 1_000;

const Step = z
  .strictObject({
    ...ONE_EVENT,
    /** How long after the event before it; without it the event stands at its own time. */
    after: SPAN.optional(),
    /** So often; `{n}` in its texts is the number of the time, from 1. */
    repeat: z.int().min(1).max(MAX_REPEATS, `expected at most ${MAX_REPEATS}`).default(1),
    /** How long after each other they are. */
    every: SPAN.default('1s'),
  })
  .refine(({ record, event }) => (record === undefined) !== (event === undefined), 'expected a record, or an event');

const Example = z
  .strictObject({
    name: z.string().min(1),
    ...ONE_EVENT,
    /** For what one event alone cannot tell: several in order of time. */
    events: z.array(Step).min(1, 'expected at least one event').optional(),
    /** How many alerts they make; at least one where it is not said. */
    count: z.int().min(1).optional(),
  })
  .refine(
    ({ record, event, events }) => [record, event, events].filter(one => one !== undefined).length === 1,
    'expected a record, an event, or events',
  )
  .refine(({ events, count }) => count === undefined || events !== undefined, {
    path: ['count'],
    error: 'is of events; a record alone is one alert',
  });

const Examples = z.strictObject({
  /** The id of the rule that is meant; without it, all rules of the file. */
  rule: z.string().optional(),
  match: z.array(Example).min(1, 'expected at least one record that must match'),
  no_match: z
    .array(Example.refine(({ count }) => count === undefined, { path: ['count'], error: 'a near miss makes no alert' }))
    .min(1, 'expected at least one near miss'),
});

export type Step = z.output<typeof Step>;
export type Example = z.output<typeof Example>;
/** Records that a rule must match, and near misses that it must not. */
export type Examples = z.output<typeof Examples>;

/** Where the examples of a rule file stand: `x.examples.yml` beside `x.yml`. */
export const examplesFile = (ruleFile: string): string => ruleFile.replace(/\.(ya?ml)$/, '.examples.$1');

/** Reads the examples of one file. Throws EXAMPLES naming file, line and column. */
export function parseExamples(text: string, file: string): readonly Examples[] {
  const source = new YamlSource(text, file, 'EXAMPLES');
  if (source.documents.length === 0) throw new KeywardenError('EXAMPLES', `${file}: is empty`);
  return source.documents.map(document => {
    const result = Examples.safeParse(document.value);
    if (!result.success) throw source.refusal(document, result.error);
    return result.data;
  });
}
