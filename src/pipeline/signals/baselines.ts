import type { Kafka, Producer } from 'kafkajs';
import type { BaselineChange } from '../../detect/state/baseline.ts';
import { readStretches, wholeTopic } from '../../ingest/topic.ts';
import type { BaselineRow } from '../../model/baseline.ts';
import { readBaselineRow, writeBaselineRow } from '../../model/baseline-record.ts';

/** Rows in one request. */
const MAX_BATCH = 2_000;

/** What was seen before, by the partition of the signals topic whose programs have seen it: the same one of the state topic. */
export type Rows = ReadonlyMap<number, readonly BaselineRow[]>;

/** Reads what the partitions of the state topic hold; of each row the last record tells. Throws KAFKA, and CONFIG where there is no such topic. */
export async function readBaselines(
  kafka: Kafka,
  topic: string,
  groupId: string,
  partitions: readonly number[],
): Promise<Rows> {
  const rows = new Map(partitions.map(partition => [partition, new Map<string, BaselineRow>()]));
  const stretches = (await wholeTopic(kafka, topic)).filter(({ partition }) => rows.has(partition));
  await readStretches(kafka, groupId, stretches, async ({ key, value }, _topic, partition) => {
    const name = key?.toString() ?? '';
    const row = readBaselineRow(value);
    if (row === undefined) rows.get(partition)?.delete(name);
    else rows.get(partition)?.set(name, row);
  });
  return new Map([...rows].map(([partition, held]) => [partition, [...held.values()]]));
}

/** Resolves once the brokers have the changes; those of one row in order. */
export async function writeBaseline(
  producer: Pick<Producer, 'send'>,
  topic: string,
  partition: number,
  changes: readonly BaselineChange[],
): Promise<void> {
  const messages = changes.map(({ key, row }) => ({
    ...{ key, partition },
    value: row === undefined ? null : writeBaselineRow(row),
  }));
  for (let from = 0; from < messages.length; from += MAX_BATCH) {
    await producer.send({ topic, acks: -1, messages: messages.slice(from, from + MAX_BATCH) });
  }
}
