import type { DetectionSource, Item } from './detection.ts';
import { MatcherFault } from './faults.ts';
import { type Comparison, exactSet, type Matcher, type Mode, matcherOf, type Scalar } from './matchers.ts';
import { modeOf } from './modifiers.ts';
import { expanded, type Lists } from './placeholder.ts';
import type { Need } from './requirement.ts';
import { someOf, type ValueTest } from './tests.ts';

/** The values of one field, ready. */
export type ValuesTest = {
  /** All of them have to hold: one for each value with the modifier all, else just one. */
  readonly tests: readonly ValueTest[];
  readonly cost: number;
  /** What is known of a value that passes, beyond that it is there. */
  readonly needs: readonly Need[];
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
    return {
      tests: matchers.map(({ test }) => test),
      cost: sum(matchers),
      needs: matchers.flatMap(one => needOf([one])),
    };
  }
  const { test, cost } = some(values, matchers, mode.comparison);
  if (mode.negated) return { tests: [value => !test(value)], cost, needs: [] };
  return { tests: [test], cost, needs: needOf(matchers) };
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

/** Of more texts than these one is nearly always in a value. */
const MAX_TEXTS = 100;

/** What a value needs so that one of the matchers holds; nothing where one of them cannot say. */
function needOf(matchers: readonly Matcher[]): readonly Need[] {
  if (matchers.length === 0) return [];
  const exact = matchers.flatMap(one => one.exact ?? []);
  if (exact.length === matchers.length) return [{ kind: 'value', texts: [...new Set(exact)] }];
  if (matchers.some(({ literals }) => literals === undefined)) return [];
  const texts = new Set(matchers.flatMap(({ literals }) => literals ?? []));
  return texts.size > MAX_TEXTS ? [] : [{ kind: 'text', texts: [...texts] }];
}
