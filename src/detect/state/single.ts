import type { Signal } from '../../model/signal.ts';
import type { AnyProgram } from '../../sigma/program.ts';
import { groupFieldsOf } from '../../sigma/rule.ts';
import type { Finding } from './evaluator.ts';

/** The finding that rests on one match of the program's own rule. */
export function findingOn(program: AnyProgram, signal: Signal): Finding {
  const group: Record<string, string> = {};
  for (const field of groupFieldsOf(program.rule)) {
    const value = signal.fields[field];
    if (value !== undefined) group[field] = value;
  }
  return { program, cluster: signal.cluster, group, evidence: [signal], maker: signal };
}
