import type { Logger } from 'pino';
import { wait } from '../backoff.ts';
import type { AlertOperation, AlertResult, AlertsResult } from '../deliver/elasticsearch/alert-store.ts';
import type { LinkedAlert, LinkedPage } from '../deliver/elasticsearch/alert-stories.ts';
import { inTime, LONGEST_MS, storiesOf } from '../detect/story.ts';
import { KeywardenError } from '../errors.ts';
import { Recent } from '../model/recent.ts';
import { reasonOf } from './ready.ts';
import type { Related } from './related.ts';

export type StoryKeepingOptions = {
  /** Milliseconds. */
  readonly spanMs: number;
  readonly everyMs: number;
};

export type StoryKeepingPorts = {
  /** Whether it is ours to keep stories; of all processes it is one's. */
  readonly isOurs: () => boolean;
  /** A page of the alerts that were written since then, or have one of these ids, in the order of their writing. */
  readonly changed: (
    what: { readonly since: string; readonly ids: readonly string[] },
    after: readonly unknown[] | undefined,
    stop: AbortSignal,
  ) => Promise<LinkedPage>;
  readonly related: (
    alerts: readonly LinkedAlert[],
    isShared: (link: string) => boolean,
    stop: AbortSignal,
  ) => Promise<Related>;
  readonly send: (operations: readonly AlertOperation[], stop: AbortSignal) => Promise<AlertsResult>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
};

/** `storyConflicts`: alerts that somebody else wrote at the same time; they are looked at again. */
export type StoryCounts = { storiesWritten: number; storyConflicts: number; storiesRefused: number };

/** Writers' clocks differ, and what was written is seen about a second later: so far (ms) each look goes back. */
const OVERLAP_MS = 60_000;
/** Who begins to keep stories looks at what was written this long (ms) before. */
const BEGIN_MS = 24 * 60 * 60 * 1_000;
/** Alerts that are known as they were looked at, at least half of them. */
const MAX_KNOWN = 50_000;
/** Alerts that have to be looked at again, and so many terms of one search. */
const MAX_AGAIN = 10_000;
/** Of the time at most a tenth goes into looks. */
const REST = 9;
const MAX_OPERATIONS = 500;

/**
 * Writes into the alerts of the index which story they are of, and corrects it where others have come between. Nothing
 * else of a document is touched, and none that somebody has written since it was read.
 */
export class StoryKeeping {
  readonly counts: StoryCounts = { storiesWritten: 0, storyConflicts: 0, storiesRefused: 0 };
  readonly #options: StoryKeepingOptions;
  readonly #ports: StoryKeepingPorts;
  #isShared: (link: string) => boolean;
  /** When the latest of what was looked at was written, in milliseconds since 1970. */
  #since: number | undefined;
  #known = new Recent<string>(MAX_KNOWN);
  #again = new Set<string>();
  #isCut = false;

  constructor(options: StoryKeepingOptions, isShared: (link: string) => boolean, ports: StoryKeepingPorts) {
    this.#options = options;
    this.#isShared = isShared;
    this.#ports = ports;
  }

  /** These links link nobody, from now on. */
  use(isShared: (link: string) => boolean): void {
    this.#isShared = isShared;
  }

  /** Looks from time to time, until `stop`; never rejects. */
  async keep(stop: AbortSignal): Promise<void> {
    const { now, log } = this.#ports;
    let fails = false;
    for (let rest = this.#options.everyMs; !stop.aborted; ) {
      await wait(rest, stop).catch(() => {});
      if (stop.aborted) return;
      const began = now();
      try {
        await this.look(stop);
        if (fails) log.info('stories are kept again');
        fails = false;
      } catch (error) {
        if (stop.aborted) return;
        if (!fails) log.warn({ reason: reasonOf(error) }, 'alerts get no stories just now; tried again until they do');
        fails = true;
      }
      rest = Math.max(this.#options.everyMs, REST * (now() - began));
    }
  }

  /** Looks once at what has changed, if it is ours to look. Rejects where Elasticsearch does not answer; the next look makes up for it. */
  async look(stop: AbortSignal): Promise<void> {
    const { isOurs, now } = this.#ports;
    if (!isOurs()) {
      this.#since = undefined;
      return;
    }
    if (this.#since === undefined) this.#begin();
    const again = this.#again;
    this.#again = new Set();
    try {
      const latest = await this.#lookAt(again, stop);
      // A writer whose clock is ahead must not hide what the others write.
      this.#since = Math.min(latest, now());
    } catch (error) {
      for (const id of again) this.#lookAgain(id);
      throw error;
    }
  }

  /** Another may have kept them in between. */
  #begin(): void {
    this.#since = this.#ports.now() - BEGIN_MS;
    this.#known = new Recent(MAX_KNOWN);
    this.#again.clear();
  }

  /** Says when the latest of what has changed was written. */
  async #lookAt(again: ReadonlySet<string>, stop: AbortSignal): Promise<number> {
    let latest = this.#since ?? 0;
    const what = { since: new Date(latest - OVERLAP_MS).toISOString(), ids: [...again] };
    let after: readonly unknown[] | undefined;
    do {
      const page = await this.#ports.changed(what, after, stop);
      const news = page.alerts.filter(
        alert => again.has(alert.event.id) || this.#known.get(alert.event.id) !== stateOf(alert),
      );
      for (const near of nearInTime(news)) await this.#settle(near, stop);
      for (const alert of page.alerts) {
        this.#known.set(alert.event.id, stateOf(alert));
        latest = Math.max(latest, Date.parse(alert.event.ingested ?? '') || 0);
      }
      after = page.after;
    } while (after !== undefined && this.#ports.isOurs());
    return latest;
  }

  /** Writes the stories of these and of all that depend on them. */
  async #settle(alerts: readonly LinkedAlert[], stop: AbortSignal): Promise<void> {
    const isShared = this.#isShared;
    const related = await this.#ports.related(alerts, isShared, stop);
    this.#tellCut(related);
    const updates = storyUpdates(related, { spanMs: this.#options.spanMs, isShared });
    for (let from = 0; from < updates.length; from += MAX_OPERATIONS)
      await this.#write(updates.slice(from, from + MAX_OPERATIONS), stop);
  }

  async #write(updates: readonly StoryUpdate[], stop: AbortSignal): Promise<void> {
    const result = await this.#ports.send(updates.map(operationOf), stop);
    if (result.kind === 'unavailable') throw new KeywardenError('ELASTICSEARCH', result.reason);
    for (const [i, update] of updates.entries()) this.#written(update, result.items[i]);
  }

  #written({ alert: { event, keywarden } }: StoryUpdate, item: AlertResult | undefined): void {
    if (item?.version !== undefined) {
      this.counts.storiesWritten += 1;
      // What was of another story may have left some of it behind that is further away than was looked.
      if (keywarden.alert.story !== undefined) this.#lookAgain(event.id);
    } else if (item?.status === 409) {
      this.counts.storyConflicts += 1;
      this.#lookAgain(event.id);
    } else if (item === undefined || item.status === 429 || item.status >= 500) this.#lookAgain(event.id);
    else this.#refused(item);
  }

  /** It is gone, or stands in an index that takes nothing any more. */
  #refused({ status, error }: AlertResult): void {
    if (this.counts.storiesRefused === 0)
      this.#ports.log.warn({ status, type: error?.type }, 'an alert cannot be given its story');
    this.counts.storiesRefused += 1;
  }

  #lookAgain(id: string): void {
    if (this.#again.size < MAX_AGAIN) this.#again.add(id);
  }

  #tellCut({ alerts, isCut }: Related): void {
    if (isCut && !this.#isCut)
      this.#ports.log.warn(
        { alerts: alerts.length },
        'more alerts are linked than can be looked at: those that have a story keep it',
      );
    this.#isCut = isCut;
  }
}

export type StoryUpdate = { readonly alert: LinkedAlert; readonly story: string };

/** What has to be written. Of a part of what is linked nothing is corrected, else another part would correct it back. */
export function storyUpdates(
  { alerts, isCut }: Related,
  options: { readonly spanMs: number; readonly isShared: (link: string) => boolean },
): readonly StoryUpdate[] {
  const stories = storiesOf(alerts, options);
  return alerts.flatMap(alert => {
    const story = stories.get(alert.event.id);
    const { story: before } = alert.keywarden.alert;
    return story === undefined || story === before || (isCut && before !== undefined) ? [] : [{ alert, story }];
  });
}

const operationOf = ({ alert: { event, version }, story }: StoryUpdate): AlertOperation => ({
  kind: 'update',
  id: event.id,
  version,
  document: { keywarden: { alert: { story } } },
});

/** Whatever else changes of an alert changes no story: after a day no other can begin in its own. */
function stateOf({ keywarden: { alert } }: LinkedAlert): string {
  const lastMs = Math.min(Date.parse(alert.last_seen), Date.parse(alert.first_seen) + LONGEST_MS);
  return JSON.stringify([alert.first_seen, lastMs, alert.links]);
}

/** Alerts parted where they begin so far from each other that they have nothing to do with each other. */
function nearInTime(alerts: readonly LinkedAlert[]): readonly (readonly LinkedAlert[])[] {
  const parts: LinkedAlert[][] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const alert of inTime(alerts)) {
    const begun = Date.parse(alert.keywarden.alert.first_seen);
    if (begun - latest <= 2 * LONGEST_MS) parts.at(-1)?.push(alert);
    else parts.push([alert]);
    latest = begun;
  }
  return parts;
}
