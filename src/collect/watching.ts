import { wait } from '../backoff.ts';
import { KeywardenError } from '../errors.ts';
import type { Etcd, Head, Watch } from './client.ts';
import type { Collector } from './collector.ts';
import { endedFor } from './trouble.ts';
import { claimsTooEarly } from './version.ts';

export type Watching = {
  readonly prefix: string;
  /** Milliseconds between two looks at how far etcd has come. */
  readonly progressEvery: number;
  /** Resolves when more may be read. */
  readonly room: () => Promise<void>;
  readonly now: () => number;
  /** The member answers. */
  readonly onReady: () => void;
};

/** Watches by one member until `stop`. Throws what ends the watch before: CONFIG where somebody has to mend something, else ETCD. */
export async function watchMember(
  etcd: Etcd,
  collector: Collector,
  options: Watching,
  stop: AbortSignal,
): Promise<void> {
  const asked = options.now();
  const head = await etcd.head();
  const isDoubtful = claimsTooEarly(await etcd.version());
  collector.meet(head, asked);
  options.onReady();
  while (!stop.aborted) {
    const compacted = await follow({ etcd, collector, options, isDoubtful, stop });
    if (compacted !== undefined) collector.skip(compacted);
  }
}

type Following = {
  readonly etcd: Etcd;
  readonly collector: Collector;
  readonly options: Watching;
  readonly isDoubtful: boolean;
  readonly stop: AbortSignal;
};

/** Reads one watch to its end: at `stop`, or where etcd has compacted what is asked for; then the revision that it goes on at. */
async function follow({ etcd, collector, options, isDoubtful, stop }: Following): Promise<number | undefined> {
  const watch = etcd.watch(collector.next);
  const over = new AbortController();
  const ended = AbortSignal.any([stop, over.signal]);
  ended.addEventListener('abort', () => watch.end(), { once: true });
  let failure: unknown;
  const ticking = keepTime(etcd, watch, collector, options, ended).catch(error => {
    if (!ended.aborted) failure = error;
    over.abort();
  });
  try {
    for await (const response of watch.responses) {
      if (response.canceled) {
        const compacted = Number(response.compact_revision);
        if (compacted > 0) return compacted;
        throw endedFor(response.cancel_reason || 'the watch was ended', etcd.endpoint, options.prefix);
      }
      if (!response.created) await collector.take(response, etcd.hasLease, isDoubtful);
      await options.room();
    }
    throw endedFor('the watch was ended', etcd.endpoint, options.prefix);
  } catch (error) {
    if (stop.aborted) return undefined;
    throw failure ?? error;
  } finally {
    over.abort();
    await ticking;
  }
}

/** Asks again and again where etcd stands, and how far the watch has come. */
async function keepTime(
  etcd: Etcd,
  watch: Watch,
  collector: Collector,
  { now, progressEvery }: Watching,
  ended: AbortSignal,
): Promise<void> {
  for (let before: Head | undefined; ; ) {
    const asked = now();
    const head = await etcd.head();
    ended.throwIfAborted();
    if (before !== undefined && !follows(head, before)) {
      throw new KeywardenError('ETCD', `${etcd.endpoint}: is not what it was; asking anew`);
    }
    before = head;
    if (collector.tick(head, asked)) watch.askProgress();
    await wait(progressEvery, ended);
  }
}

const follows = (head: Head, before: Head): boolean =>
  head.clusterId === before.clusterId && head.revision >= before.revision;
