import type { Config } from '../../config/schema.ts';
import { ABSENCE_OPTIONS } from '../../detect/absence/absence.ts';
import { evaluatorOf } from '../../detect/evaluators.ts';
import type { Baseline } from '../../detect/state/baseline.ts';
import type { Evaluator } from '../../detect/state/evaluator.ts';
import { durationMs } from '../../model/duration.ts';
import type { Program } from '../../sigma/program.ts';

export type MakeEvaluator = (program: Program, baseline: Baseline) => Evaluator;

/** What evaluates a program in one partition, within the limits of the configuration. */
export function evaluators({ held, groups, blindAfter }: Config['signals']): MakeEvaluator {
  const limits = { signals: held, groups };
  const options = { ...ABSENCE_OPTIONS, blindAfterMs: durationMs(blindAfter) };
  return (program, baseline) => evaluatorOf(program, limits, baseline, options);
}
