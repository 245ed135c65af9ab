import { z } from 'zod';
import { atLeast, LEVELS, type Silenced } from '../model/alert.ts';
import type { Rule } from '../sigma/rule.ts';
import { type YamlDocument, YamlSource } from '../sigma/source.ts';

const time = z.iso.datetime({
  offset: true,
  error: ({ input }) =>
    input === undefined ? undefined : 'expected a time with its zone, such as 2026-11-24T22:00:00Z',
});
const texts = z.array(z.string().min(1)).min(1).max(1_000);
const oneOrMore = z.union([
  z
    .string()
    .min(1)
    .transform(text => [text]),
  texts,
]);

/** A silence as it is written; docs/alerts.md explains every key. */
export const SilenceFields = z.strictObject({
  silence: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'a name of lower-case letters, digits and -, at most 64'),
  owner: z.string().min(1).max(200),
  reason: z.string().min(1).max(1_000),
  from: time,
  until: time,
  /** Ids of rules. */
  rule: oneOrMore.optional(),
  tag: oneOrMore.optional(),
  /** Rules of this level and below. */
  level: z.enum(LEVELS, `expected one of ${LEVELS.join(', ')}`).optional(),
  /** Values of fields that the rule groups by. */
  group: z.record(z.string().min(1).max(200), oneOrMore).optional(),
});

/** A maintenance window: alerts that it means are kept and marked, and nobody is told of them. */
export type Silence = Silenced & {
  readonly from: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Ids of the rules that it names. */
  readonly rules: readonly string[];
  /** What it means, in a line. */
  readonly scope: string;
  readonly means: (rule: Rule, group: Readonly<Record<string, string>>, ms: number) => boolean;
};

/** The silence of a match, by its rule, its group and its time in milliseconds since 1970. */
export type SilenceOf = (rule: Rule, group: Readonly<Record<string, string>>, ms: number) => Silenced | undefined;

/** More are no list that anybody keeps in mind. */
export const MAX_SILENCES = 1_000;

/** Reads the silences of one file. Throws SILENCE naming file, line and column. */
export function parseSilences(text: string, file: string): readonly Silence[] {
  const source = new YamlSource(text, file, 'SILENCE');
  return source.documents.map(document => readSilence(document, source));
}

/** The first silence that means a match, in the order given; undefined where there are none, so that nothing is asked. */
export function silenceOf(silences: readonly Silence[]): SilenceOf | undefined {
  if (silences.length === 0) return undefined;
  return (rule, group, ms) => {
    const silence = silences.find(({ means }) => means(rule, group, ms));
    if (silence === undefined) return undefined;
    const { name, owner, reason, until } = silence;
    return { name, owner, reason, until };
  };
}

function readSilence(document: YamlDocument, source: YamlSource): Silence {
  const fields = SilenceFields.safeParse(document.value);
  if (!fields.success) throw source.refusal(document, fields.error, 'docs/alerts.md');
  const { silence: name, owner, reason, from, until, rule, tag, level, group } = fields.data;
  const { map } = document;
  const fromMs = Date.parse(from);
  const untilMs = Date.parse(until);
  if (untilMs <= fromMs)
    throw source.fault(map.get('until', true), 'until: is not after from; a silence ends after it begins');
  if (rule === undefined && tag === undefined && level === undefined && group === undefined) {
    throw source.fault(map, `${name}: would silence everything; say which alerts by rule, tag, level or group`);
  }
  const groups = Object.entries(group ?? {});
  return {
    name,
    owner,
    reason,
    from,
    until,
    fromMs,
    untilMs,
    rules: rule ?? [],
    scope: [
      ...(rule === undefined ? [] : [`rule ${rule.join(', ')}`]),
      ...(tag === undefined ? [] : [`tag ${tag.join(', ')}`]),
      ...(level === undefined ? [] : [`level ${level} and below`]),
      ...groups.map(([field, wanted]) => `${field} ${wanted.join(', ')}`),
    ].join('; '),
    means: (alerting, values, ms) =>
      ms >= fromMs &&
      ms < untilMs &&
      rule?.includes(alerting.id) !== false &&
      tag?.some(wanted => alerting.tags.includes(wanted)) !== false &&
      (level === undefined || atLeast(level, alerting.level)) &&
      groups.every(([field, wanted]) => wanted.includes(values[field] ?? '')),
  };
}
