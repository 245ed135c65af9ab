import type { Logger } from 'pino';
import { KeywardenError } from '../errors.ts';
import type { CollectorAction, CollectorRecord, WatchRecord, WatchSource } from '../model/revision.ts';
import type { Head, WatchEvent, WatchResponse } from './client.ts';
import { Clock } from './clock.ts';
import { type HasLease, leaseEnded, leaseOf } from './lease.ts';
import type { Position, Told } from './position.ts';
import { digestOf, recordOf } from './record.ts';

export type CollectorSettings = {
  /** `orchestrator.cluster.name`. */
  readonly cluster: string | undefined;
  /** Keys the hash of values; without it there is none. */
  readonly hashKey: string | undefined;
};

/** Where the records go. */
export type Output = {
  readonly put: (record: WatchRecord) => void;
  /** Whether it takes no more than what is on its way; how far all is told can wait. */
  readonly full: boolean;
};

/** Records of keys that were told, and revisions that were gone before they could be. */
export type CollectorCounts = { told: number; lost: number };

/** Time for the revisions that a claim has overtaken; they come in milliseconds. */
const DOUBT_MS = 2_000;

/**
 * Turns what one etcd answers, over as many connections as it takes, into records: every key of every revision, how far
 * all is told, and what is missing. It keeps the place and no value.
 */
export class Collector {
  readonly counts: CollectorCounts = { told: 0, lost: 0 };
  readonly #settings: CollectorSettings;
  readonly #output: Output;
  readonly #log: Logger;
  readonly #now: () => number;
  #clock: Clock;
  #position: Position | undefined;
  #memberId = '';
  /** All up to this revision is told. */
  #reached = 0;
  /** All that was written before this time is told; undefined where that is not known. */
  #upTo: number | undefined;
  /** The last write that was told, until this watch has shown it again. */
  #unproved: Told | undefined;
  /** What is claimed by an etcd whose claims may come too early, until it is believed. */
  #claimed: { readonly revision: number; readonly at: number } | undefined;

  /** Goes on at `position`; without one it begins with what is written from now on. */
  constructor(
    settings: CollectorSettings,
    position: Position | undefined,
    output: Output,
    log: Logger,
    now: () => number,
  ) {
    this.#settings = settings;
    this.#output = output;
    this.#log = log;
    this.#now = now;
    this.#position = position;
    this.#upTo = position?.after;
    this.#clock = new Clock(position?.after);
    if (position?.after !== undefined) this.#clock.mark(position.after, position.next - 1);
  }

  /** The revision that is told next. */
  get next(): number {
    return this.#position?.next ?? 1;
  }

  /** Where a watch has to begin: at the last write that was told, to see that it is still there. */
  get from(): number {
    return this.#unproved?.revision ?? this.next;
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
    this.#unproved = this.#position?.last;
    this.#clock.mark(asked, head.revision);
  }

  /** Where etcd stands by a later answer. Returns whether the watch has to be asked how far it has come. */
  tick(head: Head, asked: number): boolean {
    this.#clock.mark(asked, head.revision);
    if (this.#reached < head.revision) return true;
    this.#tellProgress();
    return false;
  }

  /**
   * Takes the next answer of a watch. `isDoubtful`: this etcd may claim progress before it has sent what belongs to it.
   * Throws ETCD where the history turns out to be another; `next` says then where that begins.
   */
  async take({ events, fragment, header }: WatchResponse, hasLease: HasLease, isDoubtful: boolean): Promise<void> {
    if (events.length === 0) {
      const claimed = Number(header.revision);
      const sure = isDoubtful ? this.#believed(claimed) : claimed;
      if (sure !== undefined) this.#reach(sure);
      return;
    }
    const source = this.#source();
    let last = 0;
    for (const group of byRevision(events)) {
      last = revisionOf(group);
      this.#prove(group);
      if (last >= this.next) await this.#tell(group, source, hasLease);
    }
    if (!fragment) this.#reach(last);
  }

  /** Everything below `revision` is gone: says what of it was still to be told, and goes on there. */
  skip(revision: number): void {
    const { next, clusterId, history } = this.#known();
    this.#unproved = undefined;
    this.#claimed = undefined;
    if (revision <= next) return;
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
    this.#position = { clusterId, history, revision: revision - 1, next: revision, after: this.#upTo, last: undefined };
    this.#reached = revision - 1;
  }

  #begin({ clusterId, revision }: Head, asked: number): void {
    this.#position = { clusterId, history: 0, revision, next: revision + 1, after: asked, last: undefined };
    this.#say('collection_began', { revision, next: revision + 1, after: iso(asked) });
  }

  /** Nothing says where the new history parts from the old one, so all of it is told. */
  #beginAnew(action: CollectorAction, { clusterId, revision }: Omit<Head, 'memberId'>, before: Position): void {
    const after = iso(this.#upTo);
    this.#position = { clusterId, history: before.history + 1, revision, next: 1, after: undefined, last: undefined };
    this.#clock = new Clock();
    this.#upTo = undefined;
    const replaced = clusterId === before.clusterId ? undefined : before.clusterId;
    const stood = { from: before.revision, to: revision };
    this.#say(action, { revision, next: 1, after, ...stood, previous_cluster_id: replaced });
  }

  /** A watch gives what it gave before, or the history is another, even if it has come further. */
  #prove(group: readonly WatchEvent[]): void {
    const last = this.#unproved;
    if (last === undefined) return;
    const revision = revisionOf(group);
    if (revision === last.revision && group.some(event => digestOf(event) === last.digest)) this.#unproved = undefined;
    if (revision <= last.revision) return;
    const position = this.#known();
    this.#beginAnew('history_changed', { clusterId: position.clusterId, revision: last.revision }, position);
    throw new KeywardenError('ETCD', `revision ${last.revision} is not the write that it was; all is told anew`);
  }

  #say(action: CollectorAction, more: Omit<CollectorRecord, keyof WatchSource | 'type' | 'action'>): void {
    const record: CollectorRecord = { type: 'collector', action, ...this.#source(), ...more };
    const { type, ...said } = record;
    if (action === 'collection_began') this.#log.info(said, 'beginning');
    else this.#log.error(said, SAID[action]);
    this.#output.put(record);
  }

  async #tell(group: readonly WatchEvent[], source: WatchSource, hasLease: HasLease): Promise<void> {
    const revision = revisionOf(group);
    if (revision <= this.#reached)
      this.#log.warn({ revision, claimed: this.#reached }, 'a revision came after its claim');
    const after = iso(this.#clock.before(revision));
    const ended = await leaseEnded(group, hasLease);
    const { hashKey } = this.#settings;
    for (const event of group) {
      const circumstances = { source, after, hashKey, leaseEnded: leaseOf(event) === undefined ? undefined : ended };
      this.#output.put(recordOf(event, circumstances));
    }
    this.counts.told += group.length;
    const known = this.#known();
    // A deletion may be forgotten by a compaction at its very revision.
    const put = group.find(({ type }) => type === 'PUT');
    const last = put === undefined ? known.last : { revision, digest: digestOf(put) };
    this.#position = { ...known, revision, next: revision, last };
  }

  /** Of an etcd whose claims may come too early: what it claimed long enough ago, and only when the watch has begun to speak. */
  #believed(revision: number): number | undefined {
    const at = this.#now();
    const claimed = this.#claimed;
    if (claimed !== undefined && at - claimed.at < DOUBT_MS) return undefined;
    this.#claimed = { revision, at };
    return this.#unproved === undefined ? claimed?.revision : undefined;
  }

  #reach(revision: number): void {
    this.#reached = Math.max(this.#reached, revision);
    this.#position = { ...this.#known(), revision: this.#reached, next: this.#reached + 1 };
    this.#tellProgress();
  }

  #tellProgress(): void {
    if (this.#output.full) return;
    const upTo = this.#clock.reach(this.#reached);
    if (upTo === undefined) return;
    this.#upTo = upTo;
    const { last } = this.#known();
    this.#output.put({
      type: 'progress',
      ...this.#source(),
      revision: this.#reached,
      up_to: new Date(upTo).toISOString(),
      last_revision: last?.revision,
      last_digest: last?.digest,
    });
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
  history_changed: 'etcd has another history than before',
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
