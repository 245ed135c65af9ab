import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ExactSum } from '../../../../src/detect/correlate/exact-sum.ts';

const sumOf = (numbers: readonly number[]): number => {
  const sum = new ExactSum();
  for (const number of numbers) sum.add(number);
  return sum.value;
};

const cases: [name: string, numbers: number[], sum: number][] = [
  ['nothing is zero', [], 0],
  ['whole numbers', [1, 2, 3], 6],
  ['ten tenths', Array(10).fill(0.1), 1],
  ['small ones beside a large one', [1e16, 1, 1], 1e16 + 2],
  ['a large one that is taken away', [1e100, 1, -1e100], 1],
  ['half of the last place, and a little more', [2 ** 53, 1, 2 ** -60], 2 ** 53 + 2],
  ['half of the last place, and a little less', [2 ** 53, 1, -(2 ** -60)], 2 ** 53],
  ['half of the last place goes to the even number', [2 ** 53, 1], 2 ** 53],
  ['what cancels out leaves no sign', [-5, 5], 0],
];
for (const [name, numbers, sum] of cases) test(`sum: ${name}`, () => expect(sumOf(numbers)).toBe(sum));

const NUMBER = fc.double({ min: -1e300, max: 1e300, noNaN: true });

test('the order of adding makes no difference, nor what was added and taken away', () => {
  fc.assert(
    fc.property(fc.array(NUMBER, { maxLength: 30 }), fc.array(NUMBER, { maxLength: 30 }), (numbers, passing) => {
      const sum = sumOf(numbers);
      expect(sumOf(numbers.toReversed())).toBe(sum);
      expect(sumOf([...passing, ...numbers, ...passing.map(number => -number)])).toBe(sum);
    }),
  );
});

test('the sum is the exact one, rounded once', () => {
  const scaled = fc.record({ whole: fc.bigInt(-(2n ** 52n), 2n ** 52n), shift: fc.integer({ min: 0, max: 200 }) });
  fc.assert(
    fc.property(fc.array(scaled, { maxLength: 30 }), list => {
      const exact = list.reduce((sum, { whole, shift }) => sum + (whole << BigInt(shift)), 0n);
      expect(sumOf(list.map(({ whole, shift }) => Number(whole) * 2 ** shift))).toBe(Number(exact));
    }),
  );
});
