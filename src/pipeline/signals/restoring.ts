import type { Kafka, Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { type BaselineRow, keyOfRow } from '../../model/baseline.ts';
import { type Kept, type Rows, readBaselines, writeBaseline, writeImport } from './baselines.ts';
import { type Import, type Imports, rowsOf } from './imports.ts';

export type RestoringPorts = {
  readonly kafka: Kafka;
  readonly producer: Pick<Producer, 'send'>;
  /** The state topic, and what the names of groups that read it begin with. */
  readonly topic: string;
  readonly groupId: string;
  readonly log: Logger;
};

/**
 * What the programs of these partitions have seen before. What files tell is written into the state topic once, before the
 * first signal is evaluated; from then on it grows and is forgotten as if it had been seen. Throws KAFKA, and CONFIG where
 * there is no such topic.
 */
export async function restored(
  { kafka, producer, topic, groupId, log }: RestoringPorts,
  { byPartition }: Imports,
  partitions: readonly number[],
): Promise<Rows> {
  const rows = new Map<number, readonly BaselineRow[]>();
  for (const [partition, kept] of await readBaselines(kafka, topic, groupId, partitions)) {
    const news = newsOf(byPartition.get(partition), kept);
    if (news !== undefined) {
      const changes = news.rows.map(row => ({ key: keyOfRow(row), row }));
      await writeBaseline(producer, topic, partition, changes);
      await writeImport(producer, topic, partition, news.id, Date.now());
      log.info({ topic, partition, rows: changes.length }, 'baselines imported');
    }
    // Where there is room for fewer, what was put in first goes.
    rows.set(partition, [...(news?.rows ?? []), ...kept.rows.values()]);
  }
  return rows;
}

/** What a partition does not hold yet. */
const newsOf = (wanted: Import | undefined, kept: Kept) =>
  wanted === undefined || kept.imports.has(wanted.id) ? undefined : { id: wanted.id, rows: rowsOf(wanted, kept) };
