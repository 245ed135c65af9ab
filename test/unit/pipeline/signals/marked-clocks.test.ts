import { expect, test } from '@jest/globals';
import type { Mark, Marks } from '../../../../src/model/mark.ts';
import { MarkedClocks } from '../../../../src/pipeline/signals/marked-clocks.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const LATENESS = 10;

const mark = (producer: string, reached: number, idle?: number): Mark => ({
  ...{ producer, cluster: 'c', dataset: 'etcd.audit_logs', reached },
  ...(idle === undefined ? {} : { idle }),
});

/** The clock after marks of two partitions. */
function clockAfter(...said: readonly Partial<Marks>[]): number {
  const clocks = new MarkedClocks(LATENESS);
  clocks.expect(['t/0', 't/1']);
  let { now } = clocks.of('c');
  for (const [turn, marks] of said.entries()) {
    clocks.hear({ at: 1_000 + turn, marks: [], silent: [], ...marks });
    now = clocks.of('c').now;
  }
  return now;
}

const cases: [name: string, now: number, said: Partial<Marks>[]][] = [
  ['is that of the slowest, less the lateness', 90, [{ marks: [mark('t/0', 100), mark('t/1', 200)] }]],
  ['waits for a partition that nobody has spoken of', NEVER, [{ marks: [mark('t/0', 100)] }]],
  [
    'does not wait for one that is empty',
    90,
    [{ marks: [mark('t/0', 100)], silent: [{ producer: 't/1', until: 900 }] }],
  ],
  ['goes on with a stream that is idle', 190, [{ marks: [mark('t/0', 100, 250), mark('t/1', 200)] }]],
  [
    'never goes back',
    190,
    [{ marks: [mark('t/0', 100, 250), mark('t/1', 200)] }, { marks: [mark('t/0', 150), mark('t/1', 200)] }],
  ],
  [
    'goes on with a stream that a former reader has named, by as much as ours has',
    105,
    [
      { at: 1_000, marks: [mark('t/0', 100), mark('t/1', 200)] },
      { at: 1_015, marks: [mark('t/1', 200)], silent: [{ producer: 't/0', until: 1_015 }] },
    ],
  ],
  [
    'does not take the silence of others in a partition for that of a stream that is named',
    90,
    [{ marks: [mark('t/0', 100), mark('t/1', 200)], silent: [{ producer: 't/0', until: 1_000 }] }],
  ],
];
for (const [name, now, said] of cases) test(`the clock ${name}`, () => expect(clockAfter(...said)).toBe(now));

test('nothing is evaluated before it is known which partitions there are', () => {
  const clocks = new MarkedClocks(LATENESS);
  clocks.hear({ at: 1_000, marks: [mark('t/0', 100)], silent: [] });
  expect(clocks.of('c').now).toBe(NEVER);
  clocks.expect(['t/0']);
  expect(clocks.of('c').now).toBe(90);
});

test('the lag is that of the slowest clock', () => {
  const clocks = new MarkedClocks(LATENESS);
  expect(clocks.lag).toBe(0);
  clocks.expect(['t/0']);
  clocks.hear({ at: 1_000, marks: [mark('t/0', 100)], silent: [] });
  clocks.of('c');
  expect(clocks.lag).toBe(910);
});
