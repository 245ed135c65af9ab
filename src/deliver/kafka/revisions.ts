import type { Producer } from 'kafkajs';
import { type OnWait, untilDone } from '../../backoff.ts';
import type { WatchRecord } from '../../model/revision.ts';

/** Records that may wait before the watch has to; of each there is little more than its key. */
const MAX_WAITING = 5_000;
const MAX_BATCH = 500;
/** Brokers limit the size of a batch. */
const MAX_BATCH_BYTES = 500_000;

export type RevisionsPlace = { readonly topic: string; readonly partition: number; readonly key: string };

/**
 * Puts the collector's records into their partition, in order: one request at a time, each acknowledged by all replicas, tried
 * for as long as it lasts. Of a request whose answer was lost the records stand there twice, with the same content.
 */
export class RevisionWriter {
  readonly #producer: Pick<Producer, 'send'>;
  readonly #place: RevisionsPlace;
  readonly #onWait: OnWait;
  readonly #signal: AbortSignal;
  readonly #waiting: string[] = [];
  #sending: Promise<void> | undefined;
  /** Records that the brokers have. */
  sent = 0;

  constructor(producer: Pick<Producer, 'send'>, place: RevisionsPlace, onWait: OnWait, signal: AbortSignal) {
    this.#producer = producer;
    this.#place = place;
    this.#onWait = onWait;
    this.#signal = signal;
  }

  put(record: WatchRecord): void {
    this.#waiting.push(JSON.stringify({ etcd_watch: record }));
    this.#sending ??= this.#sendAll();
    // `room` and `flush` see the failure; without this it would end the process between them.
    this.#sending.catch(() => {});
  }

  /** Resolves when more may be put. Rejects where sending was given up. */
  async room(): Promise<void> {
    while (this.#waiting.length >= MAX_WAITING && this.#sending !== undefined) await this.#sending;
  }

  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  async #sendAll(): Promise<void> {
    const { topic, partition, key } = this.#place;
    // What is put in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      const messages = batch.map(value => ({ key, value, partition }));
      await untilDone(() => this.#producer.send({ topic, acks: -1, messages }), this.#onWait, this.#signal);
      this.#waiting.splice(0, batch.length);
      this.sent += batch.length;
    }
    this.#sending = undefined;
  }

  #nextBatch(): readonly string[] {
    let bytes = 0;
    const end = this.#waiting.slice(0, MAX_BATCH).findIndex(value => {
      bytes += value.length;
      return bytes > MAX_BATCH_BYTES;
    });
    return this.#waiting.slice(0, end < 0 ? MAX_BATCH : Math.max(1, end));
  }
}
