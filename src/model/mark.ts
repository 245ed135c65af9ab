import type { Dataset } from './event.ts';

/** What the reader of a partition says of it; all signals from before are in the signals topic ahead of the mark. */
export type Mark = {
  /** The partition that is read, `topic/3`. */
  readonly producer: string;
  /** When its reader got it, by the reader's clock, in milliseconds since 1970: of two readers the later one knows. */
  readonly since: number;
  /** All there is was read, and for some time nothing came but of the streams that are named. */
  readonly idle: boolean;
  readonly streams: readonly StreamMark[];
};

/** How far the events of one cluster and data set have come in a partition. */
export type StreamMark = {
  /** `orchestrator.cluster.name`; empty where unknown. */
  readonly cluster: string;
  readonly dataset: Dataset;
  /** The latest of their times, in milliseconds since 1970. */
  readonly reached: number;
  /** All there is was read, and for some time nothing came. */
  readonly idle: boolean;
};

/** What one process says of all partitions that it reads. */
export type Marks = {
  /** By its own clock, in milliseconds since 1970. */
  readonly at: number;
  readonly marks: readonly Mark[];
};
