import type { Dataset } from './event.ts';

/** How far the events of one cluster and data set have come in a partition that is read. */
export type Mark = {
  /** The partition, `topic/3`. */
  readonly producer: string;
  /** `orchestrator.cluster.name`; empty where unknown. */
  readonly cluster: string;
  readonly dataset: Dataset | 'json';
  /** The latest of their times, in milliseconds since 1970. */
  readonly reached: number;
  /** All was read, and the time of the events would have come so far since if there had been any. */
  readonly idle?: number;
};

/** A partition that was read to its end, and held nothing new but of the streams that are named, until this moment. */
export type Silent = { readonly producer: string; readonly until: number };

/** What one process says of all partitions that it reads. All signals from before are in the signals topic ahead of it. */
export type Marks = {
  /** By its own clock, in milliseconds since 1970. */
  readonly at: number;
  readonly marks: readonly Mark[];
  readonly silent: readonly Silent[];
};

/** An explanation of these values was seen, by which a program knows that there are any. */
export type Cover = {
  /** Id of the rule. */
  readonly program: string;
  readonly cluster: string;
  readonly values: readonly string[];
  /** The explanation's time, in milliseconds since 1970. */
  readonly at: number;
};

/** Records of a cluster that are missing: dropped by retention, or by a log that was saturated. */
export type LossOf = {
  readonly cluster: string;
  readonly dataset: Dataset | 'json';
  /** Milliseconds since 1970, both included. */
  readonly from: number;
  readonly to: number;
};
