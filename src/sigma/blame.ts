import type { Alternative, Clause, Explanation, Verdict } from './explain.ts';

/** A selection that decided: it should have held and did not, or held where the condition wants it not to. */
export type Reason = {
  readonly selection: string;
  readonly held: boolean;
  /** Of several alternatives the one that held, or the one that came closest. */
  readonly alternative: Alternative;
  /** The title of the filter whose selection it is. */
  readonly filter?: string;
};

/** The selections that kept a rule from holding; empty where it holds. */
export const blame = ({ filters, ...verdict }: Explanation): readonly Reason[] => [
  ...blamed(verdict),
  ...filters.flatMap(filter => blamed(filter).map(reason => ({ ...reason, filter: filter.title }))),
];

const blamed = (
  { holds, conditions }: Verdict,
  own = conditions.some(({ clause }) => clause.holds),
): readonly Reason[] => (holds || own ? [] : conditions.flatMap(({ clause }) => reasons(clause, true)));

function reasons(clause: Clause, wanted: boolean): readonly Reason[] {
  if (clause.holds === wanted) return [];
  if (clause.kind === 'not') return clause.parts.flatMap(part => reasons(part, !wanted));
  if (clause.kind !== 'selection') return clause.parts.flatMap(part => reasons(part, wanted));
  const alternative = clause.holds ? clause.alternatives.find(({ holds }) => holds) : closest(clause.alternatives);
  return alternative === undefined ? [] : [{ selection: clause.name, held: clause.holds, alternative }];
}

const closest = (alternatives: readonly Alternative[]): Alternative | undefined =>
  alternatives.toSorted((a, b) => failures(a) - failures(b))[0];

const failures = ({ fields }: Alternative): number => fields.filter(({ holds }) => !holds).length;
