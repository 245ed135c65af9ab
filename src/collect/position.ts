import { z } from 'zod';

/** How far an etcd has been told. */
export type Position = {
  readonly clusterId: string;
  readonly history: number;
  /** A revision that was there. */
  readonly revision: number;
  /** Where the watch goes on. */
  readonly next: number;
  /** In milliseconds since 1970: `next` and what follows came later; undefined where nothing is known. */
  readonly after: number | undefined;
  /** A write that was told, by which this history is known again. */
  readonly last: Told | undefined;
};

export type Told = { readonly revision: number; readonly digest: string };

const time = z.iso.datetime().optional();
const Record = z.object({
  etcd_watch: z.object({
    type: z.enum(['revision', 'progress', 'collector']),
    cluster_id: z.string(),
    history: z.int(),
    revision: z.int(),
    next: z.int().optional(),
    after: time,
    up_to: time,
    last_revision: z.int().optional(),
    last_digest: z.string().optional(),
  }),
});

/** The position that a record in Kafka leaves behind; undefined where it is none of ours. */
export function readPosition(text: string): Position | undefined {
  try {
    const { data } = Record.safeParse(JSON.parse(text));
    return data === undefined ? undefined : positionAfter(data.etcd_watch);
  } catch {
    return undefined;
  }
}

/** A revision is told again, since its record may have been the first of several keys: the ids of the events are the same. */
function positionAfter(record: z.output<typeof Record>['etcd_watch']): Position {
  const { type, cluster_id: clusterId, history, revision, next, after, up_to, last_revision, last_digest } = record;
  const isKnown = last_revision !== undefined && last_digest !== undefined;
  return {
    clusterId,
    history,
    revision,
    next: next ?? (type === 'progress' ? revision + 1 : revision),
    // What is told from the beginning of a history may be older than anything.
    after: next === 1 ? undefined : timeOf(up_to ?? after),
    last: isKnown ? { revision: last_revision, digest: last_digest } : undefined,
  };
}

/** The later of two positions; where it names no write that was told, that of the one before stays in force. */
export const later = (before: Position | undefined, position: Position): Position =>
  before !== undefined && before.history === position.history && before.clusterId === position.clusterId
    ? { ...position, last: position.last ?? before.last }
    : position;

const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));
