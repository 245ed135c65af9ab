import type { Admin, Consumer, Kafka, Producer } from 'kafkajs';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { type OnTooLarge, SignalWriter } from '../../deliver/kafka/signals.ts';
import { durationMs } from '../../model/duration.ts';
import { writeMarks } from '../../model/signal-record.ts';
import type { SignalFacts } from '../../telemetry/metrics.ts';
import type { Alerting } from '../alerting.ts';
import type { Commits } from '../commits.ts';
import { waitingFor } from '../ready.ts';
import { readKept, writeBaseline, writeSingles } from './baselines.ts';
import type { Blindnesses } from './blindness.ts';
import { Consuming, type ConsumingPorts } from './consuming.ts';
import { Evaluation, type EvaluationOptions } from './evaluation.ts';
import { withImports } from './importing.ts';
import type { Imports } from './imports.ts';
import { keptPrograms, type Programs } from './kept.ts';
import { Marking } from './marking.ts';
import { Reached } from './reached.ts';
import { Sending, type Wanted } from './sending.ts';
import { totalsOf } from './totals.ts';

/** What signals need of the world around them. */
export type SignallingPorts = {
  readonly kafka: Kafka;
  readonly producer: Producer;
  /** Of the group `<groupId>.signals`. */
  readonly consumer: Consumer;
  readonly admin: Admin;
  readonly alerting: Alerting;
  readonly evaluatorOf: EvaluationOptions['evaluatorOf'];
  readonly blindnesses: Blindnesses;
  /** What files know of first sights. */
  readonly imports: Imports;
  readonly log: Logger;
  /** Gives up at once. */
  readonly stop: AbortSignal;
};

/** The group that owns the state of signals. */
export const signalsGroup = ({ kafka: { groupId } }: Pick<Config, 'kafka'>): string => `${groupId}.signals`;

/** Sends matches into the signals topic, says how far the logs are read, and evaluates the partitions that are ours. */
export class Signalling {
  readonly sending: Sending;
  readonly alerting: Alerting;
  readonly #config: Config;
  readonly #ports: SignallingPorts;
  readonly #reached = new Reached();
  readonly #consuming: Consuming;
  #marking: Marking | undefined;
  #inForce: Programs;

  constructor(config: Config, wanted: Wanted & Programs, ports: SignallingPorts) {
    const { kafka, producer, consumer, admin, alerting, evaluatorOf, imports, log, stop } = ports;
    const { topic, stateTopic, lateness, groups, waiting } = config.signals;
    this.#config = config;
    this.#inForce = wanted;
    this.#ports = ports;
    this.alerting = alerting;
    const onTooLarge: OnTooLarge = (bytes, became) =>
      log.warn(
        { topic, bytes, became },
        'a record is larger than the signals topic takes: raise its max.message.bytes',
      );
    const writer = new SignalWriter(producer, topic, waitingFor('Kafka', log), stop, onTooLarge);
    this.sending = new Sending(writer, this.#reached, config.signals.partitions, wanted);
    const options = {
      ...{ evaluatorOf, latenessMs: durationMs(lateness), terms: groups, waiting },
      holdMs: durationMs(config.alerts.hold),
    };
    const begin: ConsumingPorts['begin'] = (programs, to, beginning) =>
      new Evaluation(programs, options, to, beginning);
    const keep: ConsumingPorts['keep'] = (partition, changes) =>
      writeBaseline(producer, stateTopic, partition, changes);
    this.#consuming = new Consuming(topic, signalsGroup(config), wanted.programs, {
      ...{ consumer, admin, alerting, begin, keep, log, stop },
      sessionMs: config.kafka.sessionTimeout,
      blind: blindness => ports.blindnesses.see(blindness),
      restore: async partitions =>
        withImports(await readKept(kafka, stateTopic, signalsGroup(config), partitions), imports, { keep, log }),
      keepSingles: (partition, row) => writeSingles(producer, stateTopic, signalsGroup(config), partition, row),
    });
  }

  /** Begins to evaluate, and to say how far this process has read. */
  async start(commits: Commits): Promise<void> {
    const { admin, log } = this.#ports;
    const { kafka, signals } = this.#config;
    const topics = kafka.topics.map(({ name }) => name);
    const { groupId, fromBeginning } = kafka;
    const options = { topics, groupId, fromBeginning, idleAfterMs: durationMs(signals.idleAfter) };
    this.#marking = new Marking(options, admin, commits, this.#reached, log);
    await this.#marking.ask(Date.now());
    this.#consuming.expect(this.#marking.producers);
    await this.#consuming.start();
  }

  /** Works by these programs from now on; those that say the same as before keep their state. */
  use(rules: Wanted & Programs): void {
    this.sending.use(rules);
    const programs = keptPrograms(this.#inForce, rules);
    this.#inForce = { programs, definitions: rules.definitions };
    this.#consuming.use(programs);
  }

  /** Says how far the logs are read; to be called about once a second. `now` in milliseconds since 1970. */
  mark(now: number): void {
    const marking = this.#marking;
    if (marking === undefined) return;
    this.#consuming.hurry(now);
    marking.ask(now).then(() => this.#consuming.expect(marking.producers));
    const marks = marking.marks(now);
    if (marks.marks.length + marks.silent.length > 0)
      this.sending.writer.mark(writeMarks(marks), this.#config.signals.partitions);
  }

  /** Whether this process has that partition of the signals; of the group only one has. */
  owns(partition: number): boolean {
    return this.#consuming.owns(partition);
  }

  commit(): Promise<void> {
    return this.#consuming.commit(Date.now());
  }

  /** Findings that made or raised an alert, since the start. */
  get alerts(): number {
    return this.#consuming.counts.findings;
  }

  get counts(): SignalFacts {
    return {
      signalsSent: this.sending.writer.sent,
      signalsDropped: this.sending.writer.dropped,
      signalsUnread: this.#consuming.counts.unread,
      blind: this.#ports.blindnesses.lasting,
      ...totalsOf(this.#consuming.evaluations),
    };
  }

  /** Delivers what was found and commits it. */
  async finish(): Promise<void> {
    await this.alerting.writer.flush();
    await this.#consuming.commit(Number.POSITIVE_INFINITY);
  }
}
