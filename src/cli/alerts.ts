import { userInfo } from 'node:os';
import type { Client } from '@elastic/elasticsearch';
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import { alertOfId, handle, type Verdict } from '../deliver/elasticsearch/alert-handling.ts';
import { type AlertQuery, eventsOf, searchAlerts } from '../deliver/elasticsearch/alert-search.ts';
import { storySizes } from '../deliver/elasticsearch/alert-stories.ts';
import { type Targets, targets } from '../deliver/elasticsearch/body.ts';
import { DEFAULT_STORY } from '../detect/story.ts';
import { type Alert, LEVELS, type Level, REASONS, type Reason, STATUSES, type Status } from '../model/alert.ts';
import { durationMs } from '../model/duration.ts';
import { withElasticsearch } from '../pipeline/connections.ts';
import { storyAround } from '../pipeline/story.ts';
import { looks } from '../report/alerts.ts';
import { alertText } from '../report/handling.ts';
import type { StorySizes } from '../report/story.ts';
import { tableInOrder } from '../report/table.ts';
import { type ConfigOptions, span, wholeNumber, withConfig } from './options.ts';

type Format = 'table' | 'json' | 'jsonl';
type ListOptions = ConfigOptions & {
  readonly status: Status | 'all';
  readonly level?: Level;
  readonly rule?: string;
  readonly since?: string;
  readonly user?: string;
  readonly story?: string;
  readonly silenced: boolean;
  readonly limit: number;
  readonly verbose: boolean;
  readonly format: Format;
};
type ShowOptions = ConfigOptions & { readonly format: 'text' | 'json' };
type StoryOptions = ConfigOptions & { readonly story?: string; readonly verbose: boolean; readonly format: Format };
type HandleOptions = ConfigOptions & { readonly by: string; readonly note?: string; readonly reason?: Reason };

/** `keywarden alerts`: what `run` has found, and what analysts made of it. */
export function alertsCommand(): Command {
  const command = new Command('alerts').description('list, show, acknowledge and close the alerts of an installation');
  asking(withConfig(command.command('list')))
    .description('list alerts, those that were seen last first')
    .addOption(
      new Option('--status <status>', 'only alerts of this status').choices([...STATUSES, 'all']).default('open'),
    )
    .option('--since <time>', 'only alerts seen since then: 12h, 7d, or 2026-11-24T03:00:00Z', timeOf)
    .option('--story <id>', 'only alerts of the story with this id, or as much of its beginning as no other has')
    .option('--limit <count>', 'at most this many (10000)', upTo(10_000), 50)
    .option('-v, --verbose', 'with each alert what to look at first, and its evidence', false)
    .addOption(
      new Option('--format <format>', 'how alerts are printed').choices(['table', 'jsonl', 'json']).default('table'),
    )
    .addHelpText('after', '\nExample:\n  keywarden alerts list --config keywarden.yml --level high --since 24h')
    .action(list);
  withConfig(command.command('show'))
    .description('show one alert with its evidence and history')
    .argument('<id>', 'the id, or as much of its beginning as no other has')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .action(show);
  withConfig(command.command('story'))
    .description('show the alerts that are one story with an alert: linked by user, credential, address or object')
    .argument('<id>', 'the id of the alert, or as much of its beginning as no other has')
    .option(
      '--story <time>',
      'how long after the last alert of a story a linked one still belongs to it, instead of alerts.story',
      span,
    )
    .option('-v, --verbose', 'with each alert what to look at first, and its evidence', false)
    .addOption(
      new Option('--format <format>', 'how alerts are printed').choices(['table', 'jsonl', 'json']).default('table'),
    )
    .action(tellStory);
  handling(command.command('acknowledge'))
    .description('say that somebody looks at alerts; further matches still raise their counts')
    .action((ids: readonly string[], options: HandleOptions) => handleAll(ids, options, 'acknowledged'));
  handling(command.command('close'))
    .description('close alerts; a further match opens another one')
    .addOption(new Option('--reason <reason>', 'why').choices(REASONS).makeOptionMandatory())
    .action((ids: readonly string[], options: HandleOptions) => handleAll(ids, options, 'closed'));
  return command;
}

/** What `asking` reads. */
export type AskingOptions = Pick<ListOptions, 'level' | 'rule' | 'user' | 'silenced'>;

/** Adds the options that say which alerts are meant. */
export const asking = (command: Command): Command =>
  command
    .addOption(new Option('--level <level>', 'only alerts of this level and worse').choices(LEVELS))
    .option('--rule <rule>', 'only alerts of the rule with this id, or this text in its name')
    .option('--user <name>', 'only alerts about this user')
    .option('--silenced', 'silenced alerts too', false);

const handling = (command: Command): Command =>
  withConfig(command)
    .argument('<ids...>', 'ids of alerts, or as much of their beginnings as no others have')
    .option('--by <name>', 'who says so', systemUser())
    .option('--note <text>', 'what others should know');

/** A container may run under a number that has no name; no command may fail for it. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.()}`;
  }
}

async function list({ status, limit, format, verbose, ...options }: ListOptions): Promise<void> {
  const query: AlertQuery = { ...options, status: status === 'all' ? undefined : status };
  const { alerts, stories } = await withAlerts(options, async (client, { alerts: index }) => {
    const alerts = (await searchAlerts(client, index, query, limit)).map(({ alert }) => alert);
    return { alerts, stories: await sizesOf(client, index, alerts) };
  });
  print(alerts, format, verbose, stories);
  if (alerts.length === 0) process.stderr.write('no such alerts\n');
  else if (alerts.length === limit)
    process.stderr.write(`no more than ${limit} shown, those seen last; --limit shows more\n`);
}

async function show(id: string, options: ShowOptions): Promise<void> {
  const { alert, events, stories } = await withAlerts(options, async (client, indices) => {
    const { alert } = await alertOfId(client, indices.alerts, id);
    const ids = alert.keywarden.alert.evidence.map(({ event_id: event }) => event);
    const events = await eventsOf(client, indices, ids);
    return { alert, events, stories: await sizesOf(client, indices.alerts, [alert]) };
  });
  if (options.format === 'json') {
    process.stdout.write(`${JSON.stringify({ alert, events: [...events.values()] }, null, 2)}\n`);
  } else process.stdout.write(alertText(alert, events, { ...looks(process.stdout), stories }));
}

const sizesOf = (client: Client, index: string, alerts: readonly Alert[]): Promise<StorySizes> =>
  storySizes(client, index, [...new Set(alerts.flatMap(({ keywarden: { alert } }) => alert.story ?? []))]);

async function tellStory(id: string, { story, verbose, format, ...options }: StoryOptions): Promise<void> {
  const config = loadConfig(options.config, process.env);
  const { alerts, isCut } = await withElasticsearch(config, client =>
    storyAround(
      client,
      targets(config.elasticsearch.namespace).alerts,
      id,
      spanOf(story ?? config.alerts.story),
      config,
    ),
  );
  print(alerts, format, verbose);
  if (isCut) process.stderr.write('more alerts are linked than can be looked at; some may be missing\n');
}

/** Where no stories are kept they can be asked for all the same. */
const spanOf = (story: string): number => durationMs(story) || durationMs(DEFAULT_STORY);

function print(alerts: readonly Alert[], format: Format, verbose: boolean, stories?: StorySizes): void {
  const { stdout } = process;
  if (format === 'table') stdout.write(tableInOrder(alerts, { ...looks(stdout), verbose, handled: true, stories }));
  else if (format === 'json') stdout.write(`${JSON.stringify(alerts, null, 2)}\n`);
  else for (const alert of alerts) stdout.write(`${JSON.stringify(alert)}\n`);
}

async function handleAll(ids: readonly string[], options: HandleOptions, status: Verdict['status']): Promise<void> {
  const { by, note, reason } = options;
  const said = { ...(reason === undefined ? {} : { reason }), ...(note === undefined ? {} : { note }) };
  const verdict: Verdict = { at: new Date().toISOString(), by, status, ...said };
  await withAlerts(options, async (client, { alerts }) => {
    for (const id of ids) {
      const { alert } = await handle(client, alerts, id, verdict);
      process.stdout.write(`${alert.event.id} ${status}\n`);
    }
  });
}

function withAlerts<T>(
  { config: file }: ConfigOptions,
  work: (client: Client, indices: Targets) => Promise<T>,
): Promise<T> {
  const config = loadConfig(file, process.env);
  return withElasticsearch(config, client => work(client, targets(config.elasticsearch.namespace)));
}

/** `12h` ago, or a time as it is. */
export function timeOf(text: string): string {
  const span = durationMs(text);
  const time = Number.isNaN(span) ? new Date(text) : new Date(Date.now() - span);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('expected a time span such as 12h, or a time such as 2026-11-24T03:00:00Z.');
  return time.toISOString();
}

/** For options that count things, with a bound. */
export const upTo =
  (most: number) =>
  (text: string): number => {
    const value = wholeNumber(text);
    if (value > most) throw new InvalidArgumentError(`expected ${most} at most.`);
    return value;
  };
