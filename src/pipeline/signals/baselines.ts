import type { Kafka, Producer } from 'kafkajs';
import type { BaselineChange } from '../../detect/state/baseline.ts';
import { readStretches, wholeTopic } from '../../ingest/topic.ts';
import type { BaselineRow } from '../../model/baseline.ts';
import { readBaselineRow, writeBaselineRow } from '../../model/baseline-record.ts';

/** Rows in one request. */
const MAX_BATCH = 2_000;
/** Begins the key of a record that says what was imported, which is no row. */
const IMPORT = 'import/';

/** What was seen before, by the partition of the signals topic whose programs have seen it: the same one of the state topic. */
export type Rows = ReadonlyMap<number, readonly BaselineRow[]>;

/** What a partition of the state topic holds. */
export type Kept = {
  /** By the row's name. */
  readonly rows: ReadonlyMap<string, BaselineRow>;
  /** Ids of what was imported into it. */
  readonly imports: ReadonlySet<string>;
};

/** Reads what the partitions of the state topic hold; of each row the last record tells. Throws KAFKA, and CONFIG where there is no such topic. */
export async function readBaselines(
  kafka: Kafka,
  topic: string,
  groupId: string,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, Kept>> {
  const kept = new Map(
    partitions.map(partition => [partition, { rows: new Map<string, BaselineRow>(), imports: new Set<string>() }]),
  );
  const stretches = (await wholeTopic(kafka, topic)).filter(({ partition }) => kept.has(partition));
  await readStretches(kafka, groupId, stretches, async ({ key, value }, _topic, partition) => {
    const name = key?.toString() ?? '';
    const row = readBaselineRow(value);
    if (name.startsWith(IMPORT)) kept.get(partition)?.imports.add(name.slice(IMPORT.length));
    else if (row === undefined) kept.get(partition)?.rows.delete(name);
    else kept.get(partition)?.rows.set(name, row);
  });
  return kept;
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

/** Says that all of an import is in the partition; `at` in milliseconds since 1970. */
export async function writeImport(
  producer: Pick<Producer, 'send'>,
  topic: string,
  partition: number,
  id: string,
  at: number,
): Promise<void> {
  const value = JSON.stringify({ imported: new Date(at).toISOString() });
  await producer.send({ topic, acks: -1, messages: [{ key: `${IMPORT}${id}`, partition, value }] });
}
