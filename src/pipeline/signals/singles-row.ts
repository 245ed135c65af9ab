import { z } from 'zod';

/** Key of the record of the state topic, for each group of processes its own; no row of a baseline has such a key. */
export const singlesKey = (groupId: string): string => `singles:${groupId}`;

/** Of the format; a reader passes over rows of any other. */
const VERSION = 1;

const Offset = z.int().min(0);
const Last = z.tuple([z.string(), z.string(), z.int(), z.int(), z.number()]);
const Row = z.object({ v: z.literal(VERSION), next: Offset, received: z.array(Last), parked: z.array(Offset) });

/**
 * How far matches of rules of one event were taken in: all below the offset `next` of the signals topic but those at
 * `parked`, whose rule is not in force yet. And for each partition of the logs and each rule the last place that had a
 * match: its offset, item, and the latest time (ms since 1970) at which Kafka took such a record.
 */
export type SinglesRow = {
  readonly next: number;
  readonly received: readonly (readonly [
    source: string,
    input: string,
    offset: number,
    item: number,
    latest: number,
  ])[];
  readonly parked: readonly number[];
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
