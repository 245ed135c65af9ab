import type { Message, Producer } from 'kafkajs';
import { type OnWait, untilDone } from '../../backoff.ts';
import type { Claim } from '../../model/ledger.ts';

/** Signals, and characters of them, that may wait before the reading has to. */
const MAX_WAITING = 20_000;
const MAX_WAITING_LENGTH = 32 * 1024 * 1024;
const MAX_BATCH = 2_000;
/** Characters in one request, where a signal is not longer by itself: brokers limit the size of a batch to 1 MB. */
const MAX_BATCH_LENGTH = 500_000;

type Envelope = { readonly message: Message; readonly length: number; readonly claim: Claim | undefined };

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
  readonly #waiting: Envelope[] = [];
  #waitingLength = 0;
  #sending: Promise<void> | undefined;
  /** Signals that the brokers have. */
  sent = 0;

  constructor(producer: Pick<Producer, 'send'>, topic: string, onWait: OnWait, signal: AbortSignal) {
    this.#producer = producer;
    this.#topic = topic;
    this.#onWait = onWait;
    this.#signal = signal;
  }

  /** Whether the caller should wait for `room` before it reads on. */
  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING || this.#waitingLength >= MAX_WAITING_LENGTH;
  }

  /** Resolves when what waits now has been sent. */
  async room(): Promise<void> {
    await this.#sending;
  }

  /** Signals of one key stay in order, in one partition. */
  add(key: string, value: string, claim: Claim): void {
    this.#add({ message: { key, value }, length: value.length, claim });
  }

  /** Tells one partition something that is no signal. */
  tell(partition: number, value: string, claim: Claim): void {
    this.#add({ message: { partition, value }, length: value.length, claim });
  }

  /** Puts the same marks into each partition. While much waits they are left out: the next ones say more. */
  mark(value: string, partitions: number): void {
    if (this.full) return;
    for (let partition = 0; partition < partitions; partition += 1) {
      this.#add({ message: { partition, value }, length: value.length, claim: undefined });
    }
  }

  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  #add(envelope: Envelope): void {
    this.#waiting.push(envelope);
    this.#waitingLength += envelope.length;
    this.#sending ??= this.#sendAll();
    // `flush` sees the failure; without this an abort between two flushes would end the process.
    this.#sending.catch(() => {});
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // What comes in the same tick goes along.
      await Promise.resolve();
      const batch = this.#nextBatch();
      const messages = batch.map(({ message }) => message);
      const send = (): Promise<unknown> => this.#producer.send({ topic: this.#topic, acks: -1, messages });
      await untilDone(send, this.#onWait, this.#signal);
      this.#waiting.splice(0, batch.length);
      for (const { length, claim } of batch) {
        this.#waitingLength -= length;
        if (claim === undefined) continue;
        claim.settle();
        this.sent += 1;
      }
    }
    this.#sending = undefined;
  }

  #nextBatch(): readonly Envelope[] {
    let length = 0;
    const end = this.#waiting.slice(0, MAX_BATCH).findIndex(envelope => {
      length += envelope.length;
      return length > MAX_BATCH_LENGTH;
    });
    return this.#waiting.slice(0, end < 0 ? MAX_BATCH : Math.max(1, end));
  }
}
