import { suppressOf } from '../../detect/suppress.ts';
import type { CompiledRule } from '../../sigma/compile.ts';
import type { SingleProgram } from '../../sigma/program.ts';
import { groupFieldsOf } from '../../sigma/rule.ts';
import type { Programs } from './kept.ts';
import type { Wanted } from './sending.ts';

/** Rules and what they need of each other. */
type Rules = Wanted & Programs & { readonly rules: readonly CompiledRule[] };

/**
 * The rules with those of one event whose matches are one alert for a time among the programs: what opens such an alert
 * depends on all logs. One that alerts at each match stays where it is read. `suppressMs`: for rules that say nothing.
 */
export function withSingles<R extends Rules>(rules: R, suppressMs: number): R & Wanted & Programs {
  const alone = rules.rules.filter(({ rule }) => !rules.quiet.has(rule.id) && suppressOf(rule, suppressMs) > 0);
  return {
    ...rules,
    programs: [...rules.programs, ...alone.map(singleOf)],
    quiet: rules.quiet.union(new Set(alone.map(({ rule }) => rule.id))),
  };
}

function singleOf(compiled: CompiledRule): SingleProgram {
  const { rule } = compiled;
  const fields = groupFieldsOf(rule);
  const input = { compiled, shard: fields, absent: 'empty', fields, isEvidence: true } as const;
  return { kind: 'single', rule, inputs: [input], spanMs: 0 };
}
