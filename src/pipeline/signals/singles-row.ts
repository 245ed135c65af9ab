import { z } from 'zod';

/** Key of the record of the state topic, for each group of processes its own; no row of a baseline has such a key. */
export const singlesKey = (groupId: string): string => `singles:${groupId}`;

/** Of the format; a reader passes over rows of any other. */
const VERSION = 1;
/** A broker takes a record of 1,048,588 bytes by default (`message.max.bytes`). */
const MAX_BYTES = 900_000;

const Offset = z.int().min(0);
const Last = z.tuple([z.int().min(0), z.int().min(0), z.int(), z.int(), z.number()]);
const Row = z.object({
  v: z.literal(VERSION),
  next: Offset,
  parked: z.array(Offset),
  /** Sources and inputs, each once; `received` names them by their places here. */
  names: z.array(z.string()),
  received: z.array(Last),
});

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

/** The row as text that a broker takes: where it would be too large, the half of `received` that had no match for longest is left out. */
export function writeSinglesRow(row: SinglesRow): string {
  const { next, parked, received } = row;
  const names = new Map<string, number>();
  const placeOf = (name: string): number => {
    const place = names.get(name) ?? names.size;
    names.set(name, place);
    return place;
  };
  const lasts = received.map(([source, input, ...last]) => [placeOf(source), placeOf(input), ...last]);
  const text = JSON.stringify({ v: VERSION, next, parked, names: [...names.keys()], received: lasts });
  if (Buffer.byteLength(text) <= MAX_BYTES || received.length === 0) return text;
  const latest = received.toSorted(([, , , , a], [, , , , b]) => b - a).slice(0, received.length / 2);
  return writeSinglesRow({ ...row, received: latest });
}

/** Undefined for what is none of ours, or of another version. */
export function readSinglesRow(value: Buffer | null | undefined): SinglesRow | undefined {
  try {
    const { data } = Row.safeParse(JSON.parse(value?.toString() ?? ''));
    if (data === undefined) return undefined;
    const { next, parked, names } = data;
    const received = data.received.map(
      ([source, input, ...last]) => [names[source] ?? '', names[input] ?? '', ...last] as const,
    );
    return { next, parked, received };
  } catch {
    return undefined;
  }
}
