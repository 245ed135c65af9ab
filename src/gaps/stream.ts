import type { Dataset } from '../model/event.ts';

/** A partition as an audit stream: what its events are, and how far it has come. */
export type Stream = {
  readonly topic: string;
  readonly partition: number;
  readonly namespace: string;
  cluster: string | undefined;
  dataset: Dataset;
  /** The time of its latest event; undefined before the first. */
  latest: string | undefined;
  /** The beginning of `latest` up to the minute: events within it need no arithmetic. */
  minute: string;
  /** When a record last came, in milliseconds since 1970 by our clock. */
  heard: number;
  silent: boolean;
  offset: number;
  /** When a jump was last told, by our clock. */
  told: number;
};

/** A stream of which nothing is known yet but that it should speak. */
export const newStream = (
  topic: string,
  partition: number,
  namespace: string,
  cluster: string | undefined,
  now: number,
): Stream => ({
  topic,
  partition,
  namespace,
  cluster,
  // Until an event tells which: most streams are the API server's.
  dataset: 'kubernetes.audit_logs',
  latest: undefined,
  minute: '',
  heard: now,
  silent: false,
  offset: -1,
  told: Number.NEGATIVE_INFINITY,
});
