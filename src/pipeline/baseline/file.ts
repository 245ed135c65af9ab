import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { KeywardenError, messageOf } from '../../errors.ts';
import type { BaselineRow } from '../../model/baseline.ts';
import { readBaselineRow, writeBaselineRow } from '../../model/baseline-record.ts';

/** A baseline as text: a row of JSON a line. */
export const baselineText = (rows: readonly BaselineRow[]): string =>
  rows.map(row => `${writeBaselineRow(row)}\n`).join('');

/** The rows of a file that `keywarden baseline learn` has written. Throws FILE naming file and line. */
export async function readBaseline(path: string): Promise<readonly BaselineRow[]> {
  const rows: BaselineRow[] = [];
  let number = 0;
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (line.trim() === '') continue;
      const row = readBaselineRow(Buffer.from(line));
      if (row === undefined) throw noRow(path, number);
      rows.push(row);
    }
  } catch (cause) {
    if (cause instanceof KeywardenError) throw cause;
    const { code = messageOf(cause) } = cause as NodeJS.ErrnoException;
    throw new KeywardenError('FILE', `${path} (${code}); ${REMEDY}`, { cause });
  }
  return rows;
}

/** The rows of several files; they add up. */
export const readBaselineFiles = async (paths: readonly string[]): Promise<readonly BaselineRow[]> =>
  (await Promise.all(paths.map(readBaseline))).flat();

const REMEDY = '"keywarden baseline learn" writes such files';

const noRow = (path: string, line: number): KeywardenError =>
  new KeywardenError('FILE', `${path}:${line}: is no row of a baseline; ${REMEDY}`);
