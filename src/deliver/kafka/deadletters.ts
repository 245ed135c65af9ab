import type { Producer } from 'kafkajs';
import { type OnWait, untilDone } from '../../backoff.ts';
import type { DeadLetter } from '../../model/deadletter.ts';
import type { Claim } from '../../model/ledger.ts';

/** Letters that may wait before the reading has to: garbage at full speed must not fill the memory. */
const MAX_WAITING = 2_000;
const MAX_BATCH = 500;

type Envelope = { readonly letter: DeadLetter; readonly claim: Claim };

/** Puts dead letters into their topic, in order, and settles each one's claim once the brokers have it. Tries for as long as it lasts. */
export class DeadLetterWriter {
  readonly #producer: Producer;
  readonly #topic: string;
  readonly #onWait: OnWait;
  readonly #signal: AbortSignal;
  readonly #waiting: Envelope[] = [];
  #sending: Promise<void> | undefined;
  /** Letters that the brokers have. */
  sent = 0;

  constructor(producer: Producer, topic: string, onWait: OnWait, signal: AbortSignal) {
    this.#producer = producer;
    this.#topic = topic;
    this.#onWait = onWait;
    this.#signal = signal;
  }

  /** Whether the caller should wait for `room` before it reads on. */
  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Resolves when what waits now has been sent. */
  async room(): Promise<void> {
    await this.#sending;
  }

  add(letter: DeadLetter, claim: Claim): void {
    this.#waiting.push({ letter, claim });
    this.#sending ??= this.#sendAll();
    // `flush` sees the failure; without this an abort between two flushes would end the process.
    this.#sending.catch(() => {});
  }

  /** Resolves once the letter is safe. */
  send(letter: DeadLetter): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.add(letter, { settle: resolve });
    return promise;
  }

  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, MAX_BATCH);
      await this.#sendBatch(batch.map(({ letter }) => ({ key: letter.sha256, value: JSON.stringify(letter) })));
      this.#waiting.splice(0, batch.length);
      for (const { claim } of batch) claim.settle();
      this.sent += batch.length;
    }
    this.#sending = undefined;
  }

  async #sendBatch(messages: { readonly key: string; readonly value: string }[]): Promise<void> {
    const send = () => this.#producer.send({ topic: this.#topic, acks: -1, messages });
    await untilDone(send, this.#onWait, this.#signal);
  }
}
