import type { Signal } from '../../model/signal.ts';
import type { CorrelationNode } from '../../sigma/program.ts';

/** What is counted of one signal. */
export type Sample = string | number;

/** What a correlation counts of one window, kept up with each signal that comes and goes. */
export type Tally = {
  readonly add: (slot: number, sample: Sample, at: number) => void;
  /** Takes out the earliest. */
  readonly drop: (slot: number) => void;
  /** Whether the correlation holds on what is in the window, which begins at `from`. */
  readonly holds: (from: number) => boolean;
  /** What was counted or summed up, where something is. */
  readonly value?: number;
};

/** How a type of correlation counts. */
export type Measure = {
  /** What a signal counts with; undefined: it does not count. `part` is the place of its rule among those of the correlation. */
  readonly sampleOf: (signal: Signal, part: number) => Sample | undefined;
  /** A tally of nothing. */
  readonly open: () => Tally;
  /** Whether an event on which two of the rules hold counts once. */
  readonly eventsOnce: boolean;
};

/** The test of a number; of a correlation that has none, no number passes. */
export const testOf = ({ holds }: CorrelationNode): ((value: number) => boolean) =>
  holds.kind === 'number' ? holds.test : () => false;
