import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Source } from '../ingest/files.ts';
import { durationMs } from '../model/duration.ts';
import type { RuleOptions } from '../pipeline/rules.ts';

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** What `withEnrichment` reads. */
export type EnrichmentOptions = { readonly geoip?: readonly string[]; readonly labels?: readonly string[] };

/** Adds the options that say what events are enriched with. */
export const withEnrichment = (command: Command): Command =>
  command
    .addOption(new Option('--geoip <file>', 'a MaxMind database, .mmdb (repeatable)').argParser(collect))
    .addOption(new Option('--labels <path>', 'a file or folder of labels (repeatable)').argParser(collect));

/** What `withRules` reads. */
export type RulesOptions = {
  readonly rules?: readonly string[] | undefined;
  readonly lists?: readonly string[] | undefined;
  readonly fields?: readonly string[] | undefined;
};

/** What is in force now by these options. */
export const inForce = ({ rules, lists, fields }: RulesOptions): RuleOptions => ({
  rules,
  lists,
  fields,
  now: new Date(),
});

/** Adds the options that say which rules, lists and field maps are in force. */
export const withRules = (command: Command): Command =>
  command
    .option('--rules <path>', 'a rule file or folder to use instead of the shipped rules (repeatable)', collect)
    .option(
      '--lists <path>',
      'a list file or folder that replaces shipped lists of the same name (repeatable)',
      collect,
    )
    .option('--fields <path>', 'a file or folder of field maps to use beside the shipped ones (repeatable)', collect);

/** What `withConfig` reads. */
export type ConfigOptions = { readonly config?: string };

/** Adds the option that names the configuration. */
export const withConfig = (command: Command): Command =>
  command.option('--config <file>', 'YAML configuration; KEYWARDEN_… environment variables lie over it');

/** For options that count things. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0.');
  return value;
}

/** For options that are time spans. */
export function span(text: string): string {
  if (Number.isNaN(durationMs(text)))
    throw new InvalidArgumentError('expected a time span such as 30s, 10m, 12h or 7d.');
  return text;
}

/** Bytes of all sources on disk; undefined if one has no end that is known. */
export function totalSize(sources: readonly Source[]): number | undefined {
  let total = 0;
  for (const { size } of sources) {
    if (size === undefined) return undefined;
    total += size;
  }
  return total;
}
