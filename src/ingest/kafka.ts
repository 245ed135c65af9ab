import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../model/record.ts';
import { firstPlace, wasJudged } from './replayed.ts';

const EMPTY = Buffer.alloc(0);

/** A Kafka message as a record; a tombstone is an empty one, and a replayed one stands where it stood first. */
export function recordOf(
  { value, headers, offset, timestamp }: KafkaMessage,
  topic: string,
  partition: number,
  cluster: string | undefined,
): LogRecord {
  const first = firstPlace(headers, topic);
  const bytes = value ?? EMPTY;
  const receivedAt = timeOf(timestamp);
  if (first === undefined) return { bytes, origin: { topic, partition, offset: Number(offset) }, cluster, receivedAt };
  return { bytes, origin: first, cluster, receivedAt, wasJudged: wasJudged(headers) };
}

/** The last millisecond that a date can hold (ECMA-262). A producer may write any 64 bits as the time of its record. */
const LAST_MS = 8.64e15;

/** The time of a record in milliseconds since 1970; undefined for what is none. */
export function timeOf(text: string): number | undefined {
  const ms = Number(text);
  return ms >= 0 && ms <= LAST_MS ? ms : undefined;
}

/** Waits for `ready` while the group is told that we live. `again` says whether to go on waiting. */
export async function waitWithHeartbeat(
  again: () => boolean,
  ready: () => Promise<void>,
  heartbeat: EachBatchPayload['heartbeat'],
  everyMs: number,
): Promise<void> {
  while (again()) {
    const tick = Promise.withResolvers<void>();
    const timer = setTimeout(tick.resolve, everyMs);
    await Promise.race([ready(), tick.promise]);
    clearTimeout(timer);
    await heartbeat();
  }
}
