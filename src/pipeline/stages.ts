import type { ElasticsearchWriter } from '../deliver/elasticsearch/writer.ts';
import type { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import { alertOf } from '../detect/alert.ts';
import type { Engine } from '../detect/engine.ts';
import type { Enrich } from '../enrich/enrich.ts';
import type { Sieve } from '../filter/sieve.ts';
import type { Gaps } from '../gaps/gaps.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
import type { Ledger } from '../model/ledger.ts';
import type { LogRecord } from '../model/record.ts';
import { deadLetter } from '../normalize/deadletter.ts';
import { normalize, type Sink } from '../normalize/normalize.ts';
import type { Settings } from '../normalize/settings.ts';
import type { CompiledRule } from '../sigma/compile.ts';

const TOO_DEEP = 'nested too deeply to be written';
const NO_RULES: readonly CompiledRule[] = [];
const NOWHERE: Ledger = { open: () => ({ settle: () => {} }), deliveredUpTo: -1 };

/** What has passed so far. `saturations` are minutes in which some etcd dropped lines of its log. */
export type StageCounts = {
  records: number;
  events: number;
  alerts: number;
  deadLetters: number;
  saturations: number;
};

/** What is done with events only where the user asks for it: what is known of their addresses, what is not indexed. */
export type Extras = {
  readonly enrich?: Enrich | undefined;
  readonly sieve?: Sieve | undefined;
  readonly gaps?: Gaps | undefined;
};

/** Takes records one at a time through normalize, detect and deliver. One object for all records, so that none costs a closure. */
export class Stages implements Sink {
  readonly counts: StageCounts = { records: 0, events: 0, alerts: 0, deadLetters: 0, saturations: 0 };
  readonly #settings: Settings;
  #engine: Engine;
  readonly #writer: ElasticsearchWriter;
  readonly #deadLetters: DeadLetterWriter;
  readonly #enrich: Enrich | undefined;
  readonly #sieve: Sieve | undefined;
  readonly #gaps: Gaps | undefined;
  #ledger: Ledger = NOWHERE;
  #offset = 0;
  #replayed = false;
  #record: LogRecord | undefined;

  constructor(
    settings: Settings,
    engine: Engine,
    writer: ElasticsearchWriter,
    deadLetters: DeadLetterWriter,
    { enrich, sieve, gaps }: Extras = {},
  ) {
    this.#settings = settings;
    this.#engine = engine;
    this.#writer = writer;
    this.#deadLetters = deadLetters;
    this.#enrich = enrich;
    this.#sieve = sieve;
    this.#gaps = gaps;
  }

  /** Judges by this engine from the next event on. */
  use(engine: Engine): void {
    this.#engine = engine;
  }

  /** Hands everything that follows from the record on; each of it holds a claim on `offset` until it is delivered. */
  process(record: LogRecord, ledger: Ledger, offset: number): void {
    this.#ledger = ledger;
    this.#offset = offset;
    this.#replayed = 'offset' in record.origin && record.origin.offset !== offset;
    this.#record = record;
    this.counts.records += 1;
    normalize(record, this.#settings, this);
  }

  event(normalized: Event): void {
    this.#take(normalized);
    // A replayed record is old, and tells nothing of its stream.
    const jump = this.#replayed ? undefined : this.#gaps?.read(normalized);
    if (jump !== undefined) this.tell(jump, this.#ledger, this.#offset);
  }

  /** Judges and indexes that something is missing; with a ledger, the commit of `offset` waits for it. */
  tell(gap: Event, ledger: Ledger = NOWHERE, offset = 0): void {
    this.counts.events += 1;
    for (const rule of this.#engine.match(gap)) {
      this.counts.alerts += 1;
      this.#writer.addAlert(alertOf(rule, gap, 'request'), ledger, offset);
    }
    this.#writer.addEvent(gap, ledger, offset);
  }

  #take(normalized: Event): void {
    this.counts.events += 1;
    const event = this.#enrich === undefined ? normalized : this.#enrich(normalized);
    const isGap = event.document.event.kind === 'pipeline_error';
    if (isGap) this.counts.saturations += 1;
    const rules = event.judged ? this.#engine.match(event) : NO_RULES;
    // Evidence of an alert, and that something is missing, is indexed as it is, whatever the filters say.
    const left = this.#sieve === undefined || isGap || rules.length > 0 ? event : this.#sieve.pass(event);
    for (const rule of rules) {
      this.counts.alerts += 1;
      this.#writer.addAlert(alertOf(rule, event, 'request'), this.#ledger, this.#offset, this.#replayed);
    }
    if (left !== undefined) this.#index(left);
  }

  /** Nesting that no serialiser follows keeps an event out of the index, not its alerts. */
  #index(event: Event): void {
    try {
      this.#writer.addEvent(event, this.#ledger, this.#offset, this.#replayed);
    } catch (error) {
      if (!(error instanceof RangeError) || this.#record === undefined) throw error;
      this.deadLetter(deadLetter(this.#record, event.origin, TOO_DEEP, this.#settings), this.#record.bytes);
    }
  }

  deadLetter(letter: DeadLetter, bytes: Buffer): void {
    this.counts.deadLetters += 1;
    this.#deadLetters.add(letter, bytes, this.#ledger.open(this.#offset));
  }
}
