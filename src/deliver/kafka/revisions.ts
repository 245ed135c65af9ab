import type { Producer } from 'kafkajs';
import { type OnWait, untilDone } from '../../backoff.ts';
import { identify } from '../../model/identity.ts';
import type { RevisionRecord, WatchRecord } from '../../model/revision.ts';
import { isTooLarge } from './toolarge.ts';

/** Records, and bytes of them, that may wait before the watch has to. */
const MAX_WAITING = 5_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const MAX_BATCH = 500;
/** Bytes in one request, where a record is not larger by itself: brokers limit the size of a batch to 1 MB. */
const MAX_BATCH_BYTES = 500_000;
/** Characters of a key that are told where the whole is too large for the topic; etcd takes keys of 1.5 MB. */
const CUT_KEY = 1_000;

type Waiting = { readonly value: string; readonly bytes: number };

export type RevisionsPlace = { readonly topic: string; readonly partition: number; readonly key: string };

/**
 * Puts the collector's records into their partition, in order: one request at a time, each acknowledged by all replicas, tried
 * for as long as it lasts. Of a request whose answer was lost the records stand there twice, with the same content. Of a key that is
 * too large for the topic its beginning is told: else who writes one would stop all that comes after it.
 */
export class RevisionWriter {
  readonly #producer: Pick<Producer, 'send'>;
  readonly #place: RevisionsPlace;
  readonly #onWait: OnWait;
  readonly #signal: AbortSignal;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
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
    const waiting = sized(record);
    this.#waiting.push(waiting);
    this.#waitingBytes += waiting.bytes;
    this.#sending ??= this.#sendAll();
    // `flush` sees the failure; without this it would end the process before.
    this.#sending.catch(() => {});
  }

  /** Whether the watch has to wait: Kafka is slower than etcd, or does not answer. */
  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES;
  }

  /** Resolves when Kafka has everything. Rejects where sending was given up. */
  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // What is put in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      await this.#send(batch);
      this.#waiting.splice(0, batch.length);
      for (const { bytes } of batch) this.#waitingBytes -= bytes;
      this.sent += batch.length;
    }
    this.#sending = undefined;
  }

  #nextBatch(): readonly Waiting[] {
    let bytes = 0;
    const end = this.#waiting.slice(0, MAX_BATCH).findIndex(waiting => {
      bytes += waiting.bytes;
      return bytes > MAX_BATCH_BYTES;
    });
    return this.#waiting.slice(0, end < 0 ? MAX_BATCH : Math.max(1, end));
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const { topic, partition, key } = this.#place;
    const messages = batch.map(({ value }) => ({ key, value, partition }));
    const send = async (): Promise<readonly Waiting[][]> => {
      try {
        await this.#producer.send({ topic, acks: -1, messages });
        return [];
      } catch (error) {
        const smaller = isTooLarge(error) ? smallerOf(batch) : undefined;
        if (smaller === undefined) throw error;
        return smaller;
      }
    };
    for (const part of await untilDone(send, this.#onWait, this.#signal)) await this.#send(part);
  }
}

function sized(record: WatchRecord): Waiting {
  const value = JSON.stringify({ etcd_watch: record });
  return { value, bytes: Buffer.byteLength(value) };
}

/** What goes in the place of a batch that is too large; undefined where it cannot be less: then the topic takes nothing at all. */
function smallerOf(batch: readonly Waiting[]): Waiting[][] | undefined {
  const [only] = batch;
  const middle = Math.ceil(batch.length / 2);
  if (batch.length > 1) return [batch.slice(0, middle), batch.slice(middle)];
  const { etcd_watch: record } = JSON.parse(only?.value ?? '') as { readonly etcd_watch: WatchRecord };
  return record.type === 'revision' && keyOf(record).length > 2 * CUT_KEY ? [[sized(withCutKey(record))]] : undefined;
}

/** A hash tells it from others that begin alike; `key_size` is that of the whole. */
function withCutKey({ key, key_base64, ...record }: RevisionRecord): RevisionRecord {
  const whole = keyOf({ key, key_base64 });
  return { ...record, key: `${whole.slice(0, CUT_KEY)}…#${identify(whole)}` };
}

const keyOf = ({ key, key_base64 = '' }: Pick<RevisionRecord, 'key' | 'key_base64'>): string =>
  key ?? Buffer.from(key_base64, 'base64').toString('latin1');
