import type { Client } from '@elastic/elasticsearch';
import { backoff, wait } from '../backoff.ts';
import { type AlertQuery, alertsWritten, latestAlerts } from '../deliver/elasticsearch/alert-search.ts';
import { statusOf } from '../deliver/elasticsearch/client.ts';
import { KeywardenError } from '../errors.ts';
import type { Alert } from '../model/alert.ts';
import { Recent } from '../model/recent.ts';

export type TailOptions = {
  readonly query: AlertQuery;
  /** Alerts of before that are told first. */
  readonly before: number;
  /** Each change of an alert, not only its first. */
  readonly updates: boolean;
};

export type TailSink = {
  readonly alert: (alert: Alert) => void;
  /** Elasticsearch does not answer any more; told once. */
  readonly away: (reason: string) => void;
  readonly back: () => void;
};

const POLL_MS = 1_000;
const PAGE = 500;
/** Writers' clocks differ, and what was written is seen about a second later: so far (ms) each look goes back. */
const OVERLAP_MS = 60_000;
/** Alerts that are known to have been told, at least half of them; older ones may be told again when they are raised. */
const MAX_TOLD = 50_000;

/** Tells alerts of the index as they are written, until `stop`. What is away is waited for. */
export async function tail(
  client: Client,
  index: string,
  { query, before, updates }: TailOptions,
  sink: TailSink,
  stop: AbortSignal,
): Promise<void> {
  const told = new Told(updates);
  let from: number | undefined;
  for (let attempt = 0; !stop.aborted; ) {
    try {
      const latest = await (from === undefined ? begin() : look(from));
      // A writer whose clock is ahead must not hide what the others write.
      from = Math.min(Math.max(from ?? 0, latest), Date.now());
      if (attempt > 0) sink.back();
      attempt = 0;
    } catch (error) {
      if (stop.aborted) return;
      if (statusOf(error) === 404) throw missing(error);
      if (attempt === 0) sink.away(error instanceof Error ? error.name : String(error));
      attempt += 1;
    }
    await wait(attempt === 0 ? POLL_MS : backoff(attempt), stop).catch(() => {});
  }

  /** The latest ones are told, and all that a look may see again are known. */
  async function begin(): Promise<number> {
    const first = await latestAlerts(client, index, query, Math.max(before, 1));
    const latest = Math.min(Math.max(0, ...first.map(writtenAt)) || Date.now(), Date.now());
    await look(latest, () => {});
    for (const alert of first.slice(0, before).toReversed()) {
      told.isNews(alert);
      sink.alert(alert);
    }
    return latest;
  }

  /** Tells what is new since a minute before `since`, and says when the latest of it was written (ms since 1970). */
  async function look(since: number, tell: (alert: Alert) => void = sink.alert): Promise<number> {
    const ingested = new Date(since - OVERLAP_MS).toISOString();
    let latest = since;
    for (let after: readonly unknown[] | undefined; ; ) {
      const page = await alertsWritten(client, index, query, { ingested, after, size: PAGE });
      for (const alert of page.alerts) {
        latest = Math.max(latest, writtenAt(alert));
        if (told.isNews(alert)) tell(alert);
      }
      after = page.after;
      if (page.alerts.length < PAGE || stop.aborted) return latest;
    }
  }
}

const writtenAt = ({ event }: Alert): number => Date.parse(event.ingested ?? '') || 0;

const missing = (cause: unknown): KeywardenError =>
  new KeywardenError('ELASTICSEARCH', 'the alert index is not there; run "keywarden setup" once', { cause });

/** Remembers which state of each alert was told last. */
class Told {
  readonly #updates: boolean;
  readonly #states = new Recent<string>(MAX_TOLD);

  constructor(updates: boolean) {
    this.#updates = updates;
  }

  isNews({ event }: Alert): boolean {
    const state = event.ingested ?? '';
    const before = this.#states.get(event.id);
    if (before !== undefined && (!this.#updates || before >= state)) return false;
    this.#states.set(event.id, state);
    return true;
  }
}
