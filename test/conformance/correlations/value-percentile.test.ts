import { describe } from '@jest/globals';
import { correlation } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Value Percentile", which says no more than the name. Here it is what
// SQL calls PERCENTILE_CONT: of n values in order the one at (n - 1) * p / 100, between two of them in proportion.

const percentile = (percent: number, condition: string, more = ''): string =>
  correlation(
    `type: value_percentile, rules: [a], condition: {field: value, percentile: ${percent}, ${condition}}${more}`,
  );

describe('the 50th is at least ten', () => {
  table(percentile(50, 'gte: 10'), [
    ['one value is every percentile of itself', 'a@0=10', '0=10'],
    ['of three it is the one in the middle', 'a@0=1 a@1=30 a@2=10', '1=15.5 2=10'],
    ['of two it lies between them', 'a@0=5 a@1=15', '1=10'],
    ['one outlier does not move it', 'a@0=1 a@1=1 a@2=1000', ''],
    ['equal values count as often as they come', 'a@0=10 a@1=1 a@2=10', '0=10 2=10'],
    ['what is just a minute before counts', 'a@0=1 a@60=10', ''],
    ['a millisecond before that it does not', 'a@0=1 a@60.001=10', '60.001=10'],
    ['the middle itself may leave', 'a@0=10 a@1=5 a@2=20 a@60.5=30', '0=10 2=10 60.5=20'],
    ['what is no number is left out', 'a@0=many a@1=10', '1=10'],
    ['and nothing is found at it', 'a@0=10 a@1=many a@2', '0=10'],
    ['in whatever order they come', 'a@1=15 a@0=5', '1=10'],
    ['each user for himself', 'a@0=1 a@1:bob=19', '1:bob=19'],
    ['without a user there is no group', 'a@0:=10', ''],
    ['each cluster for itself', 'a@0=1 a@1=19/d', '1=19/d'],
    ['one that comes twice counts once', 'a@0=1 a@1=19#x a@1=19#x', '1=10'],
  ]);
});

describe('others', () => {
  const hundred = Array.from({ length: 101 }, (_, i) => `a@${i / 2}=${(i * 37) % 101}`).join(' ');
  const last = (percent: number, bound: string) => percentile(percent, `${bound}, gte: 0`, ', timespan: 1h');
  table(percentile(95, 'gt: 94.9999', ', timespan: 1h'), [
    ['the 95th of 0 to 100 is 95, wherever they stood', hundred, hundred95()],
  ]);
  table(percentile(0, 'lte: 3'), [['the 0th is the smallest', 'a@0=7 a@1=3 a@2=5', '1=3 2=3']]);
  table(percentile(100, 'gte: 7'), [['the 100th is the largest', 'a@0=3 a@1=7 a@2=5', '1=7 2=7']]);
  table(last(25, 'lte: 4'), [['a quarter of the way', 'a@0=0 a@1=8 a@2=100', '0=0 1=2 2=4']]);
  table(percentile(99.5, 'gt: 1.5'), [['it may be no whole number', 'a@0=0 a@1=2', '1=1.99']]);
  table(correlation('type: value_median, rules: [a], condition: {field: value, gte: 10}'), [
    ['the median is the 50th', 'a@0=5 a@1=15 a@2=1', '1=10'],
  ]);
});

/** At which of the hundred the bound is passed, counted out from the values so far. */
function hundred95(): string {
  const values: number[] = [];
  return Array.from({ length: 101 }, (_, i) => {
    values.push((i * 37) % 101);
    values.sort((a, b) => a - b);
    const rank = (95 * (values.length - 1)) / 100;
    const low = values[Math.floor(rank)] ?? 0;
    const value = low + (rank % 1) * ((values[Math.ceil(rank)] ?? 0) - low);
    return value > 94.9999 ? `${i / 2}=${value}` : '';
  })
    .filter(text => text !== '')
    .join(' ');
}
