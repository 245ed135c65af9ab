import type { ValueTest } from './matchers.ts';

const MAX_DEPTH = 64;

/** Whether any text, number or truth value anywhere in the event passes the test. Deeper than 64 levels is not searched. */
export const anywhere =
  (test: ValueTest): ValueTest =>
  event =>
    search(event, test, 0);

function search(value: unknown, test: ValueTest, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined && test(value);
  if (depth > MAX_DEPTH) return false;
  for (const child of Object.values(value)) if (search(child, test, depth + 1)) return true;
  return false;
}
