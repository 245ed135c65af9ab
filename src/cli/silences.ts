import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { KeywardenError } from '../errors.ts';
import { loadSilences } from '../pipeline/silences.ts';
import { silenceTable } from '../report/silences.ts';
import { type ConfigOptions, withConfig } from './options.ts';

/** `keywarden silences`: of which alerts nobody is told, until when, and who says so. */
export function silencesCommand(): Command {
  const command = new Command('silences').description('list the silences: alerts that nobody is told of for a time');
  withConfig(command.command('list'))
    .description('list silences, those in force first')
    .argument('[path...]', 'files or folders of silences, instead of those of the configuration')
    .action(list);
  return command;
}

function list(paths: readonly string[], { config: file }: ConfigOptions): void {
  if (paths.length > 0 && file !== undefined) {
    throw new KeywardenError('USAGE', 'give files of silences or --config, not both');
  }
  const named = paths.length > 0 ? paths : (loadConfig(file, process.env).silences ?? []);
  const silences = loadSilences(named);
  process.stdout.write(silenceTable(silences, Date.now()));
  if (silences.length === 0) process.stderr.write('no silences\n');
}
