import { Command } from 'commander';
import { createEngine } from '../detect/engine.ts';
import { KeywardenError } from '../errors.ts';
import { findSources } from '../ingest/files.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import { loadEnrichment } from '../pipeline/enrichment.ts';
import { loadFilters } from '../pipeline/filters.ts';
import { measure } from '../pipeline/measure.ts';
import { loadRules } from '../pipeline/rules.ts';
import { filterTable } from '../report/filters.ts';
import { progressBar } from '../report/progress.ts';
import { DeadLetterNotes, printNotes } from './notes.ts';
import { type EnrichmentOptions, inForce, type RulesOptions, totalSize, withEnrichment, withRules } from './options.ts';

type Options = EnrichmentOptions & RulesOptions & { readonly on: readonly string[] };

/** `keywarden filters`: what filters would save, before they are in force. */
export const filtersCommand = (): Command =>
  withRules(withEnrichment(new Command('filters')))
    .description('say what filters would leave out of recorded logs, in events and bytes; nothing is changed')
    .argument('<filters...>', 'files or folders of filters')
    .requiredOption('--on <file...>', 'recorded logs: files, .gz files or folders; - is standard input')
    .addHelpText(
      'after',
      '\nExample:\n  keywarden filters deploy/filters/typical-cluster.yml --on audit.log etcd.log.gz',
    )
    .action(run);

async function run(paths: readonly string[], options: Options): Promise<void> {
  const { rules, compile, faults, notes: remarks } = loadRules(inForce(options));
  const filters = loadFilters(paths, compile);
  if (filters.length === 0) {
    throw new KeywardenError('FILTER', `${paths.join(', ')}: no filters there; looked for .yml and .yaml files`);
  }
  const sources = await findSources(options.on);
  const bar = progressBar(process.stderr, totalSize(sources), Date.now);
  const notes = new DeadLetterNotes(process.stderr);
  const { filters: measures, total } = await measure(
    sources,
    {
      engine: createEngine(rules),
      settings: normalizeSettings('keywarden', Date.now),
      filters,
      enrich: loadEnrichment(options),
    },
    { deadLetter: letter => notes.add(letter), progress: bar.update },
  );
  bar.end();
  const rows = measures.map(({ filter, ...row }) => ({ name: filter.name, action: filter.action.kind, ...row }));
  process.stdout.write(filterTable(rows, total));
  printNotes(remarks, process.stderr);
  for (const fault of faults) process.stderr.write(`keywarden: ${fault.message}\n`);
  notes.end();
  if (faults.length > 0) process.exitCode = 2;
}
