import { expect, test } from '@jest/globals';
import { found } from './support.ts';

/** One test for each row: what comes in, and what is found. */
export function table(yaml: string, rows: readonly (readonly [name: string, timeline: string, found: string])[]): void {
  for (const [name, timeline, expected] of rows) {
    test(name, () => expect(found(yaml, timeline)).toBe(expected));
  }
}
