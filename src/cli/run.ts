import { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
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
  log.info({ version: VERSION }, 'starting');
  const stop = stopSignal(signal => log.info({ signal }, 'stopping'));
  try {
    await run(config, log, stop, hangUps());
  } finally {
    // A connection that does not close must not keep the process.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

/** Whether there was a SIGHUP since the last call: by it an operator asks to look at the rules now. */
function hangUps(): () => boolean {
  let asked = false;
  process.on('SIGHUP', () => {
    asked = true;
  });
  return () => {
    const was = asked;
    asked = false;
    return was;
  };
}
