import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Admin, Consumer, EachBatchPayload } from 'kafkajs';
import type { Logger } from 'pino';
import { untilDone } from '../../backoff.ts';
import type { BaselineChange } from '../../detect/state/baseline.ts';
import { messageOf } from '../../errors.ts';
import { waitWithHeartbeat } from '../../ingest/kafka.ts';
import { readSignalRecord } from '../../model/signal-record.ts';
import type { AnyProgram } from '../../sigma/program.ts';
import { type Alerting, besideOrder } from '../alerting.ts';
import { HEARTBEAT_EVERY_MS } from '../reading.ts';
import { waitingFor } from '../ready.ts';
import type { Kept, KeptParts } from './baselines.ts';
import type { Beginning, Committable, Evaluation, EvaluationPorts } from './evaluation.ts';
import { earliestOf, type Horizon, readHorizon } from './horizon.ts';
import { Rebuilding } from './rebuilding.ts';
import type { SinglesRow } from './singles-row.ts';

/** Records after which the clocks are looked at, and signals that are evaluated before others have their turn. */
const TURN = 500;

/** So long (ms) it is between two rows of one partition. */
const KEEP_EVERY_MS = 5_000;

export type ConsumingPorts = {
  readonly consumer: Consumer;
  readonly admin: Pick<Admin, 'fetchOffsets'>;
  readonly alerting: Alerting;
  readonly begin: (programs: readonly AnyProgram[], ports: EvaluationPorts, beginning: Beginning) => Evaluation;
  readonly blind: EvaluationPorts['blind'];
  /** What was seen before, by the programs of these partitions. */
  readonly restore: (partitions: readonly number[]) => Promise<KeptParts>;
  /** Resolves once the changes are safe. */
  readonly keep: (partition: number, changes: readonly BaselineChange[]) => Promise<void>;
  /** The same for how far matches of rules of one event were taken in. */
  readonly keepSingles: (partition: number, row: SinglesRow) => Promise<void>;
  /** Milliseconds after which the group gives the partitions of whoever was not heard to others. */
  readonly sessionMs: number;
  readonly log: Logger;
  readonly stop: AbortSignal;
};

export type ConsumingCounts = { findings: number; unread: number };

/** What whoever had the partition before has left. */
type Before = { readonly horizon: Horizon; readonly kept: Kept };

type Part = {
  readonly partition: number;
  readonly evaluation: Evaluation;
  readonly rebuilding: Rebuilding;
  committed: string | undefined;
  /** Of what is kept of matches of rules of one event, and when that was written, in milliseconds since 1970. */
  version: number;
  keptAt: number;
  /** What was seen and is not safe yet. */
  changes: readonly BaselineChange[];
};

/** What of a partition may be committed that is not yet. */
type Moved = { readonly part: Part; readonly committable: Committable; readonly state: string };

/** Owns the state of the partitions of the signals topic that the group has given us. */
export class Consuming {
  readonly counts: ConsumingCounts = { findings: 0, unread: 0 };
  readonly #topic: string;
  readonly #groupId: string;
  readonly #ports: ConsumingPorts;
  readonly #parts = new Map<number, Part>();
  #assignment: readonly number[] = [];
  #memberId: string | undefined;
  /** When the group heard us, in milliseconds since 1970. */
  #heardAt = 0;
  #programs: readonly AnyProgram[];
  #producers: readonly string[] = [];
  readonly #unread = new Set<string>();
  #restoring: Promise<KeptParts> = Promise.resolve(new Map());

  constructor(topic: string, groupId: string, programs: readonly AnyProgram[], ports: ConsumingPorts) {
    this.#topic = topic;
    this.#groupId = groupId;
    this.#programs = programs;
    this.#ports = ports;
    const { consumer } = ports;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload, timestamp }) => {
      this.#heardAt = timestamp;
      this.#assigned(payload.memberAssignment[topic] ?? [], payload.memberId);
    });
    consumer.on(consumer.events.HEARTBEAT, ({ timestamp }) => {
      this.#heardAt = timestamp;
    });
  }

  /** Begins to read; `expect` has to be called before, else nothing would hold the clocks. */
  async start(): Promise<void> {
    const { consumer } = this.#ports;
    await consumer.connect();
    await consumer.subscribe({ topics: [this.#topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 3,
      eachBatch: payload => this.#read(payload),
    });
  }

  /** Evaluates these programs from now on; those that are the same objects keep their state. */
  use(programs: readonly AnyProgram[]): void {
    this.#programs = programs;
    for (const { evaluation } of this.#parts.values()) evaluation.use(programs);
  }

  /** The partitions of the logs that there are; one of which nothing was heard holds the clocks. */
  expect(producers: readonly string[]): void {
    this.#producers = producers;
    for (const { evaluation } of this.#parts.values()) evaluation.expect(producers);
  }

  owns(partition: number): boolean {
    return this.#assignment.includes(partition);
  }

  get evaluations(): readonly Evaluation[] {
    return [...this.#parts.values()].map(({ evaluation }) => evaluation);
  }

  /** Tells what has waited for too long, whether anything is read or not; but who is cut off from Kafka is not the one to tell it. `now` in milliseconds since 1970. */
  hurry(now: number): void {
    const { alerting, sessionMs } = this.#ports;
    const { writer } = alerting;
    if (Math.abs(now - this.#heardAt) > sessionMs) return;
    for (const { evaluation } of this.#parts.values()) evaluation.hurry(() => !writer.full);
  }

  /**
   * Commits where another would have to begin; what has to be written for it first, no more than every few seconds. That it
   * fails only means that some findings are looked up again. `now` in milliseconds since 1970.
   */
  async commit(now: number): Promise<void> {
    const { consumer, log } = this.#ports;
    const ready: Moved[] = [];
    for (const one of this.#moved(now)) {
      try {
        await this.#keep(one, now);
        ready.push(one);
      } catch (error) {
        log.warn(
          { partition: one.part.partition, reason: messageOf(error) },
          'state not written, will be with the next',
        );
      }
    }
    const ours = ready.filter(({ part }) => this.#parts.get(part.partition) === part);
    if (ours.length === 0) return;
    try {
      await consumer.commitOffsets(
        ours.map(({ part: { partition }, committable: { offset, metadata } }) => ({
          ...{ topic: this.#topic, partition, offset: String(offset), metadata },
        })),
      );
      for (const { part, state } of ours) part.committed = state;
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'offsets of signals not committed, will be with the next');
    }
  }

  #moved(now: number): readonly Moved[] {
    return [...this.#parts.values()].flatMap(part => {
      if (Math.abs(now - part.keptAt) < KEEP_EVERY_MS) return [];
      const { committable } = part.evaluation;
      if (committable === undefined) return [];
      const { offset, metadata, version } = committable;
      const state = `${offset} ${metadata} ${version}`;
      return state === part.committed ? [] : [{ part, committable, state }];
    });
  }

  /** What was seen has to be safe before it is committed that it need not be seen again. */
  async #keep({ part, committable: { singles, version } }: Moved, now: number): Promise<void> {
    part.changes = [...part.changes, ...part.evaluation.baseline.changes()];
    if (part.changes.length > 0 && this.#parts.get(part.partition) === part) {
      await this.#ports.keep(part.partition, part.changes);
      part.changes = [];
    }
    if (part.version === version || this.#parts.get(part.partition) !== part) return;
    await this.#ports.keepSingles(part.partition, singles);
    part.version = version;
    part.keptAt = now;
  }

  /**
   * A partition that was given away is another's to evaluate. Whoever comes as a new member may have missed that others had
   * its partitions in between, and begins anew.
   */
  #assigned(partitions: readonly number[], memberId: string): void {
    const { alerting, consumer, log } = this.#ports;
    const isSame = memberId === this.#memberId;
    this.#memberId = memberId;
    this.#assignment = partitions;
    if (!isSame) alerting.assigned({});
    for (const [partition, { evaluation }] of this.#parts) {
      if (!isSame || !partitions.includes(partition)) this.#parts.delete(partition);
      // The group would go on at what is committed, and all windows be read again.
      else consumer.seek({ topic: this.#topic, partition, offset: String(evaluation.next) });
    }
    alerting.assigned({ [this.#topic]: partitions, [besideOrder(this.#topic)]: partitions });
    this.#restoring = this.#restore(partitions.filter(partition => !this.#parts.has(partition)));
    log.info({ topic: this.#topic, partitions }, 'signals assigned');
  }

  async #read(payload: EachBatchPayload): Promise<void> {
    const { batch, resolveOffset, heartbeat, isRunning, isStale } = payload;
    const { partition } = batch;
    const part = await this.#partOf(payload);
    const isOver = (): boolean =>
      this.#ports.stop.aborted ||
      !isRunning() ||
      isStale() ||
      part === undefined ||
      this.#parts.get(partition) !== part;
    if (part === undefined || isOver()) return;
    let taken = 0;
    for (const { value, offset: text, timestamp } of batch.messages) {
      const offset = Number(text);
      if (offset < part.evaluation.next) continue;
      this.#take(part, value, offset, Number(timestamp));
      taken += 1;
      if (taken % TURN !== 0) continue;
      await this.#advance(part, payload, isOver);
      if (isOver()) return;
    }
    await this.#advance(part, payload, isOver);
    if (isOver()) return;
    part.evaluation.read(Number(batch.lastOffset()));
    part.rebuilding.read(part.evaluation.next, Date.now());
    resolveOffset(batch.lastOffset());
    await heartbeat();
  }

  #take({ evaluation, rebuilding }: Part, value: Buffer | null, offset: number, sentAt: number): void {
    const record = readSignalRecord(value);
    if (record.kind === 'signal') {
      evaluation.take(record.signal, offset, sentAt);
      rebuilding.signals += 1;
    } else if (record.kind === 'marks') evaluation.hear(record.marks);
    else if (record.kind === 'losses') evaluation.lose(record.losses, offset);
    else if (record.kind === 'covers') evaluation.cover(record.covers);
    else this.#passOver(record.why, offset);
    evaluation.read(offset);
  }

  /** Of each kind one is told, all are counted. */
  #passOver(why: string, offset: number): void {
    this.counts.unread += 1;
    if (this.#unread.has(why) || this.#unread.size > 100) return;
    this.#unread.add(why);
    this.#ports.log.warn({ topic: this.#topic, offset, why }, 'a record of the signals topic was passed over');
  }

  /** As fast as alerts can be written. */
  async #advance({ evaluation }: Part, { heartbeat }: EachBatchPayload, isOver: () => boolean): Promise<void> {
    const { writer } = this.#ports.alerting;
    for (;;) {
      let left = TURN;
      const goOn = (): boolean => {
        left -= 1;
        return left >= 0 && !writer.full;
      };
      if (evaluation.advance(goOn)) return;
      const isFull = (): boolean => writer.full && !isOver();
      if (isFull()) await waitWithHeartbeat(isFull, () => writer.room(), heartbeat, HEARTBEAT_EVERY_MS);
      else {
        await nextTurn();
        await heartbeat();
      }
      if (isOver()) return;
    }
  }

  /** The state of a partition that is ours; it is looked up where another has left it. */
  async #partOf(payload: EachBatchPayload): Promise<Part | undefined> {
    const { partition, highWatermark } = payload.batch;
    const known = this.#parts.get(partition);
    if (known !== undefined) return known;
    const memberId = this.#memberId;
    const isOurs = (): boolean => this.#assignment.includes(partition) && memberId === this.#memberId;
    if (!isOurs()) return undefined;
    let before: Before | undefined;
    const found = this.#lookUp(partition).then(answer => {
      before = answer;
    });
    // The stop gives up what is not settled; here it only ends the waiting.
    found.catch(() => {});
    const waits = (): boolean => before === undefined && isOurs() && !this.#ports.stop.aborted;
    await waitWithHeartbeat(waits, () => found, payload.heartbeat, HEARTBEAT_EVERY_MS);
    if (before === undefined || !isOurs()) return undefined;
    const part = this.#begin(partition, before, Number(payload.batch.firstOffset()), Number(highWatermark));
    this.#parts.set(partition, part);
    return part;
  }

  #begin(partition: number, { horizon, kept }: Before, offset: number, end: number): Part {
    const { alerting, begin, blind, log } = this.#ports;
    const place = { topic: this.#topic, partition };
    const ports: EvaluationPorts = {
      found: (finding, ledger, moment, arrival) => {
        if (alerting.takeFinding(finding, place, ledger, moment, arrival)) this.counts.findings += 1;
      },
      blind,
    };
    const evaluation = begin(this.#programs, ports, { offset, horizon, singles: kept.singles, end });
    evaluation.expect(this.#producers);
    for (const row of kept.rows) evaluation.baseline.put(row);
    const rebuilding = new Rebuilding(partition, offset, end, log, Date.now());
    return { partition, evaluation, rebuilding, committed: undefined, ...{ version: 0, keptAt: 0, changes: [] } };
  }

  /** What was told before, as the commit says, and what of the rest the index has. */
  async #lookUp(partition: number): Promise<Before> {
    const { admin, alerting, log, stop } = this.#ports;
    const ask = async () => {
      const [answer] = await admin.fetchOffsets({ groupId: this.#groupId, topics: [this.#topic] });
      return answer?.partitions.find(place => place.partition === partition);
    };
    const committed = await untilDone(ask, waitingFor('Kafka', log), stop);
    const horizon = readHorizon(committed?.metadata);
    await alerting.prepare(this.#topic, partition, earliestOf(horizon));
    await alerting.prepare(besideOrder(this.#topic), partition, Math.max(0, Number(committed?.offset ?? 0)));
    const kept = (await this.#restoring).get(partition) ?? { rows: [], singles: undefined };
    return { horizon, kept };
  }

  /** What the programs of these partitions have seen before. */
  #restore(partitions: readonly number[]): Promise<KeptParts> {
    const { restore, log, stop } = this.#ports;
    if (partitions.length === 0) return Promise.resolve(new Map());
    const rows = untilDone(() => restore(partitions), waitingFor('Kafka', log), stop);
    // It is awaited where a partition begins; a stop before that is none's fault.
    rows.catch(() => {});
    return rows;
  }
}
