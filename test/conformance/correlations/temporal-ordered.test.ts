import { describe, expect, test } from '@jest/globals';
import { correlation, found } from './support.ts';
import { table } from './table.ts';

// Source: Sigma correlation rules specification 2.1, "Ordered Temporal Proximity": as temporal, and in the order of the rules.

const inTurn = (rules: string, more = ''): string => correlation(`type: temporal_ordered, rules: [${rules}]${more}`);

describe('first a, then b', () => {
  table(inTurn('a, b'), [
    ['in this order', 'a@0 b@1', '1'],
    ['not in the other', 'b@0 a@1', ''],
    ['one of them is not enough', 'b@0 b@1', ''],
    ['another a makes it no less true', 'a@0 b@1 a@2', '1 2'],
    ['an early b is no hindrance', 'b@0 a@1 b@2', '2'],
    ['a minute apart is near', 'a@0 b@60', '60'],
    ['a millisecond more is not', 'a@0 b@60.001', ''],
    ['the later a is near enough', 'a@0 a@10 b@70', '70'],
    ['an a that is near but after the b is not before it', 'a@0 b@50 a@55 a@61', '50 55'],
    ['in whatever order they come', 'b@1 a@0', '1'],
    ['of one user', 'a@0 b@1:bob', ''],
    ['without a user there is no group', 'a@0: b@1:', ''],
    ['of one cluster', 'a@0 b@1/d', ''],
    ['one that comes after the clock has passed it does not count', 'b@10 clock@10 a@9', ''],
  ]);
});

describe('what happened in one millisecond is in whichever order is asked for', () => {
  table(inTurn('a, b'), [
    ['a is told first', 'a@5#1 b@5#2', '5'],
    ['b is told first', 'a@5#2 b@5#1', '5'],
    ['one event may be both', 'a@5#x b@5#x', '5'],
  ]);
  table(inTurn('a, b, c'), [
    ['of three, told the wrong way round', 'c@5#1 b@5#2 a@5#3', '5'],
    ['two of three', 'a@0 c@5#1 b@5#2', '5'],
    ['but not what was before', 'c@4.999 a@5#1 b@5#2', ''],
  ]);
});

describe('three rules', () => {
  table(inTurn('a, b, c'), [
    ['in their order', 'a@0 b@1 c@2', '2'],
    ['two of them changed', 'b@0 a@1 c@2', ''],
    ['the order is found among others', 'c@0 b@1 a@2 c@3 b@4 a@5 c@6', '6'],
    ['all in one window', 'a@0 b@30 c@61', ''],
    ['the latest that can begin is looked for', 'a@0 b@10 a@20 b@30 c@75', '75'],
    ['but it has to be in order', 'a@0 b@10 a@20 c@75', ''],
  ]);
  table(inTurn('a, b, c', ', condition: {gte: 2}'), [
    ['some of them, where a number is given, in order', 'c@0 b@1 a@2 c@3', '3'],
    ['not the wrong way round', 'c@0 b@1 a@2', ''],
  ]);
});

describe('an expression: in order are the rules that make it hold', () => {
  table(inTurn('a, b, c', ', condition: (a or b) and c'), [
    ['one way', 'a@0 c@1', '1'],
    ['the other', 'b@0 c@1', '1'],
    ['in order', 'c@0 a@1 b@2', ''],
    ['what is out of order does not hide what is in order', 'b@0 a@1 c@2', '2'],
  ]);
  table(inTurn('a, b, c', ', condition: a and b and not c'), [
    ['what must not be there is not there in any order', 'c@0 a@1 b@2 a@61 b@62', '61 62'],
  ]);
});

test('an order among too many choices is refused', () => {
  const rules = 'abcdefghijklm'.split('').map(name => `r${name}`);
  const texts = rules.map(
    name =>
      `{title: ${name}, name: ${name}, level: low, logsource: {product: p}, detection: {s: {x: 1}, condition: s}}`,
  );
  const text = (condition: string) =>
    [inTurn(rules.join(', '), `, condition: {${condition}}`), ...texts].join('\n---\n');
  expect(() => found(text('gte: 2'), '')).toThrow(
    'chooses in order among 13 rules; name 12 at the most, or want all of them',
  );
  expect(() => found(text('gte: 13'), 'ra@0')).not.toThrow();
});
