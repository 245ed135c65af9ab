import { describe } from '@jest/globals';
import { correlation } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Temporal Proximity": all rules within the timespan, in whatever order.

const near = (rules: string, more = ''): string => correlation(`type: temporal, rules: [${rules}]${more}`);

describe('two rules within a minute', () => {
  table(near('a, b'), [
    ['one of them is not enough', 'a@0 a@1', ''],
    ['it holds as soon as both are there', 'a@0 b@1', '1'],
    ['in either order', 'b@0 a@1', '1'],
    ['and goes on to hold as long as both are', 'a@0 b@1 b@2 a@3', '1 2 3'],
    ['a minute apart is near', 'a@0 b@60', '60'],
    ['a millisecond more is not', 'a@0 b@60.001', ''],
    ['the later of two is near enough', 'a@0 a@10 b@70', '70'],
    ['it ends with the last of one', 'a@0 b@1 b@60 b@61', '1 60'],
    ['in one millisecond', 'a@5 b@5', '5'],
    ['one event may be both', 'a@5#x b@5#x', '5'],
    ['in whatever order they come', 'b@1 a@0', '1'],
    ['one that comes after the clock has passed it does not count', 'b@10 clock@10 a@9', ''],
    ['of one user', 'a@0 b@1:bob', ''],
    ['without a user there is no group', 'a@0: b@1:', ''],
    ['of one cluster', 'a@0 b@1/d a@2/d', '2/d'],
  ]);
});

describe('three rules', () => {
  table(near('a, b, c'), [
    ['two of them are not enough', 'a@0 b@1', ''],
    ['all three', 'c@0 a@1 b@2', '2'],
    ['all have to be in one window', 'a@0 b@30 c@61', ''],
  ]);
  table(near('a, b, c', ', condition: {gte: 2}'), [
    ['how many different rules, where a number is given', 'a@0 a@1 c@2', '2'],
    ['and not how many events', 'a@0 a@1 a@2', ''],
  ]);
  table(near('a, b, c', ', condition: {eq: 2}'), [['no more than so many', 'a@0 b@1 c@2', '1']]);
});

describe('an expression', () => {
  table(near('a, b, c', ', condition: a and (b or c)'), [
    ['one of two will do', 'a@0 c@1', '1'],
    ['or the other', 'b@0 a@1', '1'],
    ['without either it does not hold', 'a@0 a@1', ''],
    ['nor without the first', 'b@0 c@1', ''],
  ]);
  table(near('a, b', ', condition: a and not b'), [
    ['what must not be there', 'a@0 b@1 a@2 a@62', '0 62'],
    ['it looks back alone: what comes after changes nothing', 'a@0 b@1', '0'],
  ]);
});

describe('aliases', () => {
  table(near('a, b', ', group-by: [x], aliases: {x: {a: source, b: destination}}'), [
    ['the source of one is the destination of the other', 'a@0[source=1] b@1[destination=1]', '1:1'],
    ['and no other', 'a@0[source=1] b@1[destination=2,source=1]', ''],
  ]);
});
