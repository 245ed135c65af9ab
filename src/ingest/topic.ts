import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { KeywardenError } from '../errors.ts';
import { installCodecs } from './codecs.ts';
import { type Span, Wanted } from './wanted.ts';

/** A stretch of a partition; what lies outside of what the partition holds now is passed over. */
export type Stretch = Span & { readonly topic: string; readonly partition: number };

export type OnMessage = (message: KafkaMessage, topic: string, partition: number) => Promise<void>;

/** A broker that answers and gives nothing for this long will not give what is missing. */
const QUIET_MS = 60_000;

/** All that a topic holds now. Throws CONFIG where Kafka does not know it. */
export async function wholeTopic(kafka: Kafka, topic: string): Promise<readonly Stretch[]> {
  const ends = await endsOf(kafka, [topic]);
  return [...ends.values()];
}

/** What topics hold of a time, in milliseconds since 1970: from the first record that is not older than `from` up to the first that is not older than `to`. Throws CONFIG where Kafka does not know one. */
export async function stretchesBetween(
  kafka: Kafka,
  topics: readonly string[],
  from: number,
  to: number,
): Promise<readonly Stretch[]> {
  const ends = await endsOf(kafka, topics);
  const admin = kafka.admin();
  try {
    await admin.connect();
    const stretches: Stretch[] = [];
    for (const topic of topics) {
      const last = new Map(await offsetsAt(admin, topic, to));
      for (const [partition, offset] of await offsetsAt(admin, topic, from)) {
        const end = ends.get(keyOf(topic, partition));
        const limits = { from: Math.max(offset, end?.from ?? 0), to: Math.min(last.get(partition) ?? 0, end?.to ?? 0) };
        if (limits.from < limits.to) stretches.push({ topic, partition, ...limits });
      }
    }
    return stretches;
  } finally {
    await admin.disconnect();
  }
}

/** Of each partition the first offset whose record is not older, or its end. */
const offsetsAt = async (admin: Admin, topic: string, ms: number): Promise<(readonly [number, number])[]> =>
  (await admin.fetchTopicOffsetsByTimestamp(topic, ms)).map(({ partition, offset }) => [partition, Number(offset)]);

/**
 * Reads stretches of topics, each partition upwards, and ends. A group of its own is made for it, whose name begins with
 * `groupId`, nothing is committed, and the group is deleted. Throws KAFKA where Kafka gives up or goes quiet, and what `onMessage` throws.
 */
export async function readStretches(
  kafka: Kafka,
  groupId: string,
  stretches: readonly Stretch[],
  onMessage: OnMessage,
): Promise<void> {
  if (stretches.length === 0) return;
  const topics = [...new Set(stretches.map(({ topic }) => topic))];
  const wanted = wantedOf(stretches, await endsOf(kafka, topics));
  if (wanted.size === 0) return;
  installCodecs();
  const ownGroup = `${groupId}-${randomUUID()}`;
  const consumer = kafka.consumer({
    groupId: ownGroup,
    maxWaitTimeInMs: 500,
    allowAutoTopicCreation: false,
  });
  try {
    await readAll(consumer, topics, wanted, onMessage);
  } finally {
    await consumer.disconnect();
    await forget(kafka, ownGroup);
  }
}

/** An empty group without offsets goes by itself in time; where it may not be deleted, that has to do. */
async function forget(kafka: Kafka, groupId: string): Promise<void> {
  const admin = kafka.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    // What was read stands, whatever becomes of the group.
  } finally {
    await admin.disconnect();
  }
}

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`;

async function endsOf(kafka: Kafka, topics: readonly string[]): Promise<ReadonlyMap<string, Stretch>> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const known = new Set(await admin.listTopics());
    const ends = new Map<string, Stretch>();
    for (const topic of topics) {
      if (!known.has(topic)) {
        throw new KeywardenError('CONFIG', `Kafka shows no topic ${topic}; run "keywarden setup" once`);
      }
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        ends.set(keyOf(topic, partition), { topic, partition, from: Number(low), to: Number(high) });
      }
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
}

/** Of each partition what is wanted and there; partitions without any are left out. */
function wantedOf(stretches: readonly Stretch[], ends: ReadonlyMap<string, Stretch>): ReadonlyMap<string, Wanted> {
  const spans = new Map<string, Span[]>();
  for (const { topic, partition, from, to } of stretches) {
    const key = keyOf(topic, partition);
    const end = ends.get(key);
    const span = { from: Math.max(from, end?.from ?? 0), to: Math.min(to, end?.to ?? 0) };
    if (span.from >= span.to) continue;
    const list = spans.get(key);
    if (list === undefined) spans.set(key, [span]);
    else list.push(span);
  }
  return new Map([...spans].map(([key, list]) => [key, new Wanted(list)]));
}

async function readAll(
  consumer: Consumer,
  topics: readonly string[],
  wanted: ReadonlyMap<string, Wanted>,
  onMessage: OnMessage,
): Promise<void> {
  const end = Promise.withResolvers<void>();
  const stop = new AbortController();
  const fail = (error: unknown): void => {
    stop.abort();
    end.reject(error);
  };
  // It is awaited below; until then a failure must not end the process.
  end.promise.catch(() => {});
  const quiet = setTimeout(
    () => fail(new KeywardenError('KAFKA', `${topics.join(', ')}: nothing came for ${QUIET_MS / 1_000} s`)),
    QUIET_MS,
  );
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) fail(new KeywardenError('KAFKA', error.message, { cause: error }));
  });
  // Also told of batches that hold nothing but marks of transactions, which `eachBatch` never sees.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    quiet.refresh();
    const left = wanted.get(keyOf(topic, partition));
    left?.pass(Number(lastOffset));
    steer(consumer, topic, partition, left, Number(lastOffset) + 1);
    if (isDone(wanted)) end.resolve();
  });
  const take: OnMessage = async (message, topic, partition) => {
    quiet.refresh();
    await onMessage(message, topic, partition).catch(fail);
  };
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: payload => readBatch(payload, wanted, take, stop.signal) });
    for (const [key, left] of wanted) {
      const at = key.lastIndexOf('/');
      steer(consumer, key.slice(0, at), Number(key.slice(at + 1)), left, 0);
    }
    await end.promise;
  } finally {
    clearTimeout(quiet);
  }
}

/** Whether kafkajs calls the batch stale does not matter: what is wanted is known by its offset. */
async function readBatch(
  { batch: { topic, partition, messages }, heartbeat }: EachBatchPayload,
  wanted: ReadonlyMap<string, Wanted>,
  take: OnMessage,
  stop: AbortSignal,
): Promise<void> {
  const left = wanted.get(keyOf(topic, partition));
  for (const message of messages) {
    if (left?.next === undefined || stop.aborted) return;
    if (!left.take(Number(message.offset))) continue;
    await take(message, topic, partition);
    await heartbeat();
  }
}

/** Passes over what nobody wants: jumps to the next wanted offset, or reads a partition no further. */
function steer(consumer: Consumer, topic: string, partition: number, left: Wanted | undefined, at: number): void {
  if (left?.next === undefined) consumer.pause([{ topic, partitions: [partition] }]);
  else if (left.next > at) consumer.seek({ topic, partition, offset: String(left.next) });
}

const isDone = (wanted: ReadonlyMap<string, Wanted>): boolean =>
  [...wanted.values()].every(({ next }) => next === undefined);
