import { Command } from 'commander';
import { findSources } from '../ingest/files.ts';
import { documentText } from '../normalize/document.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import { loadEnrichment } from '../pipeline/enrichment.ts';
import { readEvents } from '../pipeline/read-events.ts';
import { progressBar } from '../report/progress.ts';
import { lettersFile } from './letters.ts';
import { noteOf } from './notes.ts';
import { collect, type EnrichmentOptions, totalSize, withEnrichment } from './options.ts';

type Options = EnrichmentOptions & {
  readonly cluster?: string;
  readonly namespace: string;
  readonly redact?: readonly string[];
  readonly deadLetters?: string;
};

/** `keywarden normalize`: the ECS documents, one a line. */
export const normalizeCommand = (): Command =>
  withEnrichment(new Command('normalize'))
    .description('print the ECS documents of recorded logs, one a line; what cannot be read goes to standard error')
    .argument('<file...>', 'files, .gz files or folders; - is standard input')
    .option('--cluster <name>', 'name of the cluster that the logs are of')
    .option('--redact <path>', 'cut also what this path below the audit event names (repeatable)', collect)
    .option('--namespace <name>', 'namespace of the data streams', 'keywarden')
    .option('--dead-letters <file>', 'write what could not be read into this file, a line of JSON each')
    .action(run);

async function run(paths: readonly string[], options: Options): Promise<void> {
  const { cluster, namespace, redact, deadLetters, ...enrichment } = options;
  const sources = await findSources(paths);
  const bar = progressBar(process.stdout.isTTY ? SILENT : process.stderr, totalSize(sources), Date.now);
  const letters = lettersFile(deadLetters);
  const settings = normalizeSettings(namespace, Date.now, redact);
  const { faults } = await readEvents(
    sources,
    { settings, cluster, enrich: loadEnrichment(enrichment) },
    {
      event: ({ document }) => process.stdout.write(`${documentText(document)}\n`),
      deadLetter: letter => {
        process.stderr.write(`${noteOf(letter)}\n`);
        letters.add(letter);
      },
      progress: bar.update,
    },
  );
  bar.end();
  letters.end();
  for (const fault of faults) process.stderr.write(`keywarden: ${fault.message}\n`);
  if (faults.length > 0) process.exitCode = 2;
}

/** A bar between documents on one terminal would spoil both. */
const SILENT = { isTTY: false, write: () => undefined };
