import type { Logger } from 'pino';
import { atMost, oneAtATime, wait } from '../backoff.ts';
import type { ElasticsearchWriter } from '../deliver/elasticsearch/writer.ts';
import type { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import type { Sieve, SummaryContext } from '../filter/sieve.ts';
import type { Gaps } from '../gaps/gaps.ts';
import type { Alerting } from './alerting.ts';
import type { Commits } from './commits.ts';
import type { Signalling } from './signals/signalling.ts';
import type { StageCounts, Stages } from './stages.ts';
import type { StoryKeeping } from './story-keeping.ts';

const COMMIT_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 60_000;
/** How long a stop may take to deliver what was read, and then to commit it; Kubernetes kills after 30 s. */
const GRACE_MS = 15_000;
const COMMIT_MS = 5_000;

/** What is looked after while records are read. */
export type Household = {
  readonly stages: Stages;
  readonly writer: ElasticsearchWriter;
  readonly alerting: Alerting;
  readonly letters: DeadLetterWriter;
  readonly commits: Commits;
  readonly signalling: Signalling;
  readonly stories: StoryKeeping;
  readonly gaps: Gaps;
  /** Whether nothing could be heard of Kafka just now. */
  readonly deaf: () => boolean;
  readonly sieve: Sieve | undefined;
  readonly context: SummaryContext;
  /** Looks after rules that have changed, when it is time to. */
  readonly renew: (now: number) => void;
  readonly log: Logger;
};

/** Commits, renews the rules, listens for silence and reports at their times, until `stop`. */
export async function keepHouse(house: Household, stop: AbortSignal): Promise<void> {
  const { writer, commits, signalling, renew, log } = house;
  const stopped = new Promise<void>(resolve => stop.addEventListener('abort', () => resolve(), { once: true }));
  // While brokers do not answer, marks, rules and silences do not wait; and no commit overtakes another.
  const commit = oneAtATime(() => Promise.all([commits.commit(), signalling.commit()]), COMMIT_MS);
  let reported = Date.now();
  while (!stop.aborted) {
    await wait(COMMIT_EVERY_MS, stop).catch(() => {});
    signalling.mark(Date.now());
    // A commit may wait for brokers longer than a stop allows.
    await Promise.race([commit(), stopped]);
    renew(Date.now());
    tellSilences(house);
    if (Date.now() - reported < REPORT_EVERY_MS) continue;
    reported = Date.now();
    log.info({ ...countsOf(house), rss: process.memoryUsage.rss() }, 'so far');
    // While Elasticsearch is away they would pile up; the counts go on, and are told later.
    if (!writer.full) tellFiltered(house);
  }
}

/** All counts, for the log. */
export const countsOf = ({ stages, writer, alerting, signalling, stories, sieve, gaps }: Household): object => ({
  ...totalsOf(stages.counts, signalling),
  ...writer.counts,
  ...sumOf(alerting.counts, signalling.alerting.counts),
  ...signalling.counts,
  ...stories.counts,
  gaps: gaps.counts,
  filters: sieve?.counts,
});

/** A match raises an alert where it is read, or behind the clock. */
export const totalsOf = (counts: StageCounts, { alerts }: Pick<Signalling, 'alerts'>): StageCounts => ({
  ...counts,
  alerts: counts.alerts + alerts,
});

type Counts = Readonly<Record<string, number>>;

/** Alerts of single matches and those of programs are written apart. */
const sumOf = (a: Counts, b: Counts): Counts =>
  Object.fromEntries(Object.entries(a).map(([name, count]) => [name, count + (b[name] ?? 0)]));

/** Delivers what was read and commits it, as far as the time of a stop allows. */
export async function finish(house: Household): Promise<void> {
  const { writer, alerting, letters, commits, signalling, log } = house;
  tellFiltered(house);
  const { writer: signals } = signalling.sending;
  const delivered = Promise.all([writer.flush(), alerting.writer.flush(), signals.flush()]).then(() =>
    letters.flush().then(() => true),
  );
  if ((await atMost(delivered, GRACE_MS)) !== true) log.warn('stopped before all was delivered; it will be read again');
  // What was delivered in time is committed all the same, if Kafka answers.
  await atMost(Promise.all([commits.commit(), signalling.finish()]), COMMIT_MS);
}

function tellSilences({ gaps, stages, writer, letters, deaf, log }: Household): void {
  // Who does not listen hears nothing.
  if (writer.full || letters.full || deaf()) {
    gaps.excuse();
    return;
  }
  for (const gap of gaps.silences()) {
    log.warn({ origin: gap.origin }, gap.document.message);
    stages.tell(gap);
  }
}

function tellFiltered({ sieve, writer, context }: Household): void {
  for (const summary of sieve?.summaries(context) ?? []) writer.addSummary(summary);
}
