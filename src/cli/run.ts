import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { loadRules } from '../pipeline/rules.ts';
import { run } from '../pipeline/run.ts';
import { createLog } from '../telemetry/log.ts';
import { type ConfigOptions, withConfig } from './options.ts';
import { stopSignal } from './stop.ts';
import { VERSION } from './version.ts';

const LINGER_MS = 1_000;

/** `keywarden run`: Kafka to Elasticsearch, until SIGTERM. */
export const runCommand = (): Command =>
  withConfig(new Command('run'))
    .description('read the audit topics from Kafka and write events and alerts to Elasticsearch, until SIGTERM')
    .action(action);

async function action({ config: file }: ConfigOptions): Promise<void> {
  const config = loadConfig(file, process.env);
  const log = createLog(config.log.level);
  const { rules, lists, fields } = config;
  const ruleSet = loadRules({ rules, lists, fields, now: new Date() });
  for (const note of ruleSet.notes) log.warn(note);
  for (const fault of ruleSet.faults) log.error(fault.message);
  const { hash, faults } = ruleSet;
  log.info({ version: VERSION, rules: ruleSet.rules.length, hash, faults: faults.length }, 'starting');
  const stop = stopSignal(signal => log.info({ signal }, 'stopping'));
  try {
    await run(config, ruleSet, log, stop);
  } finally {
    // A connection that does not close must not keep the process.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}
