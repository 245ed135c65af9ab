import { expect, test } from '@jest/globals';
import type { Mark } from '../../../../src/model/mark.ts';
import { Clocks } from '../../../../src/pipeline/signals/clocks.ts';

const LATENESS = 10;

type Said = [producer: string, reached: number | undefined, how?: 'idle' | 'old', cluster?: string];

function markOf([producer, reached, how, cluster = 'c']: Said): Mark {
  const idle = how === 'idle';
  const streams = reached === undefined ? [] : [{ cluster, dataset: 'etcd.audit_logs' as const, reached, idle }];
  return { producer, since: how === 'old' ? 0 : 1, idle, streams };
}

/** The clock of `c` after marks were heard, each batch at its time. */
function clockAfter(...said: readonly (readonly [at: number, ...marks: Said[]])[]): number {
  const clocks = new Clocks({ latenessMs: LATENESS });
  clocks.expect(['t/0', 't/1']);
  let now = Number.NEGATIVE_INFINITY;
  for (const [at, ...marks] of said) {
    clocks.hear({ at, marks: marks.map(markOf) });
    now = clocks.of('c').now;
  }
  return now;
}

const cases: [name: string, now: number, ...said: Parameters<typeof clockAfter>][] = [
  ['is that of the slowest, less the lateness', 90, [500, ['t/0', 100], ['t/1', 200]]],
  ['is held by a partition that nobody has spoken of', Number.NEGATIVE_INFINITY, [500, ['t/0', 100]]],
  ['is held by a partition whose reader has not come to its first event', -Infinity, [500, ['t/0', 100], ['t/1', undefined]]],
  ['is not held by an empty partition', 90, [500, ['t/0', 100], ['t/1', undefined, 'idle']]],
  ['is not held by an idle stream', 190, [500, ['t/0', 100, 'idle'], ['t/1', 200]]],
  ['is not held by another cluster', 190, [500, ['t/0', 100, undefined, 'd'], ['t/1', 200]]],
  [
    'is held by a stream whose reader is gone, though it was idle',
    190,
    [500, ['t/0', 100, 'idle'], ['t/1', 200]],
    [20_000, ['t/1', 20_000]],
  ],
  ['never goes back', 190, [500, ['t/0', 100, 'idle'], ['t/1', 200]], [600, ['t/0', 150], ['t/1', 200]]],
  [
    'goes on with the time of the marks where all are idle',
    240,
    [500, ['t/0', 100, 'idle'], ['t/1', 200, 'idle']],
    [550, ['t/0', 100, 'idle'], ['t/1', 200, 'idle']],
  ],
  [
    'knows how far a former reader came, and does not take its word that nothing comes',
    90,
    [500, ['t/0', 50], ['t/1', 200]],
    [501, ['t/0', 100, 'old'], ['t/1', 200]],
    [502, ['t/0', 100, 'old'], ['t/1', 200]],
  ],
];
for (const [name, now, ...said] of cases) test(`the clock ${name}`, () => expect(clockAfter(...said)).toBe(now));

test('sight of a data set ends where its slowest stream does, idle or not, and there is none of what never spoke', () => {
  const clocks = new Clocks({ latenessMs: LATENESS });
  clocks.expect(['t/0', 't/1']);
  clocks.hear({ at: 500, marks: [markOf(['t/0', 100, 'idle']), markOf(['t/1', 200])] });
  const { sight } = clocks.of('c');
  expect([sight('c', 'etcd.audit_logs'), sight('c', 'kubernetes.audit_logs')]).toEqual([90, -Infinity]);
});
