import { Command, InvalidArgumentError } from 'commander';
import { loadConfig } from '../config/load.ts';
import { findSources } from '../ingest/files.ts';
import { replay } from '../pipeline/replay.ts';
import { progressBar } from '../report/progress.ts';
import { createLog } from '../telemetry/log.ts';
import { type ConfigOptions, totalSize, withConfig } from './options.ts';
import { stopSignal } from './stop.ts';

type Options = ConfigOptions & {
  readonly topic: string;
  readonly brokers?: readonly string[];
  readonly rate?: number;
  readonly loop: boolean;
};

/** `keywarden replay`: recorded lines into Kafka. */
export const replayCommand = (): Command =>
  withConfig(new Command('replay'))
    .description('put recorded lines into a Kafka topic, for demonstrations, tests and load')
    .argument('<file...>', 'files, .gz files or folders; - is standard input')
    .requiredOption('--topic <name>', 'the topic to write to')
    .option('--brokers <list>', 'brokers as host:port,host:port, instead of a configuration', value => value.split(','))
    .option('--rate <lines>', 'lines a second; as fast as possible where it is not given', positive)
    .option('--loop', 'begin again at the end, until SIGTERM', false)
    .addHelpText(
      'after',
      '\nExample:\n  keywarden replay --brokers localhost:9092 --topic kubernetes-audit deploy/sample/kube-apiserver-audit.jsonl',
    )
    .action(run);

async function run(paths: readonly string[], options: Options): Promise<void> {
  const environment =
    options.brokers === undefined ? process.env : { ...process.env, ...ONLY_KAFKA, ...brokersOf(options.brokers) };
  const config = loadConfig(options.config, environment);
  const sources = await findSources(paths);
  const stop = stopSignal();
  const bar = progressBar(process.stderr, options.loop ? undefined : totalSize(sources), Date.now);
  const plan = { topic: options.topic, rate: options.rate, loop: options.loop };
  const count = await replay(config, sources, plan, createLog(config.log.level), bar.update, stop);
  bar.end();
  process.stderr.write(`${count} lines put into ${options.topic}\n`);
}

/** A replay never speaks to Elasticsearch, which the configuration asks for. */
const ONLY_KAFKA = { KEYWARDEN_ELASTICSEARCH__NODES: 'http://unused.invalid' };

const brokersOf = (brokers: readonly string[]) => ({ KEYWARDEN_KAFKA__BROKERS: brokers.join(',') });

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('expected a number above 0.');
  return value;
}
