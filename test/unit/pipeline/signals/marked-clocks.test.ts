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

/** All of it as it is once more after so many milliseconds. */
const still = (ms: number, ...marks: readonly Mark[]): Partial<Marks>[] => [
  { at: 2_000, marks },
  { at: 2_000 + ms, marks },
];
const AT_REST = 60_000;
const resting: [name: string, now: number, said: Partial<Marks>[]][] = [
  [
    'passes all when every stream is idle for a minute',
    901,
    still(AT_REST, mark('t/0', 100, 150), mark('t/1', 900, 950)),
  ],
  ['is that of the slowest before', 140, still(AT_REST - 1, mark('t/0', 100, 150), mark('t/1', 900, 950))],
  ['waits for a stream that is not idle', 140, still(AT_REST, mark('t/0', 100, 150), mark('t/1', 900))],
  [
    'waits for one that goes on',
    140,
    [...still(AT_REST - 1, mark('t/0', 100, 150), mark('t/1', 900, 950)), { at: 90_000, marks: [mark('t/0', 101)] }],
  ],
  ['waits for a partition that nobody has spoken of', NEVER, still(AT_REST, mark('t/0', 100, 150))],
  [
    'passes all when whoever read it is gone and nothing comes',
    901,
    [
      { at: 2_000, marks: [mark('t/0', 100), mark('t/1', 900, 905)] },
      { at: 3_000, silent: [{ producer: 't/0', until: 3_000 }] },
      { at: 63_000, marks: [mark('t/1', 900, 905)] },
    ],
  ],
];
for (const [name, now, said] of resting) test(`the clock ${name}`, () => expect(clockAfter(...said)).toBe(now));

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

const MINUTE = 60_000;
/** Minutes after the first marks, and who is spoken of then. */
type Later = readonly [minute: number, ...marks: readonly Mark[]];

const gone: [name: string, expected: readonly string[], later: readonly Later[], now: number][] = [
  ['holds the clock for ten minutes', ['t/0'], [[9.9, mark('t/0', 900)]], 90],
  ['holds it no more then', ['t/0'], [[10, mark('t/0', 900)]], 890],
  [
    'holds it as long as somebody speaks of it',
    ['t/0'],
    [
      [9, mark('u/0', 100)],
      [18, mark('t/0', 900)],
    ],
    90,
  ],
  ['holds it where it is expected, whatever time has passed', ['t/0', 'u/0'], [[999, mark('t/0', 900)]], 90],
  [
    'is waited for again when it speaks again',
    ['t/0'],
    [
      [10, mark('t/0', 900)],
      [11, mark('u/0', 950), mark('t/0', 990)],
    ],
    940,
  ],
];
for (const [name, expected, later, now] of gone) {
  test(`a partition of a topic that is not configured any more ${name}`, () => {
    const clocks = new MarkedClocks(LATENESS);
    clocks.expect(expected);
    clocks.hear({ at: 1_000, marks: [mark('t/0', 200), mark('u/0', 100)], silent: [] });
    for (const [minute, ...marks] of later) clocks.hear({ at: 1_000 + minute * MINUTE, marks, silent: [] });
    expect(clocks.of('c').now).toBe(now);
  });
}

test('a partition that was empty and is not configured any more does not hold the clock either', () => {
  const clocks = new MarkedClocks(LATENESS);
  clocks.expect(['t/0']);
  clocks.hear({ at: 1_000, marks: [mark('t/0', 200)], silent: [{ producer: 'u/0', until: 100 }] });
  expect(clocks.of('c').now).toBe(90);
  clocks.hear({ at: 1_000 + 10 * MINUTE, marks: [mark('t/0', 900)], silent: [] });
  expect(clocks.of('c').now).toBe(890);
});

test('a partition that is expected and was never heard is never taken for gone', () => {
  const clocks = new MarkedClocks(LATENESS);
  clocks.expect(['t/0', 't/1']);
  clocks.hear({ at: 1_000, marks: [mark('t/0', 100)], silent: [] });
  clocks.hear({ at: 1_000 + 60 * MINUTE, marks: [mark('t/0', 900)], silent: [] });
  expect(clocks.of('c').now).toBe(NEVER);
});
