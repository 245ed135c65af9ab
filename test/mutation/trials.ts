import type { Mutant } from './mutants.ts';
import type { Baseline, Trial } from './worker.ts';

/** A mutant that is passed so many times more often than without it runs without end. */
const HITS_FACTOR = 100;
const MIN_HITS = 100_000;

const limitOf = (hits: number): number => Math.max(MIN_HITS, hits * HITS_FACTOR);

/** How each mutant is to be tried: by the tests that pass it, the quick ones first. One that no test passes is left out. */
export function trialsOf(mutants: readonly Mutant[], { tests, loading, hits }: Baseline): readonly Trial[] {
  const atLoading = new Set(loading);
  const quickFirst = tests
    .map(({ milliseconds }, index) => ({ milliseconds, index }))
    .sort((a, b) => a.milliseconds - b.milliseconds)
    .map(({ index }) => index);
  return mutants.flatMap(({ id }): readonly Trial[] => {
    const anew = atLoading.has(id);
    const passing = quickFirst.filter(index => hits[index]?.[id] !== undefined);
    const others = anew ? quickFirst.filter(index => hits[index]?.[id] === undefined) : [];
    const tests = [...passing, ...others].map(index => ({ index, hitLimit: limitOf(hits[index]?.[id] ?? 0) }));
    return tests.length === 0 ? [] : [{ mutant: id, tests, anew }];
  });
}
