import type { ElasticsearchWriter } from '../deliver/elasticsearch/writer.ts';
import type { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import { alertOf } from '../detect/alert.ts';
import type { Engine } from '../detect/engine.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
import type { Ledger } from '../model/ledger.ts';
import type { LogRecord } from '../model/record.ts';
import { normalize, type Sink } from '../normalize/normalize.ts';
import type { Settings } from '../normalize/settings.ts';

const NOWHERE: Ledger = { open: () => ({ settle: () => {} }) };

/** What has passed so far. */
export type StageCounts = { records: number; events: number; alerts: number; deadLetters: number };

/** Takes records one at a time through normalize, detect and deliver. One object for all records, so that none costs a closure. */
export class Stages implements Sink {
  readonly counts: StageCounts = { records: 0, events: 0, alerts: 0, deadLetters: 0 };
  readonly #settings: Settings;
  readonly #engine: Engine;
  readonly #writer: ElasticsearchWriter;
  readonly #deadLetters: DeadLetterWriter;
  #ledger: Ledger = NOWHERE;
  #offset = 0;

  constructor(settings: Settings, engine: Engine, writer: ElasticsearchWriter, deadLetters: DeadLetterWriter) {
    this.#settings = settings;
    this.#engine = engine;
    this.#writer = writer;
    this.#deadLetters = deadLetters;
  }

  /** Hands everything that follows from the record on; each of it holds a claim on `offset` until it is delivered. */
  process(record: LogRecord, ledger: Ledger, offset: number): void {
    this.#ledger = ledger;
    this.#offset = offset;
    this.counts.records += 1;
    normalize(record, this.#settings, this);
  }

  event(event: Event): void {
    this.counts.events += 1;
    this.#writer.addEvent(event, this.#ledger, this.#offset);
    if (!event.judged) return;
    for (const rule of this.#engine.match(event)) {
      this.counts.alerts += 1;
      this.#writer.addAlert(alertOf(rule, event, 'request'), this.#ledger, this.#offset);
    }
  }

  deadLetter(letter: DeadLetter, bytes: Buffer): void {
    this.counts.deadLetters += 1;
    this.#deadLetters.add(letter, bytes, this.#ledger.open(this.#offset));
  }
}
