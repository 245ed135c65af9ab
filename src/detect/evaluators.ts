import type { Program } from '../sigma/program.ts';
import { ABSENCE_OPTIONS, type AbsenceOptions, absence } from './absence/absence.ts';
import { correlator } from './correlate/correlator.ts';
import { firstSeen } from './first-seen.ts';
import type { Baseline } from './state/baseline.ts';
import type { Evaluator, Limits } from './state/evaluator.ts';

/** What evaluates a program for one cluster. Throws RULE where a correlation cannot be evaluated. */
export function evaluatorOf(
  program: Program,
  limits: Limits,
  baseline: Baseline,
  options: AbsenceOptions = ABSENCE_OPTIONS,
): Evaluator {
  if (program.kind === 'correlation') return correlator(program, limits);
  if (program.kind === 'first-seen') return firstSeen(program, baseline);
  return absence(program, limits, baseline, options);
}
