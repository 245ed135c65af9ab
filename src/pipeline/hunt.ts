import { alertOf, type Unit } from '../detect/alert.ts';
import type { Engine } from '../detect/engine.ts';
import type { SilenceOf } from '../detect/silence.ts';
import { Suppression, silenceFor } from '../detect/suppress.ts';
import type { Enrich } from '../enrich/enrich.ts';
import { KeywardenError } from '../errors.ts';
import { openSource, type Source } from '../ingest/files.ts';
import type { Line } from '../ingest/lines.ts';
import type { Alert } from '../model/alert.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import { durationMs } from '../model/duration.ts';
import type { Episode } from '../model/episode.ts';
import type { Event, Subject } from '../model/event.ts';
import type { LogRecord } from '../model/record.ts';
import { jsonSubject } from '../normalize/json.ts';
import { normalize, type Sink, tooLong } from '../normalize/normalize.ts';
import type { Settings } from '../normalize/settings.ts';

/** What `hunt` and `normalize` tell as they read; none of it is kept. */
export type FileSink = {
  readonly event?: (event: Event) => void;
  readonly alert?: (alert: Alert) => void;
  readonly deadLetter: (letter: DeadLetter) => void;
  /** Bytes read so far from disk, of all files. */
  readonly progress: (bytes: number) => void;
};

export type HuntOptions = {
  readonly engine: Engine | undefined;
  readonly settings: Settings;
  /** `audit` recognises audit events and etcd lines; `json` takes every JSON object as it is. */
  readonly input: 'audit' | 'json';
  readonly unit: Unit;
  readonly cluster: string | undefined;
  /** What is known of addresses and users, added before the rules see an event. */
  readonly enrich?: Enrich | undefined;
  /** For rules that say nothing, in milliseconds. */
  readonly suppressMs?: number | undefined;
  readonly silenceOf?: SilenceOf | undefined;
};

/** How long further matches only raise the count, where neither rule nor user says. */
export const DEFAULT_SUPPRESS = '10m';

export type HuntCounts = { lines: number; events: number; alerts: number; deadLetters: number };

/** `faults`: files that broke off, such as a truncated `.gz`; what came before is counted and judged. */
export type Hunted = HuntCounts & { readonly faults: readonly KeywardenError[] };

/** Alerts that are held until no further match can belong to them; beyond, some are told in two. */
const MAX_OPEN = 10_000;
const LOOK_EVERY_LINES = 1_000;

/** Reads files one after the other through the same stages as `run`. One that cannot be read to its end does not keep the others from it. */
export async function hunt(sources: readonly Source[], options: HuntOptions, sink: FileSink): Promise<Hunted> {
  const counts: HuntCounts = { lines: 0, events: 0, alerts: 0, deadLetters: 0 };
  const judge = options.unit === 'event' ? everyMatch(options, sink, counts) : episodes(options, sink, counts);
  const stages: Sink = {
    event: normalized => {
      const event = options.enrich?.(normalized) ?? normalized;
      counts.events += 1;
      sink.event?.(event);
      if (event.judged || options.unit === 'event') judge.take(event);
    },
    deadLetter: letter => {
      counts.deadLetters += 1;
      sink.deadLetter(letter);
    },
  };
  const faults: KeywardenError[] = [];
  let before = 0;
  for (const [i, source] of sources.entries()) {
    const { lines, bytesRead } = openSource(source);
    const isLast = i === sources.length - 1;
    judge.begin();
    try {
      for await (const line of lines) {
        counts.lines += 1;
        readLine(line, source, options, stages, judge.take, counts);
        if (counts.lines % LOOK_EVERY_LINES !== 0) continue;
        sink.progress(before + bytesRead());
        // Another file may begin anywhere in time.
        if (isLast) judge.look();
      }
    } catch (error) {
      if (!(error instanceof KeywardenError)) throw error;
      faults.push(error);
    }
    before += bytesRead();
    sink.progress(before);
  }
  judge.end();
  return { ...counts, faults };
}

type Judge = {
  readonly begin: () => void;
  readonly take: (subject: Subject) => void;
  /** Tells the alerts that no later event can belong to. */
  readonly look: () => void;
  readonly end: () => void;
};

const DEAF: Judge = { begin: () => {}, take: () => {}, look: () => {}, end: () => {} };

/** An alert for each rule and event. */
function everyMatch({ engine, silenceOf }: HuntOptions, sink: FileSink, counts: HuntCounts): Judge {
  if (engine === undefined) return DEAF;
  const take = (subject: Subject): void => {
    for (const match of engine.match(subject)) {
      counts.alerts += 1;
      sink.alert?.(alertOf(match, subject, 'event', silenceFor(match, subject, silenceOf)));
    }
  };
  return { ...DEAF, take };
}

/** An alert for each episode. */
function episodes(
  { engine, settings, suppressMs = durationMs(DEFAULT_SUPPRESS), silenceOf }: HuntOptions,
  sink: FileSink,
  counts: HuntCounts,
): Judge {
  if (engine === undefined) return DEAF;
  const tell = ({ alert }: Episode): void => {
    if (alert === undefined) return;
    counts.alerts += 1;
    sink.alert?.(alert);
  };
  const suppression = new Suppression({ suppressMs, silenceOf, capacity: MAX_OPEN, onEvict: tell });
  let latest = '';
  return {
    begin: () => {
      latest = '';
    },
    take: subject => {
      const { '@timestamp': time } = subject.document as { readonly '@timestamp'?: unknown };
      if (typeof time === 'string' && time > latest) latest = time;
      for (const match of engine.match(subject)) {
        const episode = suppression.take(match, subject);
        if (episode?.suppressMs === 0) tell(episode);
      }
    },
    // A time in the future would close what is still going on.
    look: () => suppression.episodes.expire(Math.min(Date.parse(latest), settings.now())).forEach(tell),
    end: () => suppression.episodes.expire(Number.POSITIVE_INFINITY).forEach(tell),
  };
}

function readLine(
  { number, bytes }: Line,
  source: Source,
  { settings, input, cluster }: HuntOptions,
  stages: Sink,
  judge: Judge['take'],
  counts: HuntCounts,
): void {
  const origin = { file: source.name, line: number };
  if (bytes === undefined) stages.deadLetter(tooLong(origin, settings), NOTHING);
  else if (isBlank(bytes)) return;
  else if (input === 'audit') normalize({ bytes, origin, cluster, receivedAt: undefined }, settings, stages);
  else readJson({ bytes, origin, cluster, receivedAt: undefined }, settings, stages, judge, counts);
}

function readJson(record: LogRecord, settings: Settings, stages: Sink, judge: Judge['take'], counts: HuntCounts): void {
  const subject = jsonSubject(record, settings);
  if ('reason' in subject) {
    stages.deadLetter(subject, record.bytes);
    return;
  }
  counts.events += 1;
  judge(subject);
}

const NOTHING = Buffer.alloc(0);

const SPACE = 0x20;

const isBlank = (bytes: Buffer): boolean => bytes.every(byte => byte <= SPACE);
