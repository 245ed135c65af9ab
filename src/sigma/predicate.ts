import { type Requirement, requiredByAll, requiredByAny } from './requirement.ts';
import { everyOf, someOf, type ValueTest } from './tests.ts';

/** A detection, or a part of one, ready to be evaluated; `requires` is what every event has that it holds on. */
export type Predicate = { readonly test: ValueTest; readonly requires: readonly Requirement[] };

export const NEVER: Predicate = { test: () => false, requires: [] };

export const allOf = (parts: readonly Predicate[]): Predicate => ({
  test: everyOf(parts.map(({ test }) => test)),
  requires: requiredByAll(parts.map(({ requires }) => requires)),
});

export const anyOf = (parts: readonly Predicate[]): Predicate => ({
  test: someOf(parts.map(({ test }) => test)),
  requires: requiredByAny(parts.map(({ requires }) => requires)),
});
