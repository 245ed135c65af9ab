import { backoff, type OnWait, untilDone, wait } from '../../backoff.ts';
import type { DeadLetter } from '../../model/deadletter.ts';
import type { Event } from '../../model/event.ts';
import type { FilterSummary } from '../../model/filter.ts';
import type { Claim, Ledger } from '../../model/ledger.ts';
import { BulkBody, type Targets } from './body.ts';
import type { BulkResult, ItemResult } from './bulk.ts';
import { documentIn, isRefusal, nextTry, refusalReason, refusedDocument } from './refused.ts';

export type WriterOptions = {
  readonly targets: Targets;
  /** Bytes at which a body is sent. */
  readonly bodyBytes: number;
  readonly bodiesInFlight: number;
  /** Milliseconds that a body may wait to fill. */
  readonly lingerMs: number;
};

/** What the writer needs of the world around it. */
export type WriterPorts = {
  readonly send: (body: Buffer, signal: AbortSignal) => Promise<BulkResult>;
  /** Those of the ids that are indexed already. Rejects where Elasticsearch does not answer. */
  readonly findIndexed: (ids: readonly string[], signal: AbortSignal) => Promise<ReadonlySet<string>>;
  /** Resolves once the letter is safe. `document` is the refused one, to be sealed or let go. */
  readonly deadLetter: (letter: DeadLetter, document: Buffer) => Promise<void>;
  readonly onWait: OnWait;
  /** Told of what no other try mends, a defect of ours: nothing behind it can be committed. */
  readonly onDefect: (error: unknown) => void;
};

/** What has become of the documents so far. */
export type WriterCounts = { written: number; duplicates: number; refused: number; retried: number; bodies: number };

/** `repeated`: some of it may be indexed already, from an earlier delivery. */
type Parcel = {
  readonly body: BulkBody;
  readonly claims: Map<Ledger, Claim>;
  readonly delivered: PromiseWithResolvers<void>;
  repeated: boolean;
};

/** Room beyond `bodyBytes`, so that the document that fills a body still fits. */
const SLACK = 256 * 1024;

/**
 * Carries events to Elasticsearch in bulk bodies, several in flight. Nothing is dropped: a body stays until
 * every operation in it is taken, known as a duplicate, or dead-lettered; only then are its claims settled.
 * Memory is bounded by the bodies in flight and one that waits, as long as the caller heeds `full`.
 */
export class ElasticsearchWriter {
  readonly counts: WriterCounts = { written: 0, duplicates: 0, refused: 0, retried: 0, bodies: 0 };
  readonly #options: WriterOptions;
  readonly #ports: WriterPorts;
  readonly #signal: AbortSignal;
  readonly #idle: BulkBody[] = [];
  readonly #waiting: Parcel[] = [];
  readonly #undelivered = new Set<Promise<void>>();
  #inFlight = 0;
  #filling: Parcel;
  #lastLedger: Ledger | undefined;
  #linger: NodeJS.Timeout | undefined;
  #wakeUp = Promise.withResolvers<void>();

  /** `signal` gives up at once, leaving what is not settled to be read again. */
  constructor(options: WriterOptions, ports: WriterPorts, signal: AbortSignal) {
    this.#options = options;
    this.#ports = ports;
    this.#signal = signal;
    this.#filling = this.#emptyParcel();
  }

  /** Whether the caller should wait for `room` before it reads on. */
  get full(): boolean {
    return this.#waiting.length > 0;
  }

  /** Resolves when a body has been delivered, so that `full` may have changed. */
  room(): Promise<void> {
    return this.#wakeUp.promise;
  }

  /** `replayed`: the record was read before at another offset, so what follows from it may be indexed already. */
  addEvent(event: Event, ledger: Ledger, offset: number, replayed = false): void {
    if (!this.#filling.body.addEvent(event)) {
      this.#dispatch();
      this.#filling.body.addEvent(event);
    }
    this.#added(ledger, offset, replayed);
  }

  /** What follows from no record holds no claim. */
  addSummary(summary: FilterSummary): void {
    if (!this.#filling.body.addSummary(summary)) {
      this.#dispatch();
      this.#filling.body.addSummary(summary);
    }
    this.#dispatchInTime();
  }

  /** Sends what waits and resolves when all that was added until now is delivered. */
  async flush(): Promise<void> {
    this.#dispatch();
    await Promise.all(this.#undelivered);
  }

  #added(ledger: Ledger, offset: number, replayed: boolean): void {
    const { claims } = this.#filling;
    if (replayed || offset <= ledger.deliveredUpTo) this.#filling.repeated = true;
    if (ledger !== this.#lastLedger) {
      if (!claims.has(ledger)) claims.set(ledger, ledger.open(offset));
      this.#lastLedger = ledger;
    }
    this.#dispatchInTime();
  }

  #dispatchInTime(): void {
    if (this.#filling.body.size >= this.#options.bodyBytes) this.#dispatch();
    else this.#linger ??= setTimeout(() => this.#dispatch(), this.#options.lingerMs);
  }

  #dispatch(): void {
    clearTimeout(this.#linger);
    this.#linger = undefined;
    if (this.#filling.body.count === 0) return;
    const parcel = this.#filling;
    this.#waiting.push(parcel);
    this.#undelivered.add(parcel.delivered.promise);
    this.#filling = this.#emptyParcel();
    this.#lastLedger = undefined;
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    while (this.#inFlight < this.#options.bodiesInFlight) {
      const parcel = this.#waiting.shift();
      if (parcel === undefined) return;
      this.#inFlight += 1;
      const { promise, resolve, reject } = parcel.delivered;
      // `flush` sees the failure; without this an abort between two flushes would end the process.
      promise.catch(() => {});
      this.#deliver(parcel)
        .finally(() => {
          this.#inFlight -= 1;
          this.#undelivered.delete(promise);
          this.#sendWaiting();
          this.#wakeUp.resolve();
          this.#wakeUp = Promise.withResolvers();
        })
        .then(resolve, error => {
          reject(error);
          if (!this.#signal.aborted) this.#ports.onDefect(error);
        });
    }
  }

  async #deliver({ body, claims, repeated }: Parcel): Promise<void> {
    this.counts.bodies += 1;
    if (repeated) await this.#withoutIndexed(body);
    await this.#deliverBody(body);
    for (const claim of claims.values()) claim.settle();
    body.clear();
    // A body that grew for one huge document gives its memory back.
    const { bodyBytes, bodiesInFlight } = this.#options;
    if (body.capacity <= bodyBytes + SLACK && this.#idle.length < bodiesInFlight) this.#idle.push(body);
  }

  async #deliverBody(body: BulkBody): Promise<void> {
    for (let attempt = 0; body.count > 0; attempt += 1) {
      const result = await this.#ports.send(body.bytes, this.#signal);
      this.#signal.throwIfAborted();
      if (result.kind === 'refused') return this.#divide(body, result.reason);
      const again = result.kind === 'answered' ? await this.#settle(body, result.items) : result.reason;
      if (again === undefined) return;
      const ms = backoff(attempt);
      this.#ports.onWait(again, attempt, ms);
      await wait(ms, this.#signal);
      if (result.kind === 'unavailable' && result.taken === 'perhaps') await this.#withoutIndexed(body);
    }
  }

  /**
   * Removes what is indexed already. A `create` alone would find it only in the index that is written to now: after a
   * rollover it would be there twice.
   */
  async #withoutIndexed(body: BulkBody): Promise<void> {
    const ids = Array.from({ length: body.count }, (_, i) => body.id(i));
    const look = () => this.#ports.findIndexed(ids, this.#signal);
    const indexed = await untilDone(look, this.#ports.onWait, this.#signal);
    body.retain(i => !indexed.has(ids[i] ?? ''));
    this.counts.duplicates += ids.length - body.count;
  }

  /** A body that is refused as a whole is halved until the operation that spoils it stands alone. */
  async #divide(body: BulkBody, reason: string): Promise<void> {
    if (body.count === 1) return this.#bury(body.lines(0), reason);
    const middle = Math.ceil(body.count / 2);
    for (const [from, to] of [
      [0, middle],
      [middle, body.count],
    ] as const) {
      const half = new BulkBody(body.size, this.#options.targets);
      for (let i = from; i < to; i += 1) half.addLines(body.lines(i));
      await this.#deliverBody(half);
    }
  }

  /** Leaves in `body` the operations that have to be sent again and says why; undefined when none is left. */
  async #settle(body: BulkBody, items: readonly ItemResult[] | undefined): Promise<string | undefined> {
    if (items === undefined) {
      this.counts.written += body.count;
      return undefined;
    }
    const rest: Buffer[] = [];
    let reason: string | undefined;
    for (let i = 0; i < body.count; i += 1) {
      const item = items[i] ?? LOST;
      if (item.status < 300) this.counts.written += 1;
      else if (item.status === 409) this.counts.duplicates += 1;
      else if (isRefusal(item)) {
        const next = nextTry(body.lines(i));
        if (next === undefined) await this.#bury(body.lines(i), refusalReason(item));
        else rest.push(next);
      } else {
        rest.push(Buffer.from(body.lines(i)));
        reason ??= refusalReason(item);
      }
    }
    body.clear();
    for (const lines of rest) body.addLines(lines);
    this.counts.retried += rest.length;
    return rest.length === 0 ? undefined : (reason ?? 'documents that were refused as they were');
  }

  async #bury(lines: Buffer, reason: string): Promise<void> {
    this.counts.refused += 1;
    const document = documentIn(lines);
    await this.#ports.deadLetter(refusedDocument(document, reason), document);
  }

  #emptyParcel(): Parcel {
    const { bodyBytes, targets } = this.#options;
    return {
      body: this.#idle.pop() ?? new BulkBody(bodyBytes + SLACK, targets),
      claims: new Map(),
      delivered: Promise.withResolvers(),
      repeated: false,
    };
  }
}

/** An operation without an answer is sent again; if it was taken after all, the answer will be 409. */
const LOST: ItemResult = { status: 503, error: { type: 'no answer for this operation', reason: '' } };
