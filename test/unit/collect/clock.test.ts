import { expect, test } from '@jest/globals';
import { Clock } from '../../../src/collect/clock.ts';

/** Marks are `[at, revision]`. */
const clockOf = (...marks: readonly (readonly [number, number])[]): Clock => {
  const clock = new Clock();
  for (const [at, revision] of marks) clock.mark(at, revision);
  return clock;
};

const before: [name: string, marks: [number, number][], revision: number, expected: number | undefined][] = [
  ['nothing is known', [], 5, undefined],
  ['etcd stood at the revision already', [[100, 5]], 5, undefined],
  ['etcd stood one before', [[100, 5]], 6, 100],
  [
    'the latest time counts',
    [
      [100, 5],
      [200, 5],
      [300, 7],
    ],
    6,
    200,
  ],
];
for (const [name, marks, revision, expected] of before) {
  test(`the time before a revision: ${name}`, () => expect(clockOf(...marks).before(revision)).toBe(expected));
}

test('what is reached is told up to the last look at etcd whose revision it covers, once', () => {
  const clock = clockOf([100, 5], [200, 8], [300, 8], [400, 9]);
  expect([4, 5, 7, 8, 8, 9].map(revision => clock.reach(revision))).toEqual([
    undefined,
    100,
    undefined,
    300,
    undefined,
    400,
  ]);
});

test('a revision that comes after others were reached keeps its time', () => {
  const clock = clockOf([100, 5], [200, 8]);
  clock.reach(8);
  clock.mark(300, 12);
  expect([9, 12, 13].map(revision => clock.before(revision))).toEqual([200, 200, 300]);
});

test('a watch that lags behind for long keeps its marks bounded, and its times true', () => {
  const clock = new Clock();
  for (let i = 0; i < 10_000; i += 1) clock.mark(i, i);
  const at = clock.before(5_000) ?? Number.NaN;
  expect(at).toBeLessThan(5_000);
  expect(at).toBeGreaterThan(4_900);
});
