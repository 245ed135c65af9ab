import type { Logger } from 'pino';
import type { BaselineChange } from '../../detect/state/baseline.ts';
import { type BaselineRow, keyOfRow } from '../../model/baseline.ts';
import type { Kept, KeptParts } from './baselines.ts';
import { type Import, type Imports, rowsOf } from './imports.ts';

/** Stands where a row has its program in the row that says what was imported; no rule has such an id. */
const IMPORT = 'keywarden:import';

export type ImportingPorts = {
  /** Resolves once the rows are safe in the state topic. */
  readonly keep: (partition: number, changes: readonly BaselineChange[]) => Promise<void>;
  readonly log: Logger;
};

/**
 * What was seen before by the partitions' programs, and what files know of them. That is written into the state topic once,
 * before the first signal is evaluated; from then on it grows and is forgotten as if it had been seen.
 */
export async function withImports(
  before: KeptParts,
  { byPartition }: Imports,
  ports: ImportingPorts,
): Promise<KeptParts> {
  const parts = new Map<number, Kept>();
  for (const [partition, kept] of before) {
    const seen = kept.rows.filter(({ program }) => program !== IMPORT);
    const news = await imported(partition, byPartition.get(partition), kept.rows, ports);
    // Whoever gets the partition next finds it in the topic.
    byPartition.delete(partition);
    // Where there is room for fewer, what is put in first goes.
    parts.set(partition, { ...kept, rows: [...news, ...seen] });
  }
  return parts;
}

/** The row that says so comes last, so that what was broken off is done again. */
async function imported(
  partition: number,
  wanted: Import | undefined,
  held: readonly BaselineRow[],
  { keep, log }: ImportingPorts,
): Promise<readonly BaselineRow[]> {
  if (wanted === undefined || held.some(({ program, cluster }) => program === IMPORT && cluster === wanted.id))
    return [];
  const rows = rowsOf(wanted, held);
  await keep(partition, rows.map(changeOf));
  const now = Date.now();
  const done = { program: IMPORT, cluster: wanted.id, terms: [], firstSeen: now, lastSeen: now };
  await keep(partition, [changeOf(done)]);
  log.info({ partition, rows: rows.length }, 'baselines imported');
  return rows;
}

const changeOf = (row: BaselineRow): BaselineChange => ({ key: keyOfRow(row), row });
