import { suppressOf } from '../../detect/suppress.ts';
import type { CompiledRule } from '../../sigma/compile.ts';
import type { SingleProgram } from '../../sigma/program.ts';
import { groupFieldsOf } from '../../sigma/rule.ts';
import type { Programs } from './kept.ts';
import type { Wanted } from './sending.ts';

/** Rules and what they need of each other. */
type Rules = Wanted & Programs & { readonly rules: readonly CompiledRule[] };

/**
 * The rules with those of one event that alert among the programs. Where matches are one alert for a time it depends on all
 * logs what opens it: such a rule is quiet where it is read. One that alerts at each match is not, and is a program all the
 * same, for matches that were sent before it was changed. `suppressMs`: for rules that say nothing.
 */
export function withSingles<R extends Rules>(rules: R, suppressMs: number): R & Wanted & Programs {
  const alone = rules.rules.filter(({ rule }) => !rules.quiet.has(rule.id));
  const gathered = alone.filter(({ rule }) => suppressOf(rule, suppressMs) > 0);
  return {
    ...rules,
    programs: [...rules.programs, ...alone.map(singleOf)],
    quiet: rules.quiet.union(new Set(gathered.map(({ rule }) => rule.id))),
  };
}

function singleOf(compiled: CompiledRule): SingleProgram {
  const { rule } = compiled;
  const fields = groupFieldsOf(rule);
  const input = { compiled, shard: fields, absent: 'empty', fields, isEvidence: true } as const;
  return { kind: 'single', rule, inputs: [input], spanMs: 0 };
}
