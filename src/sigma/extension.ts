import { z } from 'zod';

/** A time that may be none. */
export const SPAN = z.string().regex(/^(0|[1-9]\d{0,5})[smhd]$/, 'expected a time such as 30s, 10m, 12h or 7d');

const MAX_TERMS = 3;

const fields = z
  .array(z.string().min(1))
  .min(1, 'expected at least one field')
  .refine(areDistinct, 'has a field twice');

function areDistinct(list: readonly string[]): boolean {
  return new Set(list).size === list.length;
}

/** `keywarden.first_seen`: a match counts where the values of its fields are new. */
export const FirstSeen = z
  .strictObject({
    fields: fields.max(MAX_TERMS, `expected at most ${MAX_TERMS} fields`),
    /** From the rule's first match of a cluster on, everything is only learnt for so long. */
    learn: SPAN.default('7d'),
    /** What was not seen for so long is new again. */
    remember: SPAN.refine(text => !text.startsWith('0'), 'expected a time such as 30d; nothing is remembered').default(
      '30d',
    ),
  })
  .readonly();

/** A field of the rule, and the field of the other that has its value: one name for both, or `{ours: theirs}`. */
const pairs = z
  .array(z.union([z.string().min(1), z.record(z.string(), z.string().min(1))], 'expected a field, or {field: field}'))
  .transform(list =>
    list.flatMap((one): readonly (readonly [string, string])[] =>
      typeof one === 'string' ? [[one, one]] : Object.entries(one),
    ),
  )
  .refine(list => areDistinct(list.map(([own]) => own)), 'has a field twice');

const value = z.union([z.string().min(1), z.boolean(), z.number(), z.null()], 'expected a value, or null');

/** Fields of the rule, and the values that they may have. */
const values = z
  .record(z.string(), z.union([value, z.array(value).min(1)], 'expected a value, null or a list of them'))
  .transform(map =>
    Object.entries(map).map(([field, allowed]): readonly [string, ReadonlySet<string>] => [
      field,
      new Set([allowed].flat().map(one => `${one ?? ''}`)),
    ]),
  );

const WHEN = z.enum(['before', 'after', 'around'], 'expected before, after or around');

const Explaining = z.strictObject({
  /** Id or name. */
  rule: z.string().min(1),
  /** What has to be the same; an absent field is the empty value. */
  by: pairs.default([]),
  /** Fields whose values begin with those of the other's. */
  prefix: pairs.default([]),
  /** Which matches it explains at all; null is an absent field. */
  where: values.default([]),
  within: SPAN.optional(),
  when: WHEN.optional(),
  /** It explains one match, not all that are near. */
  once: z.boolean().default(false),
});

/** `keywarden.without`: a match counts where no match of other rules explains it. */
export const Without = z
  .strictObject({
    /** How far apart they may be. */
    within: SPAN.optional(),
    /** On which side of the match an explanation may be. */
    when: WHEN.default('around'),
    /** How much longer an explanation may be logged. */
    wait: SPAN.default('0s'),
    /** Judged is only where an explanation with the same values of these fields was ever seen … */
    sight: fields.optional(),
    /** … or where the entries of this list have them, parted by slashes. */
    covered: z
      .string()
      .regex(/^%[^%\s]+%$/, 'expected a list such as %audited_resources%')
      .optional(),
    /** Whether the rules that explain alert for themselves, too. */
    generate: z.boolean().default(false),
    rules: z.array(Explaining).min(1, 'expected at least one rule that explains'),
  })
  .superRefine(({ within, sight, covered, rules }, context) => {
    const missing = rules.findIndex(rule => (rule.within ?? within) === undefined);
    if (missing >= 0) {
      const message = 'is missing; write how far apart they may be, such as 2s, here or above the rules';
      context.addIssue({ code: 'custom', path: ['rules', missing, 'within'], message });
    }
    if (covered !== undefined && sight === undefined) {
      const message = 'needs sight: with the fields that the entries of the list are values of';
      context.addIssue({ code: 'custom', path: ['covered'], message });
    }
  })
  .readonly();

export type FirstSeen = z.output<typeof FirstSeen>;
export type Without = z.output<typeof Without>;
