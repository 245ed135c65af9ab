import type { Evaluation } from './evaluation.ts';

/** What becomes of signals, over all partitions that this process has. */
export type SignalTotals = {
  /** Signals that were taken, also again. */
  signals: number;
  signalsLate: number;
  signalsDuplicate: number;
  /** Evaluated before the clock had passed them, since too many waited. */
  signalsHurried: number;
  /** Signals that wait for the clock. */
  signalsWaiting: number;
  /** Signals, terms and matches that rules hold. */
  stateHeld: number;
  /** Groups or terms that had to go for others. */
  stateEvicted: number;
  notJudged: number;
  /** Milliseconds that the slowest clock is behind. */
  clockLag: number;
};

export function totalsOf(evaluations: readonly Evaluation[]): SignalTotals {
  const totals: SignalTotals = {
    signals: 0,
    signalsLate: 0,
    signalsDuplicate: 0,
    signalsHurried: 0,
    signalsWaiting: 0,
    stateHeld: 0,
    stateEvicted: 0,
    notJudged: 0,
    clockLag: 0,
  };
  for (const { stage, singles, duplicates, lag } of evaluations) {
    totals.signals += stage.counts.signals + singles.counts.signals;
    totals.signalsLate += stage.counts.late + singles.counts.late;
    totals.signalsDuplicate += stage.counts.duplicates + duplicates;
    totals.signalsHurried += stage.counts.hurried + singles.counts.hurried;
    totals.signalsWaiting += stage.waiting + singles.waiting;
    totals.clockLag = Math.max(totals.clockLag, lag);
    for (const evaluator of [...stage.evaluators().values()].flat()) {
      totals.stateHeld += evaluator.counts.held;
      totals.stateEvicted += evaluator.counts.evicted;
      totals.notJudged += evaluator.counts.notJudged;
    }
  }
  return totals;
}
