import { KEPT } from '../../model/evidence.ts';
import { inOrder, type Signal } from '../../model/signal.ts';

/** What an alert would tell of one place in a window: of the signal there, or of those of an inner correlation that holds there. */
export type Trace = Signal | readonly Signal[];

/** How many an alert tells of each end of a lane. */
export const eachOf = (lanes: number): number => Math.max(1, Math.floor(KEPT / 2 / lanes));

/** What an alert tells of a window, in order and each event once, made of the ends of its lanes. */
export function evidenceOf(lanes: readonly (readonly Trace[])[]): readonly Signal[] {
  const each = eachOf(lanes.length);
  const [only] = lanes;
  if (lanes.length === 1 && only !== undefined) return oneLane(only, each);
  return ordered(lanes.flatMap(lane => oneLane(lane, each)));
}

const oneLane = (traces: readonly Trace[], each: number): readonly Signal[] =>
  traces.every(isSignal) ? once(traces) : ends(ordered(traces.flat()), each);

/** So many of the first and of the last. */
export const ends = <T>(list: readonly T[], each: number): readonly T[] =>
  list.length <= 2 * each ? list : [...list.slice(0, each), ...list.slice(-each)];

const ordered = (signals: readonly Signal[]): readonly Signal[] => once(signals.toSorted(inOrder));

/** An event on which two rules hold is one piece of evidence. */
const once = (signals: readonly Signal[]): readonly Signal[] =>
  signals.filter(({ id }, i) => signals[i - 1]?.id !== id);

const isSignal = (trace: Trace): trace is Signal => !Array.isArray(trace);
