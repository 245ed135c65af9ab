import type { Message, Producer } from 'kafkajs';
import { type OnWait, untilDone } from '../../backoff.ts';
import type { Claim } from '../../model/ledger.ts';
import { smallerSignal } from '../../model/signal-record.ts';
import { isTooLarge } from './toolarge.ts';

/** Signals, and bytes of them, that may wait before the reading has to. */
const MAX_WAITING = 20_000;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const MAX_BATCH = 2_000;
/** Bytes in one request, where a signal is not larger by itself: brokers limit the size of a batch to 1 MB. */
const MAX_BATCH_BYTES = 500_000;

type Envelope = { readonly message: Message; readonly bytes: number; readonly claim: Claim | undefined };

/** Told of a record that is larger than the topic takes: its bytes, and whether it went without what its alert would tell of the event, or not at all. */
export type OnTooLarge = (bytes: number, became: 'cut' | 'dropped') => void;

/**
 * Puts signals and marks into their topic, in order, and settles each one's claim once the brokers have it. Tries for as
 * long as it lasts. One request at a time, so that in every partition a mark comes after the signals that it speaks of.
 * Memory is bounded as long as the caller heeds `full`.
 */
export class SignalWriter {
  readonly #producer: Pick<Producer, 'send'>;
  readonly #topic: string;
  readonly #onWait: OnWait;
  readonly #signal: AbortSignal;
  readonly #onTooLarge: OnTooLarge;
  readonly #waiting: Envelope[] = [];
  #waitingBytes = 0;
  #sending: Promise<void> | undefined;
  /** Signals that the brokers have. */
  sent = 0;
  /** Records that the topic would not take, however little was left of them. */
  dropped = 0;

  constructor(
    producer: Pick<Producer, 'send'>,
    topic: string,
    onWait: OnWait,
    signal: AbortSignal,
    onTooLarge: OnTooLarge,
  ) {
    this.#producer = producer;
    this.#topic = topic;
    this.#onWait = onWait;
    this.#signal = signal;
    this.#onTooLarge = onTooLarge;
  }

  /** Whether the caller should wait for `room` before it reads on. */
  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES;
  }

  /** Resolves when what waits now has been sent. */
  async room(): Promise<void> {
    await this.#sending;
  }

  /** Signals of one key stay in order, in one partition. */
  add(key: string, value: string, claim: Claim): void {
    this.#add({ message: { key, value }, bytes: Buffer.byteLength(value), claim });
  }

  /** Tells one partition something that is no signal. */
  tell(partition: number, value: string, claim: Claim): void {
    this.#add({ message: { partition, value }, bytes: Buffer.byteLength(value), claim });
  }

  /** Puts the same marks into each partition. While much waits they are left out: the next ones say more. */
  mark(value: string, partitions: number): void {
    if (this.full) return;
    const bytes = Buffer.byteLength(value);
    for (let partition = 0; partition < partitions; partition += 1) {
      this.#add({ message: { partition, value }, bytes, claim: undefined });
    }
  }

  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  #add(envelope: Envelope): void {
    this.#waiting.push(envelope);
    this.#waitingBytes += envelope.bytes;
    if (this.#sending !== undefined) return;
    this.#sending = this.#sendAll();
    // `flush` sees the failure; without this an abort between two flushes would end the process.
    this.#sending.catch(() => {});
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What comes in the same tick goes along.
      await Promise.resolve();
      const batch = this.#nextBatch();
      await this.#send(batch);
      this.#waiting.splice(0, batch.length);
      for (const { bytes } of batch) this.#waitingBytes -= bytes;
    }
    this.#sending = undefined;
  }

  #nextBatch(): readonly Envelope[] {
    let bytes = 0;
    const end = this.#waiting.slice(0, MAX_BATCH).findIndex(envelope => {
      bytes += envelope.bytes;
      return bytes > MAX_BATCH_BYTES;
    });
    return this.#waiting.slice(0, end < 0 ? MAX_BATCH : Math.max(1, end));
  }

  async #send(batch: readonly Envelope[]): Promise<void> {
    const messages = batch.map(({ message }) => message);
    const send = async (): Promise<boolean> => {
      try {
        await this.#producer.send({ topic: this.#topic, acks: -1, messages });
        return true;
      } catch (error) {
        if (isTooLarge(error)) return false;
        throw error;
      }
    };
    if (await untilDone(send, this.#onWait, this.#signal)) this.#settle(batch);
    else await this.#sendSmaller(batch);
  }

  #settle(batch: readonly Envelope[]): void {
    for (const { claim } of batch) {
      if (claim === undefined) continue;
      claim.settle();
      this.sent += 1;
    }
  }

  /** In halves, down to the one that is too large by itself. That one still counts without what its alert would tell; where even so little is too much it is dropped, else it would hold all that comes after it. */
  async #sendSmaller(batch: readonly Envelope[]): Promise<void> {
    const [envelope] = batch;
    if (envelope === undefined) return;
    if (batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await this.#send(batch.slice(0, middle));
      await this.#send(batch.slice(middle));
      return;
    }
    const value = smallerSignal(String(envelope.message.value));
    this.#onTooLarge(envelope.bytes, value === undefined ? 'dropped' : 'cut');
    if (value !== undefined) {
      await this.#send([{ ...envelope, message: { ...envelope.message, value }, bytes: Buffer.byteLength(value) }]);
      return;
    }
    this.dropped += 1;
    envelope.claim?.settle();
  }
}
