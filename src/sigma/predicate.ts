import { ANYWAY, type Ways, waysOfAll, waysOfAny } from './requirement.ts';
import { everyOf, someOf, type ValueTest } from './tests.ts';

/** A detection, or a part of one, ready to be evaluated. */
export type Predicate = {
  readonly test: ValueTest;
  /** An event on which it holds meets one of these ways. */
  readonly requires: Ways;
  /** An event on which it does not hold meets one of these. */
  readonly excludes: Ways;
};

export const NEVER: Predicate = { test: () => false, requires: [], excludes: ANYWAY };

export const allOf = (parts: readonly Predicate[]): Predicate => ({
  test: everyOf(parts.map(({ test }) => test)),
  requires: waysOfAll(parts.map(({ requires }) => requires)),
  excludes: waysOfAny(parts.map(({ excludes }) => excludes)),
});

export const anyOf = (parts: readonly Predicate[]): Predicate => ({
  test: someOf(parts.map(({ test }) => test)),
  requires: waysOfAny(parts.map(({ requires }) => requires)),
  excludes: waysOfAll(parts.map(({ excludes }) => excludes)),
});

export const not = ({ test, requires, excludes }: Predicate): Predicate => ({
  test: event => !test(event),
  requires: excludes,
  excludes: requires,
});
