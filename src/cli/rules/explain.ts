import { Command, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { describe } from '../../detect/describe.ts';
import { KeywardenError } from '../../errors.ts';
import { loadEnrichment } from '../../pipeline/enrichment.ts';
import { type Explained, type ExplainedRules, loadExplained } from '../../pipeline/explained.ts';
import { type EventsAt, eventsInFile, eventsInTopic, eventsOfFile, parsePlace } from '../../pipeline/find-event.ts';
import { findRule } from '../../pipeline/find-rule.ts';
import { printable } from '../../report/escape.ts';
import { becauseText, explanationText } from '../../report/explain.ts';
import { place } from '../../report/place.ts';
import type { CompiledRule } from '../../sigma/compile.ts';
import { described } from '../../sigma/role.ts';
import { createLog } from '../../telemetry/log.ts';
import { useColour } from '../colour.ts';
import {
  type ConfigOptions,
  type EnrichmentOptions,
  inForce,
  type RulesOptions,
  withConfig,
  withEnrichment,
  withRules,
} from '../options.ts';
import { shortPath } from './path.ts';

type Options = RulesOptions & EnrichmentOptions & ConfigOptions & { readonly format: 'text' | 'json' };

/** Of a record with many events so many are explained; an item names another. */
const MAX_EVENTS = 5;

/** `keywarden rules explain`: why a rule fires on an event, or why not. */
export const explainCommand = (): Command =>
  withConfig(withRules(withEnrichment(new Command('explain'))))
    .description(
      'say why a rule fires on an event, or why it does not: each part of its condition, and what the event has',
    )
    .argument('<rule>', 'its id or how it begins, its file, or a part of its title')
    .argument(
      '<event>',
      'where it is, as alerts say: FILE:LINE, TOPIC/PARTITION@OFFSET, an origin as JSON; or - or a file of one record',
    )
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      '\nA place in Kafka needs --config, which also says which rules are in force. Secrets are cut as everywhere.\n\nExamples:\n  keywarden rules explain a04-cluster-admin-bound audit.log:1537\n  keywarden rules explain "Secrets of all namespaces" kubernetes-audit/0@17 --config keywarden.yml',
    )
    .action(run);

async function run(wanted: string, text: string, options: Options): Promise<void> {
  const config = options.config === undefined ? undefined : loadConfig(options.config, process.env);
  const set = loadExplained(
    inForce({ rules: config?.rules, lists: config?.lists, fields: config?.fields, ...options }),
  );
  for (const fault of set.faults) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  const { rules, heading } = meantBy(wanted, set);
  const { events, fault } = await eventsAt(text, config, options);
  if (events.length === 0) throw new KeywardenError('USAGE', `${text} holds no event: ${fault ?? 'it is empty'}`);
  const explained = events.slice(0, MAX_EVENTS).flatMap(event => rules.map(rule => set.explain(rule, event)));
  const left = Math.max(0, events.length - MAX_EVENTS);
  process.stdout.write(options.format === 'json' ? jsonOf(explained) : heading + explained.map(textOf).join('\n'));
  if (left > 0) process.stderr.write(`and ${left} more events in this record; "${text} item N" names one\n`);
}

type Meant = { readonly rules: readonly CompiledRule[]; readonly heading: string };

/** The rule that is meant, or of a correlation those that it is made of. */
function meantBy(wanted: string, { rules, programs, parts }: ExplainedRules): Meant {
  const correlations = [...programs, ...parts].filter(program => program.kind === 'correlation');
  const found = findRule([...rules, ...correlations], wanted);
  if ('matches' in found) return { rules: [found], heading: '' };
  const { rule, inputs } = found;
  const heading = `"${rule.title}" is a correlation: ${described(found)}. What the event is for its rules:`;
  return { rules: inputs.map(({ compiled }) => compiled), heading: `${printable(heading)}\n\n` };
}

/** The events as `run` with this configuration has them. */
function eventsAt(text: string, config: Config | undefined, options: EnrichmentOptions): Promise<EventsAt> {
  const where = parsePlace(text);
  const enrich = loadEnrichment({ ...config?.enrichment, ...options });
  const preparation = { redact: config?.redact, enrich };
  if ('file' in where) {
    return where.line === undefined ? eventsOfFile(where.file, preparation) : eventsInFile(where, preparation);
  }
  if (config === undefined) throw new KeywardenError('USAGE', `${text} is in Kafka; say by --config where that is`);
  return eventsInTopic(config, where, preparation, createLog(config.log.level));
}

function textOf({ rule, subject, fires, explanation, applies, notes }: Explained): string {
  const lines = [
    `${fires ? 'fires' : 'does not fire'}: ${rule.title}`,
    `  rule   ${rule.id}  ${rule.level}  ${shortPath(rule.file)}`,
    `  event  ${place(subject.origin)}  ${timeOf(subject.document)}`,
    `         ${describe(subject)}`,
  ].map(printable);
  const heading = `${lines.join('\n')}\n\n`;
  const noted = notes.map(note => `${printable(note)}\n`).join('');
  if (!applies) return `${heading}${noted}`;
  const why = noted + becauseText(explanation);
  return `${heading}${why === '' ? '' : `${why}\n`}${explanationText(explanation, useColour())}`;
}

const timeOf = (document: object): string => String((document as { readonly '@timestamp'?: unknown })['@timestamp']);

const jsonOf = (explained: readonly Explained[]): string =>
  `${JSON.stringify(
    explained.map(({ rule, subject, fires, applies, notes, explanation }) => ({
      fires,
      applies,
      rule: { id: rule.id, title: rule.title, level: rule.level, file: rule.file, line: rule.line },
      event: { id: subject.id, dataset: subject.dataset, origin: subject.origin, message: describe(subject) },
      notes,
      ...explanation,
    })),
    undefined,
    2,
  )}\n`;
