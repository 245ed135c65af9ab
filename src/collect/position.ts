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
};

const time = z.iso.datetime().optional();
const Told = z.object({
  etcd_watch: z.object({
    type: z.enum(['revision', 'progress', 'collector']),
    cluster_id: z.string(),
    history: z.int(),
    revision: z.int(),
    next: z.int().optional(),
    after: time,
    up_to: time,
  }),
});

/** The position that a record in Kafka leaves behind; undefined where it is none of ours. */
export function readPosition(text: string): Position | undefined {
  try {
    const { data } = Told.safeParse(JSON.parse(text));
    return data === undefined ? undefined : positionAfter(data.etcd_watch);
  } catch {
    return undefined;
  }
}

/** A revision is told again, since its record may have been the first of several keys: the ids of the events are the same. */
function positionAfter({
  type,
  cluster_id: clusterId,
  history,
  revision,
  next,
  after,
  up_to,
}: z.output<typeof Told>['etcd_watch']): Position {
  return {
    clusterId,
    history,
    revision,
    next: next ?? (type === 'progress' ? revision + 1 : revision),
    // What is told from the beginning of a history may be older than anything.
    after: next === 1 ? undefined : timeOf(up_to ?? after),
  };
}

const timeOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text));
