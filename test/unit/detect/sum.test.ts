import { expect, test } from '@jest/globals';
import { Sum } from '../../../src/detect/sum.ts';

const [A, B, C] = [Int32Array.of(1), Int32Array.of(2), Int32Array.of(3)];

test('a sum has what was added, and its start is left as it was', () => {
  const start = new Sum(Int32Array.of(8));
  expect(start.and(A).and(B).bits).toEqual(Int32Array.of(11));
  expect(start.bits).toEqual(Int32Array.of(8));
});

test('the same sets in the same order are the same object', () => {
  const start = new Sum(Int32Array.of(0));
  expect(start.and(A).and(B)).toBe(start.and(A).and(B));
});

test('what adds nothing is no other sum', () => {
  const sum = new Sum(Int32Array.of(0)).and(C);
  expect(sum.and(A)).toBe(sum);
});

test('sums are right when more has come than is remembered', () => {
  const start = new Sum(Int32Array.of(0));
  for (let n = 0; n < 10_000; n += 1) expect(start.and(Int32Array.of(n)).bits[0]).toBe(n);
  expect(start.and(A).and(B).bits).toEqual(C);
});
