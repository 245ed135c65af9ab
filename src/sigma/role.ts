import type { CompiledRule } from './compile.ts';
import type { CorrelationProgram, Program } from './program.ts';
import type { Rule } from './rule.ts';

/** What a rule does with matches. */
export type Role = {
  readonly rule: Rule;
  readonly kind: 'detection' | 'correlation' | 'first-seen' | 'absence';
  /** In a few words; empty of a plain detection. */
  readonly what: string;
  /** Whether it alerts for itself, or only counts for others. */
  readonly alerts: boolean;
};

type Rules = {
  readonly rules: readonly CompiledRule[];
  readonly programs: readonly Program[];
  readonly parts: readonly CorrelationProgram[];
  readonly quiet: ReadonlySet<string>;
};

/** All rules and correlations with what each is for, rules first. */
export function rolesOf({ rules, programs, parts, quiet }: Rules): readonly Role[] {
  const stateful = new Map(programs.filter(({ kind }) => kind !== 'correlation').map(one => [one.rule.id, one]));
  const correlations = [...programs, ...parts].filter(one => one.kind === 'correlation');
  return [
    ...rules.map(({ rule }): Role => {
      const program = stateful.get(rule.id);
      if (program !== undefined) return { rule, kind: program.kind, what: described(program), alerts: true };
      const alerts = !quiet.has(rule.id);
      return { rule, kind: 'detection', what: alerts ? '' : 'counts for others alone', alerts };
    }),
    ...correlations.map((program): Role => {
      const { rule } = program;
      return { rule, kind: 'correlation', what: described(program), alerts: !quiet.has(rule.id) };
    }),
  ];
}

/** What a program looks for, in a few words. */
export function described(program: Program): string {
  if (program.kind === 'first-seen') return `first seen: ${program.fields.join(', ')}`;
  if (program.kind === 'absence') return `without ${counted(program.explanations.length, 'explanation')}`;
  const { type, parts, groupBy, timespanMs } = program.root;
  const by = groupBy.length === 0 ? '' : ` by ${groupBy.join(', ')}`;
  return `${type} of ${counted(parts.length, 'rule')}${by} in ${spanText(timespanMs)}`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

function spanText(ms: number): string {
  const [unit, length] = UNITS.find(([, one]) => ms % one === 0) ?? ['s', 1_000];
  return `${ms / length}${unit}`;
}
