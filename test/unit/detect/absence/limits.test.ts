import { expect, test } from '@jest/globals';
import { END, NAMED, playing, programOf, request, type Step, told, UNNAMED, unnamed, write } from './support.ts';

const named = (i: number) => ({ ns: 'dev', name: `n${i}` });
const times = (count: number, step: (i: number) => Step): readonly Step[] =>
  Array.from({ length: count }, (_, i) => step(i));

test('of more explanations than may be held those that end first are let go, and what they may explain is not judged', () => {
  const steps = [
    ...times(20, i => request(`r${i}`, i, named(i))),
    write('v', 10, named(0)),
    write('w', 1_020, named(99)),
    END,
  ];
  expect(told(steps, { limits: { signals: 10 } })).toEqual(['w', 'full 10–10: 0 judged, 1 not', '1 not judged']);
});

test('what such an explanation had explained stays explained', () => {
  const steps = [write('w', 0, named(0)), ...times(20, i => request(`r${i}`, i, named(i))), END];
  expect(told(steps, { limits: { signals: 10 } })).toEqual([]);
});

test('explanations of one match are kept beside a flood of others', () => {
  const pod = (id: string) => write(id, 1_000, { ns: 'dev', name: 'web-1' });
  const steps = [
    unnamed('u', 0, { ns: 'dev', generate: 'web-' }, { to: 1_000 }),
    ...times(20, i => request(`r${i}`, i, named(i))),
    pod('w'),
    END,
  ];
  const program = programOf([NAMED, { ...UNNAMED, beforeMs: 0 }]);
  expect(told(steps, { limits: { signals: 10 }, program })).toEqual([]);
});

test('of more matches than may wait the first is given up', () => {
  const steps = [...times(3, i => write(`w${i}`, i, named(i))), END];
  expect(told(steps, { limits: { groups: 2 } })).toEqual(['w1', 'w2', 'full 0–0: 0 judged, 1 not', '1 not judged']);
});

test('a flood of names, explained or not, is held within the limits', () => {
  const limits = { signals: 1_000, groups: 1_000 };
  const flood = times(50_000, i =>
    i % 2 === 0 ? request(`r${i}`, i >> 7, named(i)) : write(`w${i}`, i >> 7, named(i)),
  );
  const { evaluator } = playing(flood, { limits });
  expect(evaluator.counts.held).toBeLessThanOrEqual(2_000);
  expect(evaluator.counts.evicted).toBe(48_000);
  expect(evaluator.counts.notJudged).toBe(24_000);
});

test('nothing is held of what no match can want any more', () => {
  const steps = times(100, i => request(`r${i}`, i * 60_000, named(i)));
  const { evaluator } = playing([...steps, { now: 99 * 60_000 }]);
  // Fifteen minutes, and the window of the first of them.
  expect(evaluator.counts.held).toBe(16);
});
