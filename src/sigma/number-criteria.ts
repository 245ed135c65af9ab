export const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
type Operator = (typeof OPERATORS)[number];

/** Comparisons that have to hold together. */
export type Criteria = readonly (readonly [operator: Operator, value: number])[];

const COMPARE: Readonly<Record<Operator, (value: number, bound: number) => boolean>> = {
  gt: (value, bound) => value > bound,
  gte: (value, bound) => value >= bound,
  lt: (value, bound) => value < bound,
  lte: (value, bound) => value <= bound,
  eq: (value, bound) => value === bound,
  neq: (value, bound) => value !== bound,
};

/** Whether all criteria hold for a number. */
export function testOf(criteria: Criteria): (value: number) => boolean {
  const tests = criteria.map(([operator, bound]) => {
    const compare = COMPARE[operator];
    return (value: number): boolean => compare(value, bound);
  });
  return value => tests.every(test => test(value));
}

type Range = { readonly whole: boolean; readonly least: number; readonly most: number };

/** Whether a number in the range passes the test of the criteria: between two bounds that are neighbours one is like the others. */
export function someNumber(
  test: (value: number) => boolean,
  criteria: Criteria,
  { whole, least, most }: Range,
): boolean {
  const bounds = [...criteria.map(([, bound]) => bound), least, most].filter(Number.isFinite).sort((a, b) => a - b);
  const around = bounds.flatMap(bound =>
    whole
      ? [Math.floor(bound) - 1, Math.floor(bound), Math.ceil(bound), Math.ceil(bound) + 1]
      : [bound - 1, bound, bound + 1],
  );
  const between = whole ? [] : bounds.slice(1).map((bound, i) => (bound + (bounds[i] ?? bound)) / 2);
  return [...around, ...between].some(value => value >= least && value <= most && test(value));
}
