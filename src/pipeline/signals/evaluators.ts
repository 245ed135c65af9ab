import type { Config } from '../../config/schema.ts';
import { ABSENCE_OPTIONS, absence } from '../../detect/absence/absence.ts';
import { correlator } from '../../detect/correlate/correlator.ts';
import { firstSeen } from '../../detect/first-seen.ts';
import type { Baseline } from '../../detect/state/baseline.ts';
import type { Evaluator } from '../../detect/state/evaluator.ts';
import { durationMs } from '../../model/duration.ts';
import type { Program } from '../../sigma/program.ts';

export type MakeEvaluator = (program: Program, baseline: Baseline) => Evaluator;

/** What evaluates a program in one partition, within the limits of the configuration. */
export function evaluators({ held, groups, blindAfter }: Config['signals']): MakeEvaluator {
  const limits = { signals: held, groups };
  const options = { ...ABSENCE_OPTIONS, blindAfterMs: durationMs(blindAfter) };
  return (program, baseline) => {
    if (program.kind === 'correlation') return correlator(program, limits);
    if (program.kind === 'first-seen') return firstSeen(program, baseline);
    return absence(program, limits, baseline, options);
  };
}
