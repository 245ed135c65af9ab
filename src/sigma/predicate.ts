import { type Ways, waysOfAll, waysOfAny } from './requirement.ts';
import { everyOf, someOf, type ValueTest } from './tests.ts';

/** A detection, or a part of one, ready to be evaluated; an event on which it holds meets one of the ways of `requires`. */
export type Predicate = { readonly test: ValueTest; readonly requires: Ways };

export const NEVER: Predicate = { test: () => false, requires: [] };

export const allOf = (parts: readonly Predicate[]): Predicate => ({
  test: everyOf(parts.map(({ test }) => test)),
  requires: waysOfAll(parts.map(({ requires }) => requires)),
});

export const anyOf = (parts: readonly Predicate[]): Predicate => ({
  test: someOf(parts.map(({ test }) => test)),
  requires: waysOfAny(parts.map(({ requires }) => requires)),
});
