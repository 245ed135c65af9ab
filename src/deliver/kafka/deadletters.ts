import type { Producer } from 'kafkajs';
import { type OnWait, untilDone } from '../../backoff.ts';
import type { DeadLetter } from '../../model/deadletter.ts';
import type { Claim } from '../../model/ledger.ts';
import type { Seal } from './seal.ts';
import { isTooLarge } from './toolarge.ts';

/** Letters, and bytes to be sealed, that may wait before the reading has to: garbage at full speed must not fill the memory. */
const MAX_WAITING = 2_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const MAX_BATCH = 500;
/** Bytes to be sealed in one request, where a letter is not larger by itself: brokers limit the size of a batch. */
const MAX_BATCH_BYTES = 500_000;
/** Sealed in base64 these are 86 MB; a broker takes requests up to 100 MB (`socket.request.max.bytes`). */
const MAX_SEALED_BYTES = 64 * 1024 * 1024;
const OVER = `over ${MAX_SEALED_BYTES} bytes`;

type Envelope = { readonly letter: DeadLetter; readonly bytes: Buffer | undefined; readonly claim: Claim };

/**
 * Seals dead letters, puts them into their topic, in order, and settles each one's claim once the brokers have it. Tries for
 * as long as it lasts. Memory is bounded as long as the caller heeds `full`.
 */
export class DeadLetterWriter {
  readonly #producer: Pick<Producer, 'send'>;
  readonly #topic: string;
  readonly #seal: Seal | undefined;
  readonly #onWait: OnWait;
  readonly #signal: AbortSignal;
  readonly #waiting: Envelope[] = [];
  #waitingBytes = 0;
  #last: Buffer | undefined;
  #sending: Promise<void> | undefined;
  /** Letters that the brokers have. */
  sent = 0;

  /** Without `seal` letters go without bytes, and none are kept. */
  constructor(
    producer: Pick<Producer, 'send'>,
    topic: string,
    seal: Seal | undefined,
    onWait: OnWait,
    signal: AbortSignal,
  ) {
    this.#producer = producer;
    this.#topic = topic;
    this.#seal = seal;
    this.#onWait = onWait;
    this.#signal = signal;
  }

  /** Whether the caller should wait for `room` before it reads on. */
  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING || this.#waitingBytes >= MAX_WAITING_BYTES;
  }

  /** Resolves when what waits now has been sent. */
  async room(): Promise<void> {
    await this.#sending;
  }

  add(letter: DeadLetter, bytes: Buffer, claim: Claim): void {
    if (this.#seal !== undefined && bytes.length > MAX_SEALED_BYTES) {
      this.#waiting.push({ letter: { ...letter, unsealed: OVER }, bytes: undefined, claim });
    } else {
      const kept = this.#toSeal(bytes);
      this.#waitingBytes += kept?.length ?? 0;
      this.#waiting.push({ letter, bytes: kept, claim });
    }
    this.#sending ??= this.#sendAll();
    // `flush` sees the failure; without this an abort between two flushes would end the process.
    this.#sending.catch(() => {});
  }

  /** Resolves once the letter is safe. */
  send(letter: DeadLetter, bytes: Buffer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.add(letter, bytes, { settle: resolve });
    return promise;
  }

  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending;
  }

  /**
   * A copy, since the record shares its memory with all that was fetched with it. A record of many bad events is sealed
   * once, with the first of its letters: else one EventList could fill the topic.
   */
  #toSeal(bytes: Buffer): Buffer | undefined {
    if (this.#seal === undefined || bytes.length === 0 || bytes === this.#last) return undefined;
    this.#last = bytes;
    return Buffer.from(bytes);
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      await this.#sendBatch(await Promise.all(batch.map(envelope => this.#sealed(envelope))));
      this.#waiting.splice(0, batch.length);
      for (const { bytes, claim } of batch) {
        this.#waitingBytes -= bytes?.length ?? 0;
        claim.settle();
      }
      this.sent += batch.length;
    }
    this.#sending = undefined;
  }

  #nextBatch(): readonly Envelope[] {
    let bytes = 0;
    const end = this.#waiting.slice(0, MAX_BATCH).findIndex(envelope => {
      bytes += envelope.bytes?.length ?? 0;
      return bytes > MAX_BATCH_BYTES;
    });
    return this.#waiting.slice(0, end < 0 ? MAX_BATCH : Math.max(1, end));
  }

  async #sealed({ letter, bytes }: Envelope): Promise<DeadLetter> {
    if (this.#seal === undefined || bytes === undefined) return letter;
    try {
      return { ...letter, sealed: await this.#seal(bytes) };
    } catch (error) {
      // A letter without its bytes is better than none.
      return { ...letter, unsealed: `sealing failed (${error instanceof Error ? error.name : 'unknown error'})` };
    }
  }

  async #sendBatch(letters: readonly DeadLetter[]): Promise<void> {
    const messages = letters.map(letter => ({ key: letter.sha256, value: JSON.stringify(letter) }));
    const send = async (): Promise<boolean> => {
      try {
        await this.#producer.send({ topic: this.#topic, acks: -1, messages });
        return true;
      } catch (error) {
        if (isTooLarge(error) && letters.some(({ sealed }) => sealed !== undefined)) return false;
        throw error;
      }
    };
    if (!(await untilDone(send, this.#onWait, this.#signal))) await this.#sendSmaller(letters);
  }

  /** Each letter by itself, and the one that is too large even so without its bytes: its place is enough to find them. */
  async #sendSmaller(letters: readonly DeadLetter[]): Promise<void> {
    if (letters.length > 1) {
      for (const letter of letters) await this.#sendBatch([letter]);
      return;
    }
    await this.#sendBatch(
      letters.map(({ sealed: _, ...letter }) => ({ ...letter, unsealed: 'larger than the topic takes' })),
    );
  }
}
