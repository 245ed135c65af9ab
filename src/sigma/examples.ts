import { z } from 'zod';
import { KeywardenError } from '../errors.ts';
import { YamlSource } from './source.ts';

const Fields = z.record(z.string(), z.unknown());

const Example = z
  .strictObject({
    name: z.string().min(1),
    /** As the API server or etcd writes it: an object, or the text of a line. */
    record: z.union([Fields, z.string().min(1)], 'expected an object, or the text of a line').optional(),
    /** An ECS document, for what no record alone tells: that records are missing, what the lines before it say. */
    event: Fields.optional(),
  })
  .refine(({ record, event }) => (record === undefined) !== (event === undefined), 'expected a record, or an event');

const Examples = z.strictObject({
  /** The id of the rule that is meant; without it, all rules of the file. */
  rule: z.string().optional(),
  match: z.array(Example).min(1, 'expected at least one record that must match'),
  no_match: z.array(Example).min(1, 'expected at least one near miss'),
});

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
