import { lossOf } from '../detect/absence/loss.ts';
import { clusterOf } from '../detect/alert.ts';
import type { Enrich } from '../enrich/enrich.ts';
import type { KeywardenError } from '../errors.ts';
import type { Source } from '../ingest/files.ts';
import type { Alert } from '../model/alert.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import { durationMs } from '../model/duration.ts';
import type { Event, Subject } from '../model/event.ts';
import { Disorder, type Unsorted } from './disorder.ts';
import { FileSight } from './file-sight.ts';
import { type Judge, type JudgeOptions, type JudgeState, judgeOf } from './judges.ts';
import { beginningOf, type LineOptions, type LogFile, logFile, type ReadLine } from './log-file.ts';
import { merge } from './merge.ts';

/** What `hunt` and `normalize` tell as they read; none of it is kept. */
export type FileSink = {
  readonly event?: (event: Event) => void;
  readonly alert?: (alert: Alert) => void;
  readonly deadLetter: (letter: DeadLetter) => void;
  /** Bytes read so far from disk, of all files. */
  readonly progress: (bytes: number) => void;
};

export type HuntOptions = LineOptions &
  JudgeOptions & {
    /** What is known of addresses and users, added before the rules see an event. */
    readonly enrich?: Enrich | undefined;
    /** Whether files are read side by side, by the time of their events, or one after the other as they are given. */
    readonly order: 'time' | 'given';
    /** How long after a later event of its file one may stand and still count in its place, in milliseconds. */
    readonly latenessMs?: number | undefined;
  };

export const DEFAULT_LATENESS = '10s';

export type HuntCounts = { lines: number; events: number; alerts: number; deadLetters: number };

/** `faults`: files that broke off, such as a truncated `.gz`; what came before is counted and judged. */
export type Hunted = HuntCounts &
  JudgeState & {
    readonly faults: readonly KeywardenError[];
    readonly unsorted: readonly Unsorted[];
    /** The data sets of which there was anything. */
    readonly datasets: readonly Subject['dataset'][];
  };

const LOOK_EVERY_LINES = 1_000;
/** Files that are read side by side; each holds a chunk and a file descriptor. */
const MOST_OPEN = 200;

/**
 * Takes the lines of files through the same stages as `run`, those of several files in the order of their times. A file
 * that cannot be read to its end does not keep the others from it.
 */
export async function hunt(sources: readonly Source[], options: HuntOptions, sink: FileSink): Promise<Hunted> {
  const { order, latenessMs = durationMs(DEFAULT_LATENESS) } = options;
  const counts: HuntCounts = { lines: 0, events: 0, alerts: 0, deadLetters: 0 };
  const judge = judgeOf(options, alert => {
    counts.alerts += 1;
    sink.alert?.(alert);
  });
  const sight = new FileSight(latenessMs, judge.lose);
  const take = taker(options, sink, judge, sight, counts);
  const disorder = new Disorder(latenessMs);
  const faults: KeywardenError[] = [];
  const files = await filesOf(sources, options);
  const progress = (): void => sink.progress(files.reduce((bytes, file) => bytes + file.bytesRead(), 0));
  await merge(files, order === 'time' ? MOST_OPEN : 1, {
    take: (line, reached) => {
      counts.lines += 1;
      disorder.see(line);
      take(line);
      if (counts.lines % LOOK_EVERY_LINES !== 0) return;
      const clock = reached() - latenessMs;
      disorder.pass(clock);
      judge.look(sight.at(clock));
      progress();
    },
    over: ({ name }) => sight.close(name),
    fault: fault => faults.push(fault),
  });
  progress();
  judge.look(sight.at(Number.POSITIVE_INFINITY));
  return { ...counts, ...judge.state(), faults, unsorted: disorder.found, datasets: sight.datasets };
}

async function filesOf(sources: readonly Source[], options: HuntOptions): Promise<readonly LogFile[]> {
  const files: LogFile[] = [];
  const isMerged = options.order === 'time' && sources.length > 1;
  for (const source of sources) {
    const begins = isMerged ? await beginningOf(source, options) : Number.NEGATIVE_INFINITY;
    files.push(logFile(source, begins, options));
  }
  return files;
}

/** Hands on what a line held. */
function taker(
  { enrich, unit }: HuntOptions,
  sink: FileSink,
  judge: Judge,
  sight: FileSight,
  counts: HuntCounts,
): (line: ReadLine) => void {
  return ({ file, time, subjects, letters }) => {
    for (const subject of subjects) {
      counts.events += 1;
      sight.see(file, subject, time);
      const known = isEvent(subject) ? (enrich?.(subject) ?? subject) : subject;
      if (isEvent(known)) {
        sink.event?.(known);
        const loss = lossOf(known);
        if (loss !== undefined) judge.lose(clusterOf(known) ?? '', loss);
      }
      if (known.judged || unit === 'event') judge.take(known);
    }
    for (const { letter } of letters) {
      counts.deadLetters += 1;
      sink.deadLetter(letter);
    }
  };
}

const isEvent = (subject: Subject): subject is Event => subject.dataset !== 'json';
