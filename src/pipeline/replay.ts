import { type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { wait } from '../backoff.ts';
import type { Config } from '../config/schema.ts';
import { KeywardenError } from '../errors.ts';
import { openSource, type Source } from '../ingest/files.ts';
import { withKafka } from './connections.ts';

export type ReplayPlan = { readonly topic: string; readonly rate: number | undefined; readonly loop: boolean };

const MAX_BATCH_BYTES = 500_000;
const MAX_BATCH_LINES = 1_000;
/** At a given rate a batch is what falls into this time, so that the topic fills evenly. */
const SLICE_MS = 100;

/** Puts the lines of files into a topic, in order and without keys. Resolves with their number, at the end or when stopped. Throws KAFKA, and USAGE where the topic is missing: a broker's idea of how to make it would not be that of setup. */
export const replay = (
  config: Config,
  sources: readonly Source[],
  plan: ReplayPlan,
  log: Logger,
  onBytes: (count: number) => void,
  stop: AbortSignal,
): Promise<number> =>
  withKafka(config, log, async kafka => {
    await assertTopic(kafka, plan.topic);
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    try {
      await producer.connect();
      return await sendAll(producer, sources, plan, onBytes, stop);
    } finally {
      await producer.disconnect();
    }
  });

async function assertTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    if ((await admin.listTopics()).includes(topic)) return;
  } finally {
    await admin.disconnect();
  }
  throw new KeywardenError(
    'USAGE',
    `Kafka shows no topic ${topic}; create it first ("keywarden setup" makes those of the configuration)`,
  );
}

async function sendAll(
  producer: Producer,
  sources: readonly Source[],
  { topic, rate, loop }: ReplayPlan,
  onBytes: (count: number) => void,
  stop: AbortSignal,
): Promise<number> {
  const started = Date.now();
  const maxLines = rate === undefined ? MAX_BATCH_LINES : Math.max(1, Math.floor((rate * SLICE_MS) / 1_000));
  let sent = 0;
  do {
    for await (const batch of batches(sources, maxLines, onBytes)) {
      if (stop.aborted) return sent;
      await producer.send({ topic, acks: -1, messages: batch.map(value => ({ value })) });
      sent += batch.length;
      const ahead = rate === undefined ? 0 : (sent / rate) * 1_000 - (Date.now() - started);
      if (ahead > 0) await wait(ahead, stop).catch(() => {});
    }
  } while (loop && !stop.aborted);
  return sent;
}

async function* batches(
  sources: readonly Source[],
  maxLines: number,
  onBytes: (count: number) => void,
): AsyncGenerator<readonly Buffer[]> {
  let batch: Buffer[] = [];
  let size = 0;
  let before = 0;
  for (const source of sources) {
    const { lines, bytesRead } = openSource(source);
    for await (const { bytes } of lines) {
      if (bytes === undefined || bytes.length === 0) continue;
      batch.push(bytes);
      size += bytes.length;
      if (batch.length < maxLines && size < MAX_BATCH_BYTES) continue;
      onBytes(before + bytesRead());
      yield batch;
      batch = [];
      size = 0;
    }
    before += bytesRead();
  }
  if (batch.length > 0) yield batch;
}
