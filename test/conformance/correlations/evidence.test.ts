import { expect, test } from '@jest/globals';
import { programOf } from './program.ts';
import { chain, correlation, evidence, findings } from './support.ts';

const count = (condition: string): string => correlation(`type: event_count, rules: [a], condition: {${condition}}`);

/** So many events of a rule, one each tenth of a second. */
const burst = (rule: string, from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${rule}@${(from + i) / 10}`).join(' ');

const range = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => from + i).join(' ');

const last = (yaml: string, timeline: string) => findings(programOf(yaml), timeline).at(-1);

test('an alert is told all of the window, in order', () => {
  expect(evidence(count('gte: 3'), 'a@2 a@0 a@1 a@61')).toEqual(['1 2 0', '2 0 3']);
});

test('of more than an alert keeps, the earliest and the latest', () => {
  expect(evidence(count('gte: 30'), burst('a', 0, 30))).toEqual([`${range(0, 10)} ${range(20, 30)}`]);
});

test('of very many, of the last hundred; all are counted, and when it began is known', () => {
  expect(evidence(count('gte: 150'), burst('a', 0, 150))).toEqual([`${range(50, 60)} ${range(140, 150)}`]);
  expect(last(count('gte: 150'), burst('a', 10, 160))?.window).toEqual({ count: 150, fresh: 150, since: 1_000 });
});

test('fresh is what came since the finding before', () => {
  const found = findings(programOf(count('gte: 3, neq: 4')), 'a@0 a@1 a@2 a@3 a@4 a@90 a@91 a@92');
  expect(found.map(({ window }) => window)).toEqual([
    { count: 3, fresh: 3, since: 0 },
    { count: 5, fresh: 2, since: 0 },
    { count: 3, fresh: 3, since: 90_000 },
  ]);
});

test('of each rule of a temporal correlation some are told, however many there are of another', () => {
  const near = correlation('type: temporal, rules: [a, b, c]');
  expect(evidence(near, `${burst('a', 0, 15)} b@1.5 ${burst('a', 16, 31)} c@3.1`)).toEqual(['0 1 2 15 28 29 30 31']);
});

test('what is no evidence counts all the same', () => {
  const both = correlation('type: event_count, rules: [a, quiet], condition: {gte: 3}');
  expect(evidence(both, 'quiet@0 a@1 quiet@2')).toEqual(['1']);
  expect(last(both, 'quiet@0 a@1 quiet@2')?.window).toEqual({ count: 3, fresh: 3, since: 0 });
});

test('one event on which two rules hold is told and counted once', () => {
  const near = correlation('type: temporal, rules: [a, b, c]');
  expect(evidence(near, 'a@0#x b@0#x c@1#y')).toEqual(['x y']);
  expect(last(near, 'a@0#x b@0#x c@1#y')?.window).toEqual({ count: 2, fresh: 2, since: 0 });
});

test('what an inner correlation rests on is counted where it holds first', () => {
  const many = correlation('type: event_count, rules: [a], condition: {gte: 3}', 'many');
  const outer = chain(correlation('type: temporal_ordered, rules: [many, b]'), many);
  expect(findings(programOf(outer), 'a@0 a@1 a@2 a@3 b@4 b@5').map(({ window }) => window)).toEqual([
    { count: 5, fresh: 5, since: 0 },
    { count: 6, fresh: 1, since: 0 },
  ]);
});

test('a finding says of whom it is and which event made it hold', () => {
  const told = last(count('gte: 2'), 'a@0:eve a@1:eve#x');
  expect(told).toMatchObject({ cluster: 'c', group: { user: 'eve' }, maker: { id: 'x' }, value: 2 });
});
