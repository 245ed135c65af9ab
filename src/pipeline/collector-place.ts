import { createHash } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { untilDone } from '../backoff.ts';
import { type Position, readPosition } from '../collect/position.ts';
import type { CollectorConfig } from '../config/schema.ts';
import type { RevisionsPlace } from '../deliver/kafka/revisions.ts';
import { readStretches, type Stretch, wholeTopic } from '../ingest/topic.ts';
import { waitingFor } from './ready.ts';

/** How many records are looked at first from a partition's end, and how much further each time. */
const FIRST_LOOK = 16;
const FURTHER = 32;

/** Where a collector writes, and how far it has come: its last record there says so, and nothing else is kept anywhere. */
export type Found = { readonly place: RevisionsPlace; readonly position: Position | undefined };

/** Throws CONFIG where the topic is not there. */
export const findPlace = (kafka: Kafka, config: CollectorConfig, log: Logger, stop: AbortSignal): Promise<Found> =>
  untilDone(() => look(kafka, config), waitingFor('Kafka', log), stop);

async function look(kafka: Kafka, { cluster, kafka: { groupId }, collector }: CollectorConfig): Promise<Found> {
  const { topic, name } = collector;
  const key = cluster === undefined ? name : `${cluster}/${name}`;
  const partitions = await wholeTopic(kafka, topic);
  const partition = partitionOf(key, partitions.length);
  const group = `${groupId}-collector`;
  // Where there were fewer partitions once, the last record stands in another one.
  const [own, others] = [
    partitions.filter(p => p.partition === partition),
    partitions.filter(p => p.partition !== partition),
  ];
  let position: Position | undefined;
  for (const stretch of [...own, ...others]) position ??= await lastPosition(kafka, group, stretch, key);
  return { place: { topic, partition, key }, position };
}

/** Any even spread does; this one is ours to keep. */
const partitionOf = (key: string, partitions: number): number =>
  createHash('sha256').update(key).digest().readUInt32BE() % partitions;

/** Looks back from the end, further and further, for the last record with this key. */
async function lastPosition(kafka: Kafka, group: string, whole: Stretch, key: string): Promise<Position | undefined> {
  let { to } = whole;
  for (let length = FIRST_LOOK; to > whole.from; length *= FURTHER) {
    const from = Math.max(whole.from, to - length);
    let found: Position | undefined;
    await readStretches(kafka, group, [{ ...whole, from, to }], async message => {
      if (message.key?.toString() !== key) return;
      found = readPosition(message.value?.toString() ?? '') ?? found;
    });
    if (found !== undefined) return found;
    to = from;
  }
  return undefined;
}
