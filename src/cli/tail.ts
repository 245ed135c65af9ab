import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import { targets } from '../deliver/elasticsearch/body.ts';
import { withElasticsearch } from '../pipeline/connections.ts';
import { tail } from '../pipeline/tail.ts';
import { looks } from '../report/alerts.ts';
import { row } from '../report/table.ts';
import { type AskingOptions, asking } from './alerts.ts';
import { type ConfigOptions, withConfig } from './options.ts';
import { stopSignal } from './stop.ts';

type Options = ConfigOptions &
  AskingOptions & {
    readonly lines: number;
    readonly updates: boolean;
    readonly verbose: boolean;
    readonly format: 'text' | 'jsonl';
  };

const MAX_LINES = 1_000;

/** `keywarden tail`: the alerts of an installation as they come. */
export const tailCommand = (): Command =>
  asking(withConfig(new Command('tail')))
    .description('show the alerts of a running installation as they come, until Ctrl-C')
    .option('-n, --lines <count>', `this many of before first, ${MAX_LINES} at most`, lines, 10)
    .option('--updates', 'an alert again whenever its count has risen', false)
    .option('-v, --verbose', 'with each alert what to look at first, and its evidence', false)
    .addOption(new Option('--format <format>', 'how alerts are printed').choices(['text', 'jsonl']).default('text'))
    .addHelpText('after', '\nExample:\n  keywarden tail --config keywarden.yml --level high')
    .action(run);

async function run({ config: file, lines: before, updates, verbose, format, ...query }: Options): Promise<void> {
  const config = loadConfig(file, process.env);
  const stop = stopSignal();
  const { stdout, stderr } = process;
  const say = (text: string): void => void stderr.write(`keywarden: ${text}\n`);
  await withElasticsearch(config, client =>
    tail(
      client,
      targets(config.elasticsearch.namespace).alerts,
      { query, before, updates },
      {
        alert: alert =>
          void stdout.write(
            format === 'jsonl'
              ? `${JSON.stringify(alert)}\n`
              : row(alert, { ...looks(stdout), verbose, handled: true }),
          ),
        away: reason => say(`Elasticsearch does not answer (${reason}); waiting for it`),
        back: () => say('Elasticsearch is back'),
      },
      stop,
    ),
  );
}

function lines(text: string): number {
  const count = Number(text);
  if (text.trim() === '' || !Number.isInteger(count) || count < 0 || count > MAX_LINES) {
    throw new InvalidArgumentError(`expected a whole number from 0 to ${MAX_LINES}.`);
  }
  return count;
}
