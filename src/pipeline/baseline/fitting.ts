import type { BaselineRow } from '../../model/baseline.ts';
import type { FirstSeenProgram, Program } from '../../sigma/program.ts';

/** Rows that tell of what rules look for now, and the ids of the rules that looked for something else when they were learnt. */
export type Fitting = { readonly rows: readonly BaselineRow[]; readonly outdated: ReadonlySet<string> };

/** Rows of rules that are not in force stay. */
export function fitting(rows: readonly BaselineRow[], programs: readonly Program[]): Fitting {
  const known = new Map(programs.filter(program => program.kind === 'first-seen').map(one => [one.rule.id, one]));
  const outdated = new Set<string>();
  const fit = rows.filter(row => {
    const program = known.get(row.program);
    if (program === undefined || fits(row, program)) return true;
    outdated.add(row.program);
    return false;
  });
  return { rows: fit, outdated };
}

export const fits = ({ of }: BaselineRow, { looksFor }: FirstSeenProgram): boolean =>
  of === undefined || of === looksFor;
