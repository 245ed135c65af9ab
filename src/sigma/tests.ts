/** Tests one value of an event; `undefined` is an absent field. */
export type ValueTest = (value: unknown) => boolean;

/** Lists in lists are searched no deeper, so that no event can exhaust the stack. */
const MAX_NESTING = 64;

/** Holds where all tests hold; evaluating allocates nothing. */
export function everyOf(tests: readonly ValueTest[]): ValueTest {
  const [first, second] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  if (tests.length === 2 && first !== undefined && second !== undefined) return value => first(value) && second(value);
  return value => {
    for (const test of tests) if (!test(value)) return false;
    return true;
  };
}

/** Holds where one of the tests holds; evaluating allocates nothing. */
export function someOf(tests: readonly ValueTest[]): ValueTest {
  const [first, second] = tests;
  if (tests.length === 1 && first !== undefined) return first;
  if (tests.length === 2 && first !== undefined && second !== undefined) return value => first(value) || second(value);
  return value => {
    for (const test of tests) if (test(value)) return true;
    return false;
  };
}

/** Applies a test to a value, or to the elements of a list until one passes. An empty list is an absent field. */
export const anyElement =
  (test: ValueTest): ValueTest =>
  value =>
    Array.isArray(value) ? someElement(value, test, 0) : test(value);

function someElement(list: readonly unknown[], test: ValueTest, depth: number): boolean {
  if (list.length === 0) return test(undefined);
  if (depth > MAX_NESTING) return false;
  for (const element of list) {
    if (Array.isArray(element) ? someElement(element, test, depth + 1) : test(element)) return true;
  }
  return false;
}
