import type { Logger } from 'pino';
import type { CollectorAction, CollectorRecord, WatchRecord, WatchSource } from '../model/revision.ts';
import type { Head, WatchEvent, WatchResponse } from './client.ts';
import { Clock } from './clock.ts';
import { type HasLease, leaseEnded, leaseOf } from './lease.ts';
import type { Position } from './position.ts';
import { recordOf } from './record.ts';

export type CollectorSettings = {
  /** `orchestrator.cluster.name`. */
  readonly cluster: string | undefined;
  /** Keys the hash of values; without it there is none. */
  readonly hashKey: string | undefined;
};

/** Takes the next record. */
export type Put = (record: WatchRecord) => void;

/** Records of keys that were told, and revisions that were gone before they could be. */
export type CollectorCounts = { told: number; lost: number };

/**
 * Turns what one etcd answers, over as many connections as it takes, into records: every key of every revision, how far
 * all is told, and what is missing. It keeps the place and no value.
 */
export class Collector {
  readonly counts: CollectorCounts = { told: 0, lost: 0 };
  readonly #settings: CollectorSettings;
  readonly #put: Put;
  readonly #log: Logger;
  readonly #now: () => number;
  #clock: Clock;
  #position: Position | undefined;
  #memberId = '';
  /** All up to this revision is told. */
  #reached = 0;
  /** All that was written before this time is told; undefined where that is not known. */
  #upTo: number | undefined;
  /** What was claimed last by an etcd whose claims may come too early. */
  #claimed: number | undefined;

  /** Goes on at `position`; without one it begins with what is written from now on. */
  constructor(settings: CollectorSettings, position: Position | undefined, put: Put, log: Logger, now: () => number) {
    this.#settings = settings;
    this.#put = put;
    this.#log = log;
    this.#now = now;
    this.#position = position;
    this.#upTo = position?.after;
    this.#clock = new Clock(position?.after);
    if (position?.after !== undefined) this.#clock.mark(position.after, position.next - 1);
  }

  /** The revision that a watch has to begin at. */
  get next(): number {
    return this.#position?.next ?? 1;
  }

  /** A member answers, which was asked at `asked`: is it the etcd that was watched before, and has it come further? */
  meet(head: Head, asked: number): void {
    const before = this.#position;
    this.#memberId = head.memberId;
    if (before === undefined) this.#begin(head, asked);
    else if (before.clusterId !== head.clusterId) this.#beginAnew('cluster_replaced', head, before);
    else if (head.revision < before.revision) this.#beginAnew('revision_went_back', head, before);
    this.#reached = this.next - 1;
    this.#claimed = undefined;
    this.#clock.mark(asked, head.revision);
  }

  /** Where etcd stands by a later answer. Returns whether the watch has to be asked how far it has come. */
  tick(head: Head, asked: number): boolean {
    this.#clock.mark(asked, head.revision);
    if (this.#reached < head.revision) return true;
    this.#tellProgress();
    return false;
  }

  /** Takes the next answer of a watch. `isDoubtful`: this etcd may claim progress before it has sent what belongs to it. */
  async take({ events, fragment, header }: WatchResponse, hasLease: HasLease, isDoubtful: boolean): Promise<void> {
    if (events.length === 0) {
      const claimed = Number(header.revision);
      const sure = isDoubtful ? this.#claimed : claimed;
      this.#claimed = claimed;
      if (sure !== undefined) this.#reach(sure);
      return;
    }
    const source = this.#source();
    let last = 0;
    for (const group of byRevision(events)) last = await this.#tell(group, source, hasLease);
    if (!fragment) this.#reach(last);
  }

  /** Everything below `revision` is gone: says what of it was still to be told, and goes on there. */
  skip(revision: number): void {
    const { next, clusterId, history } = this.#known();
    if (next > 1) {
      this.counts.lost += revision - next;
      this.#say('revisions_lost', {
        revision: revision - 1,
        next: revision,
        after: iso(this.#upTo),
        from: next,
        to: revision - 1,
      });
    }
    this.#position = { clusterId, history, revision: revision - 1, next: revision, after: this.#upTo };
    this.#reached = revision - 1;
  }

  #begin({ clusterId, revision }: Head, asked: number): void {
    this.#position = { clusterId, history: 0, revision, next: revision + 1, after: asked };
    this.#say('collection_began', { revision, next: revision + 1, after: iso(asked) });
  }

  /** Nothing says where the new history parts from the old one, so all of it is told. */
  #beginAnew(action: CollectorAction, { clusterId, revision }: Head, before: Position): void {
    const after = iso(this.#upTo);
    this.#position = { clusterId, history: before.history + 1, revision, next: 1, after: undefined };
    this.#clock = new Clock();
    this.#upTo = undefined;
    const replaced = clusterId === before.clusterId ? undefined : before.clusterId;
    const stood = { from: before.revision, to: revision };
    this.#say(action, { revision, next: 1, after, ...stood, previous_cluster_id: replaced });
  }

  #say(action: CollectorAction, more: Omit<CollectorRecord, keyof WatchSource | 'type' | 'action'>): void {
    const record: CollectorRecord = { type: 'collector', action, ...this.#source(), ...more };
    const { type, ...said } = record;
    if (action === 'collection_began') this.#log.info(said, 'beginning');
    else this.#log.error(said, SAID[action]);
    this.#put(record);
  }

  async #tell(group: readonly WatchEvent[], source: WatchSource, hasLease: HasLease): Promise<number> {
    const revision = revisionOf(group);
    if (revision <= this.#reached)
      this.#log.warn({ revision, claimed: this.#reached }, 'a revision came after its claim');
    const after = iso(this.#clock.before(revision));
    const ended = await leaseEnded(group, hasLease);
    const { hashKey } = this.#settings;
    for (const event of group) {
      const circumstances = { source, after, hashKey, leaseEnded: leaseOf(event) === undefined ? undefined : ended };
      this.#put(recordOf(event, circumstances));
    }
    this.counts.told += group.length;
    this.#position = { ...this.#known(), revision, next: revision };
    return revision;
  }

  #reach(revision: number): void {
    this.#reached = Math.max(this.#reached, revision);
    this.#position = { ...this.#known(), revision: this.#reached, next: this.#reached + 1 };
    this.#tellProgress();
  }

  #tellProgress(): void {
    const upTo = this.#clock.reach(this.#reached);
    if (upTo === undefined) return;
    this.#upTo = upTo;
    this.#put({ type: 'progress', ...this.#source(), revision: this.#reached, up_to: new Date(upTo).toISOString() });
  }

  #source(): WatchSource {
    const { clusterId, history } = this.#known();
    return {
      cluster: this.#settings.cluster,
      cluster_id: clusterId,
      member_id: this.#memberId,
      history,
      seen: new Date(this.#now()).toISOString(),
    };
  }

  #known(): Position {
    if (this.#position === undefined) throw new Error('no member was met');
    return this.#position;
  }
}

const SAID: Readonly<Record<Exclude<CollectorAction, 'collection_began'>, string>> = {
  revisions_lost: 'revisions were compacted before they were told',
  cluster_replaced: 'this is another etcd than before',
  revision_went_back: 'etcd stands at an earlier revision than before',
};

function* byRevision(events: readonly WatchEvent[]): Generator<readonly WatchEvent[]> {
  let group: WatchEvent[] = [];
  for (const event of events) {
    if (group.length > 0 && group[0]?.kv.mod_revision !== event.kv.mod_revision) {
      yield group;
      group = [];
    }
    group.push(event);
  }
  yield group;
}

const revisionOf = ([first]: readonly WatchEvent[]): number => Number(first?.kv.mod_revision);

const iso = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : new Date(ms).toISOString());
