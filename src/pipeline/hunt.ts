import { alertOf, type Unit } from '../detect/alert.ts';
import type { Engine } from '../detect/engine.ts';
import type { Enrich } from '../enrich/enrich.ts';
import { KeywardenError } from '../errors.ts';
import { openSource, type Source } from '../ingest/files.ts';
import type { Line } from '../ingest/lines.ts';
import type { Alert } from '../model/alert.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
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
};

export type HuntCounts = { lines: number; events: number; alerts: number; deadLetters: number };

/** `faults`: files that broke off, such as a truncated `.gz`; what came before is counted and judged. */
export type Hunted = HuntCounts & { readonly faults: readonly KeywardenError[] };

/** Alert ids that are remembered, so that a request seen at two stages alerts once; older ones are forgotten. */
const MAX_REMEMBERED = 100_000;

/** Reads files one after the other through the same stages as `run`. One that cannot be read to its end does not keep the others from it. */
export async function hunt(sources: readonly Source[], options: HuntOptions, sink: FileSink): Promise<Hunted> {
  const counts: HuntCounts = { lines: 0, events: 0, alerts: 0, deadLetters: 0 };
  const judge = judgeWith(options, sink, counts);
  const stages: Sink = {
    event: normalized => {
      const event = options.enrich?.(normalized) ?? normalized;
      counts.events += 1;
      sink.event?.(event);
      if (event.judged || options.unit === 'event') judge(event);
    },
    deadLetter: letter => {
      counts.deadLetters += 1;
      sink.deadLetter(letter);
    },
  };
  const faults: KeywardenError[] = [];
  let before = 0;
  for (const source of sources) {
    const { lines, bytesRead } = openSource(source);
    try {
      for await (const line of lines) {
        counts.lines += 1;
        readLine(line, source, options, stages, judge, counts);
        if (counts.lines % 1_000 === 0) sink.progress(before + bytesRead());
      }
    } catch (error) {
      if (!(error instanceof KeywardenError)) throw error;
      faults.push(error);
    }
    before += bytesRead();
    sink.progress(before);
  }
  return { ...counts, faults };
}

type Judge = (subject: Parameters<Engine['match']>[0]) => void;

function judgeWith({ engine, unit }: HuntOptions, sink: FileSink, counts: HuntCounts): Judge {
  if (engine === undefined) return () => {};
  const seen = new Set<string>();
  return subject => {
    for (const rule of engine.match(subject)) {
      const alert = alertOf(rule, subject, unit);
      if (seen.has(alert.event.id)) continue;
      if (seen.size >= MAX_REMEMBERED) seen.clear();
      seen.add(alert.event.id);
      counts.alerts += 1;
      sink.alert?.(alert);
    }
  };
}

function readLine(
  { number, bytes }: Line,
  source: Source,
  { settings, input, cluster }: HuntOptions,
  stages: Sink,
  judge: Judge,
  counts: HuntCounts,
): void {
  const origin = { file: source.name, line: number };
  if (bytes === undefined) stages.deadLetter(tooLong(origin, settings), NOTHING);
  else if (isBlank(bytes)) return;
  else if (input === 'audit') normalize({ bytes, origin, cluster, receivedAt: undefined }, settings, stages);
  else readJson({ bytes, origin, cluster, receivedAt: undefined }, settings, stages, judge, counts);
}

function readJson(record: LogRecord, settings: Settings, stages: Sink, judge: Judge, counts: HuntCounts): void {
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
