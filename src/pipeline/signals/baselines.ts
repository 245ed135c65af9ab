import type { Kafka, Producer } from 'kafkajs';
import type { BaselineChange } from '../../detect/state/baseline.ts';
import { readStretches, wholeTopic } from '../../ingest/topic.ts';
import type { BaselineRow } from '../../model/baseline.ts';
import { readBaselineRow, writeBaselineRow } from '../../model/baseline-record.ts';
import { readSinglesRow, type SinglesRow, singlesKey, writeSinglesRow } from './singles-row.ts';

/** Rows in one request. */
const MAX_BATCH = 2_000;

/** What a partition of the state topic holds for the same one of the signals topic. */
export type Kept = {
  /** What its programs have seen. */
  readonly rows: readonly BaselineRow[];
  readonly singles: SinglesRow | undefined;
};

export type KeptParts = ReadonlyMap<number, Kept>;

/** Reads what the partitions of the state topic hold, of matches of rules of one event what this group has left; of each row the last record tells. Throws KAFKA, and CONFIG where there is no such topic. */
export async function readKept(
  kafka: Kafka,
  topic: string,
  groupId: string,
  partitions: readonly number[],
): Promise<KeptParts> {
  const kept = new Map(partitions.map(partition => [partition, new Map<string, Buffer | null>()]));
  const stretches = (await wholeTopic(kafka, topic)).filter(({ partition }) => kept.has(partition));
  await readStretches(kafka, groupId, stretches, async ({ key, value }, _topic, partition) => {
    kept.get(partition)?.set(key?.toString() ?? '', value);
  });
  return new Map([...kept].map(([partition, records]) => [partition, keptOf(records, singlesKey(groupId))]));
}

function keptOf(records: ReadonlyMap<string, Buffer | null>, singles: string): Kept {
  const rows = [...records.values()].flatMap(value => readBaselineRow(value) ?? []);
  return { rows, singles: readSinglesRow(records.get(singles)) };
}

/** Resolves once the brokers have the row. */
export async function writeSingles(
  producer: Pick<Producer, 'send'>,
  topic: string,
  groupId: string,
  partition: number,
  row: SinglesRow,
): Promise<void> {
  const message = { key: singlesKey(groupId), partition, value: writeSinglesRow(row) };
  await producer.send({ topic, acks: -1, messages: [message] });
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
