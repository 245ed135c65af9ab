import type { ValueTest } from './tests.ts';

/** Far deeper than any object that an API server accepts, and far from exhausting the stack. */
const MAX_DEPTH = 1_000;

/** Whether any text, number or truth value anywhere in the event passes the test. Names of fields are not searched. */
export const anywhere =
  (test: ValueTest): ValueTest =>
  event =>
    search(event, test, 0);

function search(value: unknown, test: ValueTest, depth: number): boolean {
  if (typeof value !== 'object') return value !== undefined && test(value);
  if (value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const element of value) if (search(element, test, depth + 1)) return true;
    return false;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name in fields) if (Object.hasOwn(fields, name) && search(fields[name], test, depth + 1)) return true;
  return false;
}
