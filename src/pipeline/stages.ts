import type { ElasticsearchWriter } from '../deliver/elasticsearch/writer.ts';
import type { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import type { Engine } from '../detect/engine.ts';
import type { Enrich } from '../enrich/enrich.ts';
import type { Sieve } from '../filter/sieve.ts';
import type { Gaps } from '../gaps/gaps.ts';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
import type { Ledger } from '../model/ledger.ts';
import { sourceOf } from '../model/place.ts';
import type { LogRecord } from '../model/record.ts';
import type { Read } from '../model/signal.ts';
import { deadLetter } from '../normalize/deadletter.ts';
import { normalize, type Sink } from '../normalize/normalize.ts';
import type { Settings } from '../normalize/settings.ts';
import type { CompiledRule } from '../sigma/compile.ts';
import type { Alerting } from './alerting.ts';
import type { Sending } from './signals/sending.ts';

const TOO_DEEP = 'nested too deeply to be written';
const NO_RULES: readonly CompiledRule[] = [];
/** What is told of rules stands at times of theirs, not at places of a log. */
const OF_RULES: ReadonlySet<string> = new Set(['blind', 'not_judged', 'sight_returned']);
const NOWHERE: Ledger = { open: () => ({ settle: () => {} }), deliveredUpTo: -1 };

/** What has passed so far. `alerts` counts each match. `saturations` are minutes in which some etcd dropped lines of its log. */
export type StageCounts = {
  records: number;
  events: number;
  alerts: number;
  deadLetters: number;
  saturations: number;
};

/** A record and the offset at which it was read, perhaps not for the first time. */
export type Reread = { readonly record: LogRecord; readonly offset: number };

/** What is done with events only where the user asks for it: what is known of their addresses, what is not indexed. */
export type Extras = {
  readonly enrich?: Enrich | undefined;
  readonly sieve?: Sieve | undefined;
  readonly gaps?: Gaps | undefined;
  readonly sending?: Sending | undefined;
};

/** Takes records one at a time through normalize, detect and deliver. One object for all records, so that none costs a closure. */
export class Stages implements Sink {
  readonly counts: StageCounts = { records: 0, events: 0, alerts: 0, deadLetters: 0, saturations: 0 };
  readonly #settings: Settings;
  #engine: Engine;
  readonly #writer: ElasticsearchWriter;
  readonly #alerting: Alerting;
  readonly #deadLetters: DeadLetterWriter;
  readonly #enrich: Enrich | undefined;
  readonly #sieve: Sieve | undefined;
  readonly #gaps: Gaps | undefined;
  readonly #sending: Sending | undefined;
  #ledger: Ledger = NOWHERE;
  #offset = 0;
  #partition = 0;
  #replayed = false;
  #record: LogRecord | undefined;

  constructor(
    settings: Settings,
    engine: Engine,
    writer: ElasticsearchWriter,
    alerting: Alerting,
    deadLetters: DeadLetterWriter,
    { enrich, sieve, gaps, sending }: Extras = {},
  ) {
    this.#settings = settings;
    this.#engine = engine;
    this.#writer = writer;
    this.#alerting = alerting;
    this.#deadLetters = deadLetters;
    this.#enrich = enrich;
    this.#sieve = sieve;
    this.#gaps = gaps;
    this.#sending = sending;
  }

  /** Judges by this engine from the next event on. */
  use(engine: Engine): void {
    this.#engine = engine;
  }

  /** Hands everything that follows from the record on, which was read there and not where it stood first; each of it holds a claim on `offset` until it is delivered. */
  process(record: LogRecord, ledger: Ledger, offset: number, partition: number): void {
    this.#enter(record, offset, ledger, partition);
    this.counts.records += 1;
    normalize(record, this.#settings, this);
  }

  /**
   * The same for records that were put back. What of their events is in the index was judged before. Until an event's
   * alerts are in the index the event is kept from it, so that it stays true when this is cut short.
   */
  async replay(
    records: readonly Reread[],
    ledger: Ledger,
    partition: number,
    findIndexed: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
  ): Promise<void> {
    const events = records.flatMap(reread => this.#normalized(reread, ledger, partition));
    const indexed = await findIndexed(events.map(({ event: { id } }) => id));
    const kept = events.map(({ event, ...reread }) => {
      this.#enter(reread.record, reread.offset, ledger, partition);
      const isNews = !indexed.has(event.id) && reread.record.wasJudged !== true;
      return { event, reread, isEvidence: this.#judge(event, isNews) };
    });
    await Promise.all([this.#alerting.writer.flush(), this.#sending?.writer.flush()]);
    for (const { event, reread, isEvidence } of kept) {
      this.#enter(reread.record, reread.offset, ledger, partition);
      this.#keep(event, isEvidence);
    }
  }

  #enter(record: LogRecord, offset: number, ledger: Ledger, partition: number): void {
    this.#ledger = ledger;
    this.#offset = offset;
    this.#partition = partition;
    this.#replayed = 'offset' in record.origin && record.origin.offset !== offset;
    this.#record = record;
  }

  #normalized(reread: Reread, ledger: Ledger, partition: number): (Reread & { readonly event: Event })[] {
    const events: (Reread & { readonly event: Event })[] = [];
    this.#enter(reread.record, reread.offset, ledger, partition);
    this.counts.records += 1;
    normalize(reread.record, this.#settings, {
      event: event => events.push({ ...reread, event: this.#enriched(event) }),
      deadLetter: (letter, bytes) => this.deadLetter(letter, bytes),
    });
    return events;
  }

  event(normalized: Event): void {
    this.#take(normalized);
    // A replayed record is old, and tells nothing of its stream.
    if (this.#replayed) return;
    this.#sending?.reached.read(normalized);
    const jump = this.#gaps?.read(normalized);
    if (jump !== undefined) this.tell(jump, this.#ledger, this.#offset);
  }

  /** Judges and indexes that something is missing; with a ledger, the commit of `offset` waits for it. */
  tell(gap: Event, ledger: Ledger = NOWHERE, offset = 0): void {
    this.counts.events += 1;
    const { origin } = gap;
    // What follows from no record stands at the last one that was heard.
    const [at, partition] = 'topic' in origin ? [Math.max(origin.offset, offset), origin.partition] : [offset, 0];
    for (const rule of this.#engine.match(gap)) {
      this.#sending?.take(rule, gap, ledger, at, gapAt(gap, at, partition));
      this.#alert(rule, gap, ledger, at, partition);
    }
    this.#sending?.lose(gap, ledger, at);
    this.#writer.addEvent(gap, ledger, offset);
  }

  #take(normalized: Event): void {
    const event = this.#enriched(normalized);
    this.#keep(event, this.#judge(event, true));
  }

  #enriched(event: Event): Event {
    this.counts.events += 1;
    return this.#enrich === undefined ? event : this.#enrich(event);
  }

  /** Whether an alert may show the event; it is counted in alerts where it is news. */
  #judge(event: Event, isNews: boolean): boolean {
    const rules = event.judged ? this.#engine.match(event) : NO_RULES;
    let isEvidence = false;
    for (const rule of rules) {
      if (isNews) this.#report(rule, event, this.#ledger, this.#offset, this.#partition);
      isEvidence ||= this.#sending === undefined || this.#sending.isEvidence(rule);
    }
    return isEvidence;
  }

  /** A match is an alert, or part of one that rules of more than one event make, or both. */
  #report(rule: CompiledRule, event: Event, ledger: Ledger, offset: number, partition: number): void {
    this.#sending?.take(rule, event, ledger, offset, this.#readAt(event, offset, partition));
    this.#alert(rule, event, ledger, offset, partition);
  }

  #readAt({ origin }: Event, offset: number, partition: number): Read | undefined {
    if (!('topic' in origin)) return undefined;
    const at = this.#record?.receivedAt ?? 0;
    return { source: sourceOf({ topic: origin.topic, partition }), offset, item: origin.item ?? 0, at };
  }

  #alert(rule: CompiledRule, event: Event, ledger: Ledger, offset: number, partition: number): void {
    if (this.#sending?.isQuiet(rule) === true) return;
    if (this.#alerting.take(rule, event, ledger, offset, partition)) this.counts.alerts += 1;
  }

  /** Evidence of an alert, and that something is missing, is indexed as it is, whatever the filters say. */
  #keep(event: Event, isEvidence: boolean): void {
    const isGap = event.document.event.kind === 'pipeline_error';
    if (event.document.etcd?.line === 'saturation') this.counts.saturations += 1;
    if (isGap) this.#sending?.lose(event, this.#ledger, this.#offset);
    const left = this.#sieve === undefined || isGap || isEvidence ? event : this.#sieve.pass(event);
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

/** What is told of a partition stands beside its records: a place of it may be told of in several ways. */
function gapAt({ origin, document }: Event, offset: number, partition: number): Read | undefined {
  if (!('topic' in origin) || OF_RULES.has(document.event.action)) return undefined;
  const source = `${sourceOf({ topic: origin.topic, partition })}:${document.event.action}`;
  return { source, offset, item: 0, at: Date.parse(document['@timestamp']) };
}
