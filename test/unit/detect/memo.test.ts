import { expect, test } from '@jest/globals';
import { Memo } from '../../../src/detect/memo.ts';

/** Asks for every value and sets what is not known; how many were. */
function asked(memo: Memo<number>, values: Iterable<unknown>): number {
  let known = 0;
  for (const value of values) {
    if (memo.get(value) === undefined) memo.set(value, 1);
    else known += 1;
  }
  return known;
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

test('what has been set is known, a text apart from its number', () => {
  const memo = new Memo<string>();
  memo.set('1', 'text');
  memo.set(1, 'number');
  expect([memo.get('1'), memo.get(1), memo.get('2')]).toEqual(['text', 'number', undefined]);
});

test('values that repeat are known, even among many that do not', () => {
  const memo = new Memo<number>();
  const mixed = numbers(0, 20_000).flatMap(n => ['often', 'again', n]);
  expect(asked(memo, mixed)).toBeGreaterThan(39_000);
});

test('where no value repeats nothing is kept; where they do again it is', () => {
  const memo = new Memo<number>();
  expect(asked(memo, numbers(0, 50_000))).toBe(0);
  expect(asked(memo, Array(50_000).fill('one'))).toBeGreaterThan(25_000);
});
