import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { loadRules } from '../pipeline/rules.ts';
import { run } from '../pipeline/run.ts';
import { createLog } from '../telemetry/log.ts';
import { VERSION } from './version.ts';

const LINGER_MS = 1_000;

/** `keywarden run`: Kafka to Elasticsearch, until SIGTERM. */
export const runCommand = (): Command =>
  new Command('run')
    .description('read the audit topics from Kafka and write events and alerts to Elasticsearch, until SIGTERM')
    .option('--config <file>', 'YAML configuration; KEYWARDEN_… environment variables lie over it')
    .action(action);

async function action({ config: file }: { readonly config?: string }): Promise<void> {
  const config = loadConfig(file, process.env);
  const log = createLog(config.log.level);
  const ruleSet = loadRules({ rules: config.rules, lists: config.lists, now: new Date() });
  for (const fault of ruleSet.faults) log.error(fault.message);
  log.info({ version: VERSION, rules: ruleSet.rules.length, faults: ruleSet.faults.length }, 'starting');
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      stop.abort(new Error(signal));
    });
  }
  try {
    await run(config, ruleSet, log, stop.signal);
  } finally {
    // A connection that does not close must not keep the process.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}
