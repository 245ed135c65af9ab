import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { KeywardenError } from '../errors.ts';
import { openWith } from '../ingest/identity.ts';
import type { Place } from '../ingest/replayed.ts';
import { letterAt, lettersInFile, lettersInTopic, replayLetters } from '../pipeline/deadletters.ts';
import type { Letters, Selection } from '../pipeline/selection.ts';
import { letterLine, lettersTable, letterText, reasonsOf } from '../report/deadletters.ts';
import { createLog } from '../telemetry/log.ts';
import { noteOf } from './notes.ts';
import { type ConfigOptions, wholeNumber, withConfig } from './options.ts';

type Chosen = ConfigOptions & {
  readonly file?: string;
  readonly reason?: string;
  readonly stage?: Selection['stage'];
  readonly all: boolean;
  readonly limit: number;
};
type ListOptions = Chosen & { readonly format: 'table' | 'jsonl' };
type ShowOptions = ConfigOptions & { readonly identity?: string; readonly raw: boolean };
type ReplayOptions = Chosen & { readonly identity?: string; readonly dryRun: boolean };

const IDENTITY = ['--identity <file>', 'age identities that open what is sealed'] as const;

/** `keywarden deadletters`: what could not be normalised or indexed. */
export function deadLettersCommand(): Command {
  const command = new Command('deadletters').description(
    'list, show and replay the records that could not be normalised or indexed',
  );
  choosing(command.command('list'), 1_000)
    .description('list the dead letters that there are now')
    .addOption(new Option('--format <format>', 'how letters are printed').choices(['table', 'jsonl']).default('table'))
    .action(list);
  withConfig(command.command('show'))
    .description('show one dead letter')
    .argument('<letter>', 'its place as list prints it, TOPIC/PARTITION@OFFSET', placeOf)
    .option(...IDENTITY)
    .option('--raw', 'write only the opened bytes, as they are, into a pipe or file', false)
    .action(show);
  choosing(command.command('replay'), 100_000)
    .description(
      'put the records of dead letters back into their topics; what was indexed meanwhile stays one document',
    )
    .option(...IDENTITY)
    .option('--dry-run', 'open, read and compare the records, but put none back', false)
    .addHelpText('after', '\nExample:\n  keywarden deadletters replay --config keywarden.yml --reason "not valid JSON"')
    .action(replay);
  return command;
}

const choosing = (command: Command, limit: number): Command =>
  withConfig(command)
    .option('--file <letters>', 'letters of "hunt --dead-letters" or "list --format jsonl" instead of the topic')
    .option('--reason <text>', 'only letters whose reason holds this text')
    .addOption(new Option('--stage <stage>', 'only letters of this stage').choices(['normalize', 'deliver']))
    .option('--all', 'each letter, not only the latest of each record', false)
    .option('--limit <count>', 'at most this many, the latest', wholeNumber, limit);

async function list({ format, limit, ...options }: ListOptions): Promise<void> {
  const found = await find(options, options.file === undefined ? configOf(options) : undefined);
  const shown = found.letters.slice(-limit);
  if (format === 'table') process.stdout.write(lettersTable(shown));
  else for (const letter of shown) process.stdout.write(letterLine(letter));
  const sealed = found.letters.filter(letter => letter.sealed).length;
  const out = format === 'table' ? process.stdout : process.stderr;
  out.write(`${reasonsOf(found.letters)}${found.letters.length} letters, ${sealed} sealed\n`);
  remark(found, shown.length, options.file);
}

async function show(place: Place, options: ShowOptions): Promise<void> {
  if (options.raw && options.identity === undefined) throw new KeywardenError('USAGE', '--raw needs --identity');
  if (options.raw && process.stdout.isTTY) {
    throw new KeywardenError('USAGE', '--raw writes bytes that a terminal would obey; send them into a pipe or file');
  }
  const open = options.identity === undefined ? undefined : openWith(options.identity);
  const config = configOf(options);
  const letter = await letterAt(config, place, createLog(config.log.level));
  const bytes = open === undefined || letter.sealed === undefined ? undefined : await opened(open, letter.sealed);
  process.stdout.write(options.raw ? (bytes ?? '') : letterText(letter, bytes));
  if (open === undefined || bytes !== undefined) return;
  process.stderr.write(`keywarden: nothing is sealed in this letter; the record may still be at its origin\n`);
  process.exitCode = 1;
}

async function opened(open: ReturnType<typeof openWith>, sealed: string): Promise<Buffer> {
  try {
    return await open(sealed);
  } catch (cause) {
    throw new KeywardenError('USAGE', 'the sealed bytes do not open with this identity', { cause });
  }
}

async function replay({ identity, dryRun, limit, ...options }: ReplayOptions): Promise<void> {
  const open = identity === undefined ? undefined : openWith(identity);
  const config = configOf(options);
  const found = await find(options, config);
  const letters = found.letters.slice(-limit);
  const onFailure = (origin: Parameters<typeof noteOf>[0]['origin'], reason: string): void =>
    void process.stderr.write(`${noteOf({ origin, reason })}\n`);
  const log = createLog(config.log.level);
  const { opened, reread, failed } = await replayLetters(config, { letters, open, dryRun, onFailure }, log);
  const done = dryRun ? 'could be replayed' : 'replayed';
  process.stdout.write(
    `${opened + reread} records ${done}: ${opened} from their sealed bytes, ${reread} read again at their source\n`,
  );
  if (failed > 0) process.stdout.write(`${failed} could not be, for the reasons above\n`);
  remark(found, letters.length, options.file);
  if (failed > 0 || found.forgotten > 0) process.exitCode = 1;
}

const configOf = ({ config }: ConfigOptions): Config => loadConfig(config, process.env);

function find({ file, reason, stage, all }: Omit<Chosen, 'limit'>, config: Config | undefined): Promise<Letters> {
  const selection = { reason, stage, all };
  if (file !== undefined || config === undefined) return lettersInFile(file ?? '-', selection);
  return lettersInTopic(config, selection, createLog(config.log.level));
}

function remark({ letters, forgotten, foreign }: Letters, taken: number, file: string | undefined): void {
  const left = letters.length - taken;
  if (left > 0) process.stderr.write(`${left} older ones were left out by --limit\n`);
  if (forgotten > 0) process.stderr.write(`${forgotten} older ones were too many; choose with --reason or --stage\n`);
  if (foreign > 0)
    process.stderr.write(`${foreign} ${file === undefined ? 'records' : 'lines'} there are no letters\n`);
}

/** `keywarden.dead-letters/0@17` */
function placeOf(text: string): Place {
  const [, topic, partition, offset] = /^([\w.-]{1,249})\/(\d{1,9})@(\d{1,15})$/.exec(text) ?? [];
  if (topic === undefined) throw new InvalidArgumentError('expected TOPIC/PARTITION@OFFSET, as list prints it.');
  return { topic, partition: Number(partition), offset: Number(offset) };
}
