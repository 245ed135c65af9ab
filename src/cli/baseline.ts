import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { targets } from '../deliver/elasticsearch/body.ts';
import { KeywardenError, messageOf } from '../errors.ts';
import { findSources } from '../ingest/files.ts';
import { baselineText } from '../pipeline/baseline/file.ts';
import { Learning } from '../pipeline/baseline/learning.ts';
import { learnFromElasticsearch, learnFromFiles } from '../pipeline/baseline/sources.ts';
import { withElasticsearch } from '../pipeline/connections.ts';
import { loadEnrichment } from '../pipeline/enrichment.ts';
import { loadRules } from '../pipeline/rules.ts';
import { printable } from '../report/escape.ts';
import { progressBar } from '../report/progress.ts';
import { timeOf } from './alerts.ts';
import { DeadLetterNotes } from './notes.ts';
import {
  type ConfigOptions,
  collect,
  type EnrichmentOptions,
  inForce,
  type RulesOptions,
  totalSize,
  withConfig,
  withEnrichment,
  withRules,
} from './options.ts';

type Options = ConfigOptions &
  EnrichmentOptions &
  RulesOptions & {
    readonly output: string;
    readonly fromElasticsearch: boolean;
    readonly since: string;
    readonly cluster?: string;
    readonly redact?: readonly string[];
  };

/** `keywarden baseline`: what rules with `first_seen` know from before. */
export function baselineCommand(): Command {
  const command = new Command('baseline').description(
    'what is already known, so that rules on first sights need not learn it',
  );
  withRules(withEnrichment(withConfig(command.command('learn'))))
    .description('learn from past logs which users, addresses and the like are known to rules with first_seen')
    .argument('[file...]', 'files, .gz files or folders; - is standard input')
    .requiredOption('-o, --output <file>', 'where the baseline is written, a line of JSON each; - is standard output')
    .option('--from-elasticsearch', 'learn from the events that the Elasticsearch of --config holds', false)
    .addOption(
      new Option('--since <time>', 'from when on Elasticsearch is read: 30d, or 2026-11-24T03:00:00Z')
        .argParser(timeOf)
        .default(timeOf('30d'), '30d'),
    )
    .option('--cluster <name>', 'name of the cluster that the files are of')
    .option('--redact <path>', 'cut also what this path below the audit event names (repeatable)', collect)
    .addHelpText(
      'after',
      '\nExamples:\n  keywarden baseline learn -o baseline.jsonl /var/log/kubernetes/\n  keywarden baseline learn -o baseline.jsonl --from-elasticsearch --config keywarden.yml\n  keywarden hunt --baseline baseline.jsonl audit.log',
    )
    .action(learn);
  return command;
}

async function learn(files: readonly string[], options: Options): Promise<void> {
  const config = options.config === undefined ? undefined : loadConfig(options.config, process.env);
  if (options.fromElasticsearch === files.length > 0) {
    throw new KeywardenError('USAGE', 'name files, or give --from-elasticsearch; one of them');
  }
  if (options.fromElasticsearch && config === undefined) {
    throw new KeywardenError('USAGE', '--from-elasticsearch: needs --config, which says where Elasticsearch is');
  }
  const set = loadRules(
    inForce({
      rules: options.rules ?? config?.rules,
      lists: options.lists ?? config?.lists,
      fields: options.fields ?? config?.fields,
    }),
  );
  const learning = new Learning(set, Date.now());
  if (learning.rules === 0)
    throw new KeywardenError('USAGE', 'none of the rules has first_seen: there is nothing to learn');
  const faults = [...set.faults, ...(files.length > 0 ? await fromFiles(files, options, config, learning) : [])];
  if (config !== undefined && options.fromElasticsearch) await fromElasticsearch(config, options.since, learning);
  const rows = learning.rows();
  write(options.output, baselineText(rows));
  for (const fault of faults) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  const terms = rows.filter(row => row.terms.length > 0).length;
  process.stderr.write(`${terms} terms of ${learning.rules} rules in ${learning.events} events\n`);
  if (faults.length > 0) process.exitCode = 2;
}

async function fromFiles(files: readonly string[], options: Options, config: Config | undefined, learning: Learning) {
  const sources = await findSources(files);
  const bar = progressBar(process.stderr, totalSize(sources), Date.now);
  const notes = new DeadLetterNotes(process.stderr);
  const faults = await learnFromFiles(sources, learning, {
    cluster: options.cluster ?? config?.cluster,
    enrich: loadEnrichment({ ...config?.enrichment, ...options }),
    redact: options.redact ?? config?.redact,
    deadLetter: letter => notes.add(letter),
    progress: bar.update,
  });
  bar.end();
  notes.end();
  return faults;
}

async function fromElasticsearch(config: Config, since: string, learning: Learning): Promise<void> {
  const bar = progressBar(process.stderr, undefined, Date.now, count => `${count} events`);
  const indices = targets(config.elasticsearch.namespace);
  await withElasticsearch(config, client => learnFromElasticsearch(client, indices, since, learning, bar.update));
  bar.end();
}

function write(path: string, text: string): void {
  if (path === '-') {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new KeywardenError('USAGE', `${path} cannot be written (${messageOf(cause)})`, { cause });
  }
}
