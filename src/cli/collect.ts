import { Command } from 'commander';
import { loadCollectorConfig } from '../config/load.ts';
import { createLog } from '../telemetry/log.ts';
import { type ConfigOptions, withConfig } from './options.ts';
import { stopSignal } from './stop.ts';
import { VERSION } from './version.ts';

const LINGER_MS = 1_000;

/** `keywarden collect`: what keeps no log that could be shipped. */
export const collectCommand = (): Command =>
  new Command('collect').description('watch what writes no log of its own, and write it to Kafka').addCommand(etcd());

/** `keywarden collect etcd`: every revision to Kafka, until SIGTERM. */
const etcd = (): Command =>
  withConfig(new Command('etcd'))
    .description('watch an etcd and write to Kafka which keys change at each revision, never a value, until SIGTERM')
    .action(action);

async function action({ config: file }: ConfigOptions): Promise<void> {
  const config = loadCollectorConfig(file, process.env);
  const log = createLog(config.log.level);
  log.info({ version: VERSION }, 'starting');
  const stop = stopSignal(signal => log.info({ signal }, 'stopping'));
  // gRPC takes 0.3 s to load, which no other command should wait for.
  const { collectFromEtcd } = await import('../pipeline/collect.ts');
  try {
    await collectFromEtcd(config, log, stop);
  } finally {
    // A connection that does not close must not keep the process.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}
