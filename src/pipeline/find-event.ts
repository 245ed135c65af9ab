import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Enrich } from '../enrich/enrich.ts';
import { KeywardenError } from '../errors.ts';
import { openSource } from '../ingest/files.ts';
import { recordOf } from '../ingest/kafka.ts';
import { readStretches } from '../ingest/topic.ts';
import type { Event } from '../model/event.ts';
import type { LogRecord, Origin } from '../model/record.ts';
import { normalize } from '../normalize/normalize.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import { withKafka } from './connections.ts';

/** Records before the one that is asked for that are read too, since etcd's lines tell of each other. */
const BEFORE = 5_000;

/** Where an event is; a file without a line is one record as a whole. */
export type Place = Origin | { readonly file: string; readonly line: undefined };

/** What is done with events before rules see them. */
export type Preparation = { readonly redact?: readonly string[] | undefined; readonly enrich?: Enrich | undefined };

/** What a place holds: its events, or why it has none. */
export type EventsAt = { readonly events: readonly Event[]; readonly fault: string | undefined };

const STDIN = '-';
const FILE = /^(.+):(\d+)(?: item (\d+))?$/;
const TOPIC = /^([^/\s]+)\/(\d+)@(\d+)(?: item (\d+))?$/;

/** Reads a place as alerts name it: `audit.log:17`, `topic/0@17`, either with ` item 3`, or an `origin` as JSON. A file alone, or `-`, is its only record, on one line or several. Throws USAGE. */
export function parsePlace(text: string): Place {
  if (text.startsWith('{')) return jsonPlace(text);
  const [, topic, partition, offset, inTopic] = TOPIC.exec(text) ?? [];
  if (topic !== undefined) {
    return { topic, partition: Number(partition), offset: Number(offset), ...itemOf(inTopic) };
  }
  const [, file, line, inFile] = FILE.exec(text) ?? [];
  if (file !== undefined) return { file, line: Number(line), ...itemOf(inFile) };
  return { file: text, line: undefined };
}

const itemOf = (text: string | undefined) => (text === undefined ? {} : { item: Number(text) });

function jsonPlace(text: string): Origin {
  const { file, line, topic, partition, offset, item } = parsed(text);
  const which = typeof item === 'number' ? { item } : {};
  if (typeof file === 'string' && typeof line === 'number') return { file, line, ...which };
  if (typeof topic === 'string' && typeof partition === 'number' && typeof offset === 'number') {
    return { topic, partition, offset, ...which };
  }
  throw new KeywardenError('USAGE', `${text}: expected an origin such as {"file": "audit.log", "line": 17}`);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new KeywardenError('USAGE', `${text}: is no JSON`, { cause });
  }
}

/** The events of a line of a file, with what the lines before it tell. Throws FILE, and USAGE where there is no such line. */
export async function eventsInFile({ file, line, item }: InFile, preparation: Preparation = {}): Promise<EventsAt> {
  const name = file === STDIN ? '<stdin>' : file;
  const reading = readerOf(item, preparation);
  let last = 0;
  for await (const { number, bytes } of linesOf(file)) {
    last = number;
    if (number < line - BEFORE || bytes === undefined) continue;
    const record = { bytes, origin: { file: name, line: number }, cluster: undefined, receivedAt: undefined };
    reading.read(record, number === line);
    if (number === line) return reading.found();
  }
  throw new KeywardenError('USAGE', `${name} has no line ${line}; it ends with line ${last}`);
}

/** The events of a file that is one record, printed over several lines or not. Throws FILE, and USAGE where it is too large for that. */
export async function eventsOfFile(file: string, preparation: Preparation = {}): Promise<EventsAt> {
  const name = file === STDIN ? '<stdin>' : file;
  const lines: Buffer[] = [];
  let size = 0;
  for await (const { bytes = Buffer.alloc(0) } of linesOf(file)) {
    lines.push(bytes, NEWLINE);
    size += bytes.length;
    if (size > MAX_RECORD_BYTES) throw new KeywardenError('USAGE', `${name}: say which line, such as ${name}:17`);
  }
  const reading = readerOf(undefined, preparation);
  const bytes = Buffer.concat(lines);
  reading.read({ bytes, origin: { file: name, line: 1 }, cluster: undefined, receivedAt: undefined }, true);
  const found = reading.found();
  if (found.events.length > 0 || lines.length <= 2) return found;
  throw new KeywardenError('USAGE', `${name}: is not one record; say which line, such as ${name}:17`);
}

type InFile = Extract<Origin, { file: string }>;

const linesOf = (path: string) => openSource({ path, name: path === STDIN ? '<stdin>' : path, size: undefined }).lines;

/** More is a log, not a record. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const NEWLINE = Buffer.from('\n');

/** The events of a record in Kafka, with what the records before it tell. Throws KAFKA, CONFIG, and USAGE where there is no such record. */
export const eventsInTopic = (
  config: Config,
  { topic, partition, offset, item }: Extract<Origin, { topic: string }>,
  preparation: Preparation,
  log: Logger,
): Promise<EventsAt> =>
  withKafka(config, log, async kafka => {
    const reading = readerOf(item, preparation);
    let found = false;
    const stretch = { topic, partition, from: Math.max(0, offset - BEFORE), to: offset + 1 };
    const cluster = config.kafka.topics.find(({ name }) => name === topic)?.cluster ?? config.cluster;
    await readStretches(kafka, `${config.kafka.groupId}-explain`, [stretch], async message => {
      const isWanted = Number(message.offset) === offset;
      reading.read(recordOf(message, topic, partition, cluster), isWanted);
      found ||= isWanted;
    });
    if (!found) throw new KeywardenError('USAGE', `${topic}/${partition}@${offset} is not in Kafka, or no longer`);
    return reading.found();
  });

/** Normalises records in turn and keeps the events of the wanted one. */
function readerOf(item: number | undefined, { redact, enrich }: Preparation) {
  const settings = normalizeSettings('keywarden', Date.now, redact);
  const events: Event[] = [];
  let fault: string | undefined;
  let wanted = false;
  const sink = {
    event: (event: Event) => {
      if (wanted && (item === undefined || event.origin.item === item)) events.push(enrich?.(event) ?? event);
    },
    deadLetter: ({ reason }: { readonly reason: string }) => {
      if (wanted) fault = reason;
    },
  };
  return {
    read: (record: LogRecord, isWanted: boolean): void => {
      wanted = isWanted;
      normalize(record, settings, sink);
    },
    found: (): EventsAt => ({ events, fault }),
  };
}
