import type { Mutant } from './mutants.ts';
import type { Baseline, Trial } from './worker.ts';

/** A mutant that is passed so many times more often than without it runs without end. */
const HITS_FACTOR = 100;
const MIN_HITS = 100_000;

const limitOf = (hits: number): number => Math.max(MIN_HITS, hits * HITS_FACTOR);

/**
 * How each mutant is to be tried: by the tests that pass it, the quick ones first. One of what is done when modules are
 * loaded may fail any test, first of all those that use its file. One that no test passes is left out.
 */
export function trialsOf(mutants: readonly Mutant[], { tests, loading, hits }: Baseline): readonly Trial[] {
  const atLoading = new Set(loading);
  const quickFirst = tests
    .map(({ milliseconds }, index) => ({ milliseconds, index }))
    .sort((a, b) => a.milliseconds - b.milliseconds)
    .map(({ index }) => index);
  const users = new Map(
    [...Map.groupBy(mutants, ({ file }) => file)].map(([file, some]) => [
      file,
      new Set(quickFirst.filter(index => some.some(({ id }) => hits[index]?.[id] !== undefined))),
    ]),
  );
  return mutants.flatMap(({ id, file }): readonly Trial[] => {
    const anew = atLoading.has(id);
    const passing = quickFirst.filter(index => hits[index]?.[id] !== undefined);
    const using = users.get(file) ?? new Set();
    const others = anew ? [...using, ...quickFirst.filter(index => !using.has(index))] : [];
    const order = [...new Set([...passing, ...others])];
    const trial = order.map(index => ({ index, hitLimit: limitOf(hits[index]?.[id] ?? 0) }));
    return order.length === 0 ? [] : [{ mutant: id, tests: trial, anew }];
  });
}

/** All tests, without a mutant. */
export const controlOf = ({ tests }: Baseline): Trial => ({
  mutant: 'none',
  tests: tests.map((_, index) => ({ index, hitLimit: MIN_HITS })),
  anew: false,
});
