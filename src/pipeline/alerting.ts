import type { Logger } from 'pino';
import type { StoredAlert } from '../deliver/elasticsearch/alert-store.ts';
import type { AlertWriter } from '../deliver/elasticsearch/alert-writer.ts';
import type { SilenceOf } from '../detect/silence.ts';
import type { Finding } from '../detect/state/evaluator.ts';
import type { Arrival } from '../detect/state/singles.ts';
import type { Suppression } from '../detect/suppress.ts';
import { Episode } from '../model/episode.ts';
import type { Event } from '../model/event.ts';
import type { Ledger } from '../model/ledger.ts';
import { sourceOf } from '../model/place.ts';
import { rankOf } from '../model/signal.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import { Indexed } from './indexed.ts';

/** What the index knows of alerts. */
export type AlertLookup = {
  /** Those that a further match may raise. */
  readonly open: () => Promise<readonly StoredAlert[]>;
  /** Hands over those that count matches of the partition from this offset on; a page may come twice. */
  readonly counting: (
    from: { readonly topic: string; readonly partition: number; readonly offset: number },
    onPage: (alerts: readonly StoredAlert[]) => void,
  ) => Promise<void>;
};

type Part = { readonly topic: string; readonly partition: number };

/** Names the places of matches that are told out of their order; no topic has such a name. */
export const besideOrder = (topic: string): string => `${topic}:out-of-order`;

/** Makes alerts of matches and carries on those that the index has, over restarts and rebalances, each match counted once. */
export class Alerting {
  readonly writer: AlertWriter;
  readonly #suppression: Suppression;
  readonly #lookup: AlertLookup;
  readonly #log: Logger;
  /** What of each partition may be delivered again. */
  readonly #indexed = new Map<string, Indexed>();
  #restored: Promise<void> | undefined;

  constructor(suppression: Suppression, writer: AlertWriter, lookup: AlertLookup, log: Logger) {
    this.#suppression = suppression;
    this.writer = writer;
    this.#lookup = lookup;
    this.#log = log;
  }

  /** Whether the match is news. The commit of `offset`, where its record was read, waits until the index has it. */
  take(rule: CompiledRule, event: Event, ledger: Ledger, offset: number, partition: number): boolean {
    const { origin } = event;
    if (!('topic' in origin)) return false;
    const place = { topic: origin.topic, partition, offset, item: origin.item ?? 0 };
    const indexed = this.#indexed.get(sourceOf(place));
    const episode = this.#suppression.take(rule, event, {
      place,
      isCounted: (key, ms) => indexed?.counts(key, ms, place) === true,
      isThere: id => indexed?.has(id) === true,
    });
    if (episode === undefined) return false;
    this.writer.add(episode, ledger, offset);
    return true;
  }

  /**
   * Whether the finding is news. Its place is that of its maker in the order in which the partition of the signals topic is
   * evaluated, so it grows as offsets do; that of a match out of this order is its offset. What is committed of `moment`
   * waits until the index has it.
   */
  takeFinding(
    finding: Finding,
    { topic, partition }: Part,
    ledger: Ledger,
    moment: number,
    arrival?: Arrival,
  ): boolean {
    const { at, id } = finding.maker;
    const inOrder = { topic, partition, offset: at, item: rankOf(id) };
    const asCome = { topic: besideOrder(topic), partition, offset: arrival?.offset ?? 0, item: 0 };
    const [ordered, beside] = [inOrder, asCome].map(place => this.#indexed.get(sourceOf(place)));
    const isCounted = (key: string): boolean =>
      (arrival?.as !== 'late' && ordered?.countsFinding(key, inOrder) === true) ||
      (arrival !== undefined && beside?.countsAt(key, at, asCome) === true);
    const episode = this.#suppression.takeFinding(finding, {
      place: arrival === undefined || arrival.as === 'in-order' ? inOrder : asCome,
      isCounted,
      isThere: alert => ordered?.has(alert) === true || beside?.has(alert) === true,
    });
    if (episode === undefined) return false;
    this.writer.add(episode, ledger, moment);
    return true;
  }

  /** Matches from now on fall under these silences. */
  silence(silenceOf: SilenceOf | undefined): void {
    this.#suppression.silence(silenceOf);
  }

  /** What became of alerts so far, and how many of them further matches may raise. */
  get counts(): Readonly<Record<string, number>> {
    const { episodes } = this.#suppression;
    return { ...this.writer.counts, alertsHeld: episodes.size, alertsEvicted: episodes.evicted };
  }

  /** Finds what the index has counted of a partition from `offset` on, before it is read from there. */
  async prepare(topic: string, partition: number, offset: number): Promise<void> {
    await this.writer.flush();
    this.#restored ??= this.#restore();
    await this.#restored;
    const indexed = new Indexed(topic, partition);
    await this.#lookup.counting({ topic, partition, offset }, alerts => {
      indexed.add(alerts);
      // What another wrote since they were restored is passed over when it is read again: it has to be counted here too.
      for (const { id, state, version } of alerts) this.#suppression.episodes.get(id)?.merge(state, version);
    });
    this.#indexed.set(sourceOf(indexed), indexed);
  }

  /** These partitions are ours now, and no others: what was not written of the others is for whoever has them. */
  assigned(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#restored = undefined;
    for (const { topic, partition } of [...this.#indexed.values()]) {
      if (assignment[topic]?.includes(partition) === true) continue;
      this.#indexed.delete(sourceOf({ topic, partition }));
      this.writer.forget(topic, partition);
      this.#suppression.forget(topic, partition);
    }
  }

  async #restore(): Promise<void> {
    const alerts = await this.#lookup.open();
    // The one raised last is forgotten last.
    for (const alert of alerts.toReversed()) {
      const known = this.#suppression.episodes.get(alert.id);
      if (known === undefined) this.#suppression.restore(Episode.restored(alert));
      else known.merge(alert.state, alert.version);
    }
    this.#log.info({ alerts: alerts.length }, 'alerts that further matches may raise');
  }
}
