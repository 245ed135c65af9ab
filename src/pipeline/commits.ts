import type { Consumer } from 'kafkajs';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { Progress } from './progress.ts';

type Place = {
  readonly topic: string;
  readonly partition: number;
  readonly progress: Progress;
  committed: number | undefined;
};

/** Commits how far each partition is delivered. A commit that fails only means that some records are delivered again. */
export class Commits {
  readonly #consumer: Consumer;
  readonly #log: Logger;
  #places = new Map<string, Place>();
  #assignment: Readonly<Record<string, readonly number[]>> = {};

  constructor(consumer: Consumer, log: Logger) {
    this.#consumer = consumer;
    this.#log = log;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#keepOnly(payload.memberAssignment));
  }

  /** Whether the group has given us this partition. */
  holds(topic: string, partition: number): boolean {
    return this.#assignment[topic]?.includes(partition) === true;
  }

  /** Those of a topic that the group has given us. */
  heldOf(topic: string): readonly number[] {
    return this.#assignment[topic] ?? [];
  }

  progressOf(topic: string, partition: number): Progress {
    const key = `${topic}/${partition}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known.progress;
    const progress = new Progress();
    this.#places.set(key, { topic, partition, progress, committed: undefined });
    return progress;
  }

  async commit(): Promise<void> {
    const moved = [...this.#places.values()].flatMap(place => {
      const next = place.progress.committable;
      return next === undefined || next === place.committed ? [] : [{ place, next }];
    });
    if (moved.length === 0) return;
    try {
      await this.#consumer.commitOffsets(
        moved.map(({ place: { topic, partition }, next }) => ({ topic, partition, offset: String(next) })),
      );
      for (const { place, next } of moved) place.committed = next;
    } catch (error) {
      this.#log.warn({ reason: messageOf(error) }, 'offsets not committed, will be with the next');
    }
  }

  /** A partition that was given away is another process's to commit. */
  #keepOnly(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#assignment = assignment;
    const kept = [...this.#places].filter(([, { topic, partition }]) => assignment[topic]?.includes(partition));
    this.#places = new Map(kept);
    for (const { progress } of this.#places.values()) progress.doubt();
    this.#log.info({ assignment }, 'partitions assigned');
  }
}
