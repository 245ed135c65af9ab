import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { setUp } from '../pipeline/setup.ts';
import { createLog } from '../telemetry/log.ts';
import { type ConfigOptions, withConfig } from './options.ts';

/** `keywarden setup`: topics, templates, indices. */
export const setupCommand = (): Command =>
  withConfig(new Command('setup'))
    .description('create the Kafka topics, Elasticsearch templates and the alert index; a second run changes nothing')
    .action(action);

async function action({ config: file }: ConfigOptions): Promise<void> {
  const config = loadConfig(file, process.env);
  const steps = await setUp(config, createLog(config.log.level));
  for (const { name, done } of steps) process.stdout.write(`${done.padEnd(9)}  ${name}\n`);
  const changed = steps.filter(({ done }) => done !== 'unchanged').length;
  process.stdout.write(changed === 0 ? 'nothing to do: all is set up\n' : `${changed} of ${steps.length} changed\n`);
}
