import { z } from 'zod';

/** Key of the record of the state topic; no row of a baseline has it. */
export const SINGLES = 'singles';
/** Of the format; a reader passes over rows of any other. */
const VERSION = 1;

const Place = z.tuple([z.string(), z.int(), z.int(), z.number(), z.array(z.string())]);
const Row = z.object({ v: z.literal(VERSION), next: z.int().min(0), received: z.array(Place) });

/**
 * How far matches of rules of one event were taken in: all below the offset `next` of the signals topic; and for each
 * partition of the logs the last place that had a match: its offset, item, latest time (ms since 1970) and rules.
 */
export type SinglesRow = {
  readonly next: number;
  readonly received: readonly (readonly [
    source: string,
    offset: number,
    item: number,
    latest: number,
    inputs: readonly string[],
  ])[];
};

export const writeSinglesRow = (row: SinglesRow): string => JSON.stringify({ v: VERSION, ...row });

/** Undefined for what is none of ours, or of another version. */
export function readSinglesRow(value: Buffer | null | undefined): SinglesRow | undefined {
  try {
    return Row.safeParse(JSON.parse(value?.toString() ?? '')).data;
  } catch {
    return undefined;
  }
}
