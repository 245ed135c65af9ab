import type { Admin, EachBatchPayload } from 'kafkajs';
import type { Logger } from 'pino';
import { untilDone } from '../backoff.ts';
import type { ElasticsearchWriter } from '../deliver/elasticsearch/writer.ts';
import type { DeadLetterWriter } from '../deliver/kafka/deadletters.ts';
import type { Gaps } from '../gaps/gaps.ts';
import { recordOf, waitWithHeartbeat } from '../ingest/kafka.ts';
import { isReplayed } from '../ingest/replayed.ts';
import type { Alerting } from './alerting.ts';
import type { Commits } from './commits.ts';
import type { Progress } from './progress.ts';
import type { Signalling } from './signals/signalling.ts';
import type { Reread, Stages } from './stages.ts';

/** How often the group is told that we live, at least. */
export const HEARTBEAT_EVERY_MS = 1_000;

/** What reading a batch needs. */
export type Reading = {
  readonly stages: Stages;
  readonly writer: ElasticsearchWriter;
  readonly alerting: Alerting;
  readonly letters: DeadLetterWriter;
  readonly commits: Commits;
  readonly gaps: Gaps;
  readonly positions: Positions;
  readonly signalling: Signalling;
  readonly log: Logger;
  readonly clusterOf: (topic: string) => string | undefined;
  readonly stop: AbortSignal;
};

/** Where a partition stands, asked for as long as it takes. */
export type Positions = {
  /** The highest offset that is in the index, or -1. */
  readonly delivered: (topic: string, partition: number) => Promise<number>;
  /** Those of the ids that the index has. */
  readonly indexed: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** The offset that the group has committed; undefined before the first commit and after a reset. */
  readonly committed: (topic: string, partition: number) => Promise<number | undefined>;
  /** The first offset that the broker still has. */
  readonly logStart: (topic: string, partition: number) => Promise<number>;
};

/** Takes a batch through the stages, as fast as what is delivered leaves room. */
export async function readBatch(payload: EachBatchPayload, reading: Reading): Promise<void> {
  const { topic, partition } = payload.batch;
  // kafkajs may still hand over what was fetched before the partition was given away.
  if (!reading.commits.holds(topic, partition)) return;
  const progress = reading.commits.progressOf(topic, partition);
  try {
    await takeBatch(payload, reading, progress);
  } catch (error) {
    // kafkajs reads the batch again, with or without joining the group anew.
    progress.doubt();
    throw error;
  }
}

async function takeBatch(payload: EachBatchPayload, reading: Reading, progress: Progress): Promise<void> {
  const { batch, heartbeat, resolveOffset, isRunning, isStale } = payload;
  const { stages, writer, alerting, letters, signalling, commits, gaps, clusterOf, stop } = reading;
  const { topic, partition, messages } = batch;
  const cluster = clusterOf(topic);
  const writers = [letters, writer, signalling.sending.writer, alerting.writer];
  const fullOne = () => writers.find(({ full }) => full);
  const isFull = (): boolean => !stop.aborted && fullOne() !== undefined;
  const room = async (): Promise<void> => fullOne()?.room();
  gaps.hear({ topic, partition }, Number(batch.lastOffset()));
  if (!progress.sure) await lookUp(payload, reading, progress);
  if (stop.aborted) return;
  await tellLost(payload, reading, progress);
  for (let i = 0; i < messages.length; ) {
    if (isFull()) await waitWithHeartbeat(isFull, room, heartbeat, HEARTBEAT_EVERY_MS);
    if (stop.aborted || !isRunning() || isStale() || !commits.holds(topic, partition)) return;
    const message = messages[i];
    if (message === undefined) break;
    if (isReplayed(message.headers)) {
      const records = putBackFrom(messages, i).map(put => ({
        record: recordOf(put, topic, partition, cluster),
        offset: Number(put.offset),
      }));
      await takeReplayed(records, payload, reading, progress);
      if (stop.aborted) return;
      for (const { offset } of records) progress.read(offset);
      i += records.length;
      continue;
    }
    const offset = Number(message.offset);
    stages.process(recordOf(message, topic, partition, cluster), progress, offset, partition);
    progress.read(offset);
    i += 1;
  }
  progress.passed(Number(batch.lastOffset()));
  resolveOffset(batch.lastOffset());
  await heartbeat();
}

/** Records that are put back come together; so many (and so many bytes) are looked up at once. */
const MAX_REPLAYED = 200;
const MAX_REPLAYED_BYTES = 8_000_000;

/** The messages from `from` on that were put back by a replay. */
function putBackFrom(messages: Messages, from: number): Messages {
  let to = from;
  for (let bytes = 0; to - from < MAX_REPLAYED && bytes < MAX_REPLAYED_BYTES; to += 1) {
    const message = messages[to];
    if (message === undefined || !isReplayed(message.headers)) break;
    bytes += message.value?.length ?? 0;
  }
  return messages.slice(from, to);
}

type Messages = EachBatchPayload['batch']['messages'];

/** What was delivered before has to be found, so all that is on its way is delivered first. */
async function takeReplayed(
  records: readonly Reread[],
  { batch: { partition }, heartbeat }: EachBatchPayload,
  { stages, writer, positions, stop }: Reading,
  progress: Progress,
): Promise<void> {
  let isDone = false;
  const take = async (): Promise<void> => {
    await writer.flush();
    await stages.replay(records, progress, partition, positions.indexed);
    isDone = true;
  };
  const taken = take();
  // The stop gives up what is not settled; here it only ends the waiting.
  taken.catch(() => {});
  const waits = (): boolean => !isDone && !stop.aborted;
  await waitWithHeartbeat(waits, () => taken, heartbeat, HEARTBEAT_EVERY_MS);
}

/**
 * Finds how far the partition was delivered before it became ours: from there on nothing can be in the index already.
 * What is on its way is delivered first, since it may be of this partition too.
 */
async function lookUp(
  payload: EachBatchPayload,
  { writer, alerting, positions, stop }: Reading,
  progress: Progress,
): Promise<void> {
  const { topic, partition, highWatermark } = payload.batch;
  // A replay header can name any offset; what is not in the log yet cannot have been delivered.
  const last = Number(highWatermark) - 1;
  const find = async (): Promise<void> => {
    await writer.flush();
    await alerting.prepare(topic, partition, Number(payload.batch.firstOffset()));
    const delivered = await positions.delivered(topic, partition);
    // Where what was committed is gone, kafkajs has committed a reset over it; what is in the index still tells.
    const next = (await positions.committed(topic, partition)) ?? (delivered < 0 ? undefined : delivered + 1);
    progress.begin(Math.min(delivered, last), next);
  };
  const found = find();
  // The stop gives up what is not settled; here it only ends the waiting.
  found.catch(() => {});
  const unsure = (): boolean => !progress.sure && !stop.aborted;
  await waitWithHeartbeat(unsure, () => found, payload.heartbeat, HEARTBEAT_EVERY_MS);
}

/** kafkajs goes on at the log's start when what it asks for is gone, and says nothing. */
async function tellLost({ batch }: EachBatchPayload, reading: Reading, progress: Progress): Promise<void> {
  const { topic, partition } = batch;
  const first = Number(batch.firstOffset());
  const expected = progress.expected;
  if (expected === undefined || first <= expected) return;
  // Offsets are also left out by transactions and compaction; those are not below the log's start.
  if ((await reading.positions.logStart(topic, partition)) <= expected) return;
  const gap = reading.gaps.lost({ topic, partition }, expected, first);
  reading.log.warn({ origin: gap.origin }, gap.document.message);
  reading.stages.tell(gap, progress, first);
}

/** Asks Kafka for positions, again and again while it is away. */
export const kafkaPositions = (
  admin: Admin,
  groupId: string,
  onWait: (error: unknown, attempt: number, ms: number) => void,
  signal: AbortSignal,
): Pick<Positions, 'committed' | 'logStart'> => ({
  committed: (topic, partition) =>
    untilDone(
      async () => {
        const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
        const offset = Number(answer?.partitions.find(place => place.partition === partition)?.offset ?? -1);
        return offset < 0 ? undefined : offset;
      },
      onWait,
      signal,
    ),
  logStart: (topic, partition) =>
    untilDone(
      async () => {
        const offsets = await admin.fetchTopicOffsets(topic);
        return Number(offsets.find(place => place.partition === partition)?.low ?? 0);
      },
      onWait,
      signal,
    ),
});
