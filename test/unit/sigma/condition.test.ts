import { expect, test } from '@jest/globals';
import { type Condition, parseCondition } from '../../../src/sigma/condition.ts';

const a: Condition = { kind: 'selection', name: 'a' };
const b: Condition = { kind: 'selection', name: 'b' };
const both: Condition = { kind: 'and', parts: [a, b] };
const one: Condition = { kind: 'or', parts: [a, b] };

const cases: [text: string, condition: Condition][] = [
  ['a', a],
  ['((a))', a],
  ['a and b', both],
  ['a or b', one],
  ['all of them', both],
  ['1 of them', one],
  ['any of *', one],
  ['1 of a', { kind: 'or', parts: [a] }],
  ['not a', { kind: 'not', part: a }],
  ['a or not (a and b)', { kind: 'or', parts: [a, { kind: 'not', part: both }] }],
];
for (const [text, condition] of cases) {
  test(`the condition ${text} is spelled out`, () => expect(parseCondition(text, ['a', 'b'])).toEqual(condition));
}
