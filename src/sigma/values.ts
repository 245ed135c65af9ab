import type { DetectionSource, Item } from './detection.ts';
import { MatcherFault } from './faults.ts';
import { type Comparison, exactSet, type Matcher, type Mode, matcherOf, type Scalar } from './matchers.ts';
import { modeOf } from './modifiers.ts';
import { expanded, type Lists } from './placeholder.ts';
import { someOf, type ValueTest } from './tests.ts';

/** The values of one field, ready. */
export type ValuesTest = {
  /** All of them have to hold: one for each value with the modifier all, else just one. */
  readonly tests: readonly ValueTest[];
  readonly cost: number;
  /** Lower-cased texts of which the field has to have one; undefined where that cannot be said. */
  readonly wanted: readonly string[] | undefined;
};

/** What the modifiers of an item say; `plain` is how its values compare where no modifier does. Throws RULE. */
export function modeFor(item: Item, plain: Comparison, source: DetectionSource): Mode {
  return placed(item, source, item.node, () => modeOf(item.modifiers, plain));
}

/** Compiles the values of `field|modifier|…: values`. Throws RULE. */
export function compileValues(item: Item, mode: Mode, source: DetectionSource, lists: Lists): ValuesTest {
  if (mode.comparison.kind === 'existence' && item.values.length > 1) {
    throw source.fault(item.node, `${item.field}: exists takes true or false, not both`);
  }
  const values: Scalar[] = [];
  const matchers: Matcher[] = [];
  for (const { value, node } of item.values) {
    placed(item, source, node, () => {
      const found = mode.expand ? expanded(String(value), lists, mode.comparison.quote) : [value];
      values.push(...found);
      matchers.push(...found.map(one => matcherOf(one, mode)));
    });
  }
  return placed(item, source, item.node, () => joined(values, matchers, mode));
}

/** Gives what is wrong with a value or a modifier its place. */
function placed<T>({ field }: Item, source: DetectionSource, node: unknown, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof MatcherFault ? source.fault(node, `${field || 'keywords'}: ${error.message}`) : error;
  }
}

function joined(values: readonly Scalar[], matchers: readonly Matcher[], mode: Mode): ValuesTest {
  // Of an empty list nothing can be met, so that a list whose entries have all expired excuses nobody.
  if (mode.all && matchers.length > 0) {
    return { tests: matchers.map(({ test }) => test), cost: sum(matchers), wanted: firstExact(matchers) };
  }
  const { test, cost } = some(values, matchers, mode.comparison);
  if (mode.negated) return { tests: [value => !test(value)], cost, wanted: undefined };
  return { tests: [test], cost, wanted: allExact(matchers) };
}

const NEVER: Matcher = { test: () => false, cost: 0 };

function some(values: readonly Scalar[], matchers: readonly Matcher[], { many }: Comparison): Matcher {
  const [only] = matchers;
  if (only === undefined) return NEVER;
  if (matchers.length === 1) return only;
  const together = many?.(values) ?? exactSet(matchers);
  return together ?? { test: someOf(matchers.map(({ test }) => test)), cost: sum(matchers) };
}

const sum = (matchers: readonly Matcher[]): number => matchers.reduce((total, { cost }) => total + cost, 0);

const exactTexts = (matchers: readonly Matcher[]): readonly string[] =>
  matchers.flatMap(({ exact }) => (exact === undefined ? [] : [exact]));

function firstExact(matchers: readonly Matcher[]): readonly string[] | undefined {
  const [first] = exactTexts(matchers);
  return first === undefined ? undefined : [first];
}

function allExact(matchers: readonly Matcher[]): readonly string[] | undefined {
  const texts = exactTexts(matchers);
  return texts.length === matchers.length && texts.length > 0 ? [...new Set(texts)] : undefined;
}
