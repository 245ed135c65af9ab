import { Kafka, logLevel } from 'kafkajs';
import { readStretches, wholeTopic } from '../../src/ingest/topic.ts';
import { services } from './integration.ts';

const kafka = (): Kafka => new Kafka({ brokers: [services.kafka], logLevel: logLevel.NOTHING });

/** Messages sent at once. */
const BATCH = 1_000;
const RETRIES = 10;

/** Messages in a topic that the group has not committed, and all there are. */
export async function lag(groupId: string, topic: string): Promise<{ readonly left: number; readonly total: number }> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(topic);
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const at = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
    const total = ends.reduce((sum, { high }) => sum + Number(high), 0);
    return { total, left: ends.reduce((sum, { partition, high }) => sum + Number(high) - (at.get(partition) ?? 0), 0) };
  } finally {
    await admin.disconnect();
  }
}

/** Puts messages into a topic, each to the partition given or spread over all. */
export async function produce(
  topic: string,
  values: readonly (string | Buffer | null)[],
  partition?: number,
): Promise<void> {
  // A broker that has just begun may refuse one partition of a request; sent again, the others must not have it twice.
  const producer = kafka().producer({ idempotent: true, maxInFlightRequests: 1, retry: { retries: RETRIES } });
  await producer.connect();
  try {
    const messages = values.map(value => ({ value, ...(partition === undefined ? {} : { partition }) }));
    for (let from = 0; from < messages.length; from += BATCH) {
      await producer.send({ topic, messages: messages.slice(from, from + BATCH) });
    }
  } finally {
    await producer.disconnect();
  }
}

/** Makes a topic whose broker stores every batch in this compression, as Java does it. */
export async function createCompressedTopic(topic: string, compression: string): Promise<void> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    const configEntries = [{ name: 'compression.type', value: compression }];
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, configEntries }] });
  } finally {
    await admin.disconnect();
  }
}

/** All messages of a topic as text, once `expected` of them are there. */
export async function consume(topic: string, expected: number): Promise<readonly string[]> {
  const consumer = kafka().consumer({ groupId: `reader-${topic}` });
  const found: string[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const { promise, resolve } = Promise.withResolvers<void>();
    await consumer.run({
      eachMessage: async ({ message }) => {
        found.push(message.value?.toString() ?? '');
        if (found.length >= expected) resolve();
      },
    });
    await promise;
    return found;
  } finally {
    await consumer.disconnect();
  }
}

/** Drops the records of a partition below an offset, as retention does. */
export async function dropRecords(topic: string, partition: number, below: number): Promise<void> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    // The call itself does not ask who leads the partition.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(below) }] });
  } finally {
    await admin.disconnect();
  }
}

/** What the broker knows besides records: its topics, but for those that it makes for itself, and its consumer groups. */
export async function inventory(): Promise<{ readonly topics: readonly string[]; readonly groups: readonly string[] }> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    const { groups } = await admin.listGroups();
    const topics = (await admin.listTopics()).filter(name => !name.startsWith('__'));
    return { topics: topics.sort(), groups: groups.map(({ groupId }) => groupId).sort() };
  } finally {
    await admin.disconnect();
  }
}

/** Makes a topic of one partition or more. */
export async function createTopic(topic: string, numPartitions: number): Promise<void> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions, replicationFactor: 1 }] });
  } finally {
    await admin.disconnect();
  }
}

/** All that a topic holds now, each partition in its order. */
export async function recorded(topic: string): Promise<readonly string[]> {
  const found: string[] = [];
  const client = kafka();
  await readStretches(client, `reader-${topic}`, await wholeTopic(client, topic), async ({ value }) => {
    found.push(value?.toString() ?? '');
  });
  return found;
}
