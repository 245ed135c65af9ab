import { openSource, type Source } from '../ingest/files.ts';
import type { Line } from '../ingest/lines.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Subject } from '../model/event.ts';
import type { LogRecord } from '../model/record.ts';
import { jsonSubject } from '../normalize/json.ts';
import { normalize, type Sink, tooLong } from '../normalize/normalize.ts';
import { normalizeSettings, type Settings } from '../normalize/settings.ts';
import type { Log, Timed } from './merge.ts';

/** What a line of a file held. */
export type ReadLine = Timed & {
  readonly file: string;
  readonly number: number;
  readonly subjects: readonly Subject[];
  readonly letters: readonly Letter[];
};

export type Letter = { readonly letter: DeadLetter; readonly bytes: Buffer };

export type LineOptions = {
  readonly settings: Settings;
  /** `audit` recognises audit events and etcd lines; `json` takes every JSON object as it is. */
  readonly input: 'audit' | 'json';
  readonly cluster: string | undefined;
};

/** A file whose lines are read into events, and how many bytes of it have been read from disk so far. */
export type LogFile = Log<ReadLine> & { readonly bytesRead: () => number };

/** The file as a log that begins at that time. It is opened when it is read. */
export function logFile(source: Source, begins: number, options: LineOptions): LogFile {
  let bytesRead = (): number => 0;
  return {
    name: source.name,
    begins,
    open: () => {
      const opened = openSource(source);
      bytesRead = opened.bytesRead;
      return opened.batches;
    },
    read: lineReader(source.name, options),
    bytesRead: () => bytesRead(),
  };
}

const MAX_LOOKED_AT = 1_000;

/**
 * When a file begins, in milliseconds since 1970: the earlier one of its first two times, should the first be wrong. Minus
 * infinity where it can be read only once or tells no time; what cannot be read says so when it is opened.
 */
export async function beginningOf(source: Source, options: LineOptions): Promise<number> {
  if (source.size === undefined) return Number.NEGATIVE_INFINITY;
  // Normalising remembers earlier lines, and these are read again.
  const settings = normalizeSettings('keywarden', options.settings.now);
  const read = lineReader(source.name, { ...options, settings });
  const times: number[] = [];
  try {
    for await (const line of openSource(source).lines) {
      const { time } = read(line);
      if (time > Number.NEGATIVE_INFINITY) times.push(time);
      if (times.length === 2 || line.number === MAX_LOOKED_AT) break;
    }
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
  return times.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...times);
}

/** Reads the lines of one file, in their order. */
function lineReader(file: string, { settings, input, cluster }: LineOptions): (line: Line) => ReadLine {
  const clamp = clampToNow(settings.now);
  let time = Number.NEGATIVE_INFINITY;
  return ({ number, bytes }) => {
    const subjects: Subject[] = [];
    const letters: Letter[] = [];
    const origin = { file, line: number };
    if (bytes === undefined) letters.push({ letter: tooLong(origin, settings), bytes: NOTHING });
    else if (!isBlank(bytes)) {
      const record: LogRecord = { bytes, origin, cluster, receivedAt: undefined };
      const sink: Sink = {
        event: event => subjects.push(event),
        deadLetter: (letter, of) => letters.push({ letter, bytes: of }),
      };
      if (input === 'audit') normalize(record, settings, sink);
      else readJson(record, settings, subjects, letters);
    }
    const [first] = subjects;
    const own = first === undefined ? Number.NaN : timeOf(first);
    if (!Number.isNaN(own)) time = clamp(own);
    return { time, file, number, subjects, letters };
  };
}

function readJson(record: LogRecord, settings: Settings, subjects: Subject[], letters: Letter[]): void {
  const subject = jsonSubject(record, settings);
  if ('reason' in subject) letters.push({ letter: subject, bytes: record.bytes });
  else subjects.push(subject);
}

type Stamped = {
  readonly '@timestamp'?: unknown;
  readonly timestamp?: unknown;
  readonly keywarden?: { readonly missing?: readonly string[] | undefined };
};

/** Milliseconds since 1970; NaN for a subject that has no time, or one that only stands in. */
function timeOf({ dataset, document }: Subject): number {
  const { '@timestamp': ecs, timestamp, keywarden }: Stamped = document;
  if (dataset === 'json') return new Date(String(ecs ?? timestamp)).getTime();
  const isStandIn = keywarden?.missing?.some(field => TIMES.has(field)) ?? false;
  return isStandIn ? Number.NaN : Date.parse(String(ecs));
}

/** The names under which an event's own time may be missing. */
const TIMES: ReadonlySet<string> = new Set(['@timestamp', 'ts', 'time', 'start_time']);

/** A time that is still to come, which only a wrong clock can tell, is now. */
function clampToNow(now: () => number): (time: number) => number {
  let latest = now();
  return time => {
    if (time > latest) latest = now();
    return Math.min(time, latest);
  };
}

const NOTHING = Buffer.alloc(0);

const SPACE = 0x20;

const isBlank = (bytes: Buffer): boolean => bytes.every(byte => byte <= SPACE);
