import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import type { Line } from '../../../src/ingest/lines.ts';
import { type Log, merge, type Timed } from '../../../src/pipeline/merge.ts';

const UNKNOWN = Number.NEGATIVE_INFINITY;

type Read = Timed & { readonly told: string };

/** A log with a line at each of these times; `x` breaks off. */
function log(name: string, times: readonly (number | 'x')[], begins: number, opened: string[]): Log<Read> {
  return {
    name,
    begins,
    open: async function* () {
      opened.push(`${name}+`);
      for (const [i, time] of times.entries()) {
        if (time === 'x') {
          opened.push(`${name}!`);
          throw new KeywardenError('FILE', name);
        }
        yield [{ number: i, bytes: undefined } satisfies Line];
      }
      opened.push(`${name}-`);
    },
    read: ({ number }) => ({ time: times[number] as number, told: `${name}${times[number]}` }),
  };
}

type Case = {
  readonly logs: readonly (readonly (number | 'x')[])[];
  readonly begins?: readonly number[];
  readonly mostOpen?: number;
  readonly taken: string;
  /** What was opened and closed, in order. */
  readonly opened?: string;
  readonly faults?: number;
};

const cases: Readonly<Record<string, Case>> = {
  'one log': { logs: [[1, 2, 3]], taken: 'a1 a2 a3' },
  'two that overlap': {
    logs: [
      [1, 4, 5],
      [2, 3, 6],
    ],
    taken: 'a1 b2 b3 a4 a5 b6',
  },
  'at one time in the order given': { logs: [[1], [1]], taken: 'a1 b1' },
  'those that follow each other are not open together': {
    logs: [
      [5, 6],
      [1, 2],
      [3, 4],
    ],
    taken: 'b1 b2 c3 c4 a5 a6',
    opened: 'b+ b- c+ c- a+ a-',
  },
  'one that lasts is open beside those that follow each other': {
    logs: [
      [1, 3, 6, 9, 10, 11],
      [2, 4],
      [7, 8],
    ],
    taken: 'a1 b2 a3 b4 a6 c7 c8 a9 a10 a11',
    opened: 'a+ b+ b- c+ c- a-',
  },
  'one of unknown beginning is opened at once': {
    logs: [[1, 4], [3]],
    begins: [1, UNKNOWN],
    taken: 'a1 b3 a4',
    opened: 'b+ b- a+ a-',
  },
  'no more open than allowed, the earliest first': {
    logs: [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
    mostOpen: 2,
    taken: 'a1 b2 a4 c3 b5 c6',
  },
  'one at a time, in the order given': {
    logs: [
      [3, 4],
      [1, 2],
    ],
    begins: [UNKNOWN, UNKNOWN],
    mostOpen: 1,
    taken: 'a3 a4 b1 b2',
  },
  'a single time that is ahead holds nothing up': {
    logs: [
      [1, 99, 3, 5],
      [2, 4, 6],
    ],
    taken: 'a1 b2 a99 a3 b4 a5 b6',
  },
  'the last time of a log may be ahead too': {
    logs: [
      [1, 99],
      [2, 4],
    ],
    taken: 'a1 b2 b4 a99',
  },
  'a line that stands behind is taken when it comes': {
    logs: [
      [1, 5, 2, 6],
      [3, 4],
    ],
    taken: 'a1 a5 a2 b3 b4 a6',
  },
  'a log that breaks off is taken up to there': {
    logs: [
      [1, 3, 'x'],
      [2, 4],
    ],
    taken: 'a1 b2 a3 b4',
    faults: 1,
  },
  'an empty log': { logs: [[], [1]], taken: 'b1' },
  'no log': { logs: [], taken: '' },
};
for (const [name, { logs, begins, mostOpen = 10, taken, opened, faults = 0 }] of Object.entries(cases)) {
  test(`merge: ${name}`, async () => {
    const found: string[] = [];
    const doors: string[] = [];
    let broken = 0;
    const first = (i: number): number => begins?.[i] ?? Math.min(...(logs[i] ?? []).map(Number));
    await merge(
      logs.map((times, i) => log('abc'.charAt(i), times, first(i), doors)),
      mostOpen,
      { take: ({ told }) => found.push(told), fault: () => (broken += 1) },
    );
    expect([found.join(' '), broken]).toEqual([taken, faults]);
    if (opened !== undefined) expect(doors.join(' ')).toBe(opened);
  });
}

test('merge: how far all have come', async () => {
  const logs = [
    [1, 3, 9, 8, 12],
    [2, 99, 4, 10],
    [5, 7],
  ].map((times, i) => log('abc'.charAt(i), times, Math.min(...times), []));
  const told: string[] = [];
  await merge(logs, 10, { take: ({ told: what }, reached) => told.push(`${what}<${reached()}`), fault: () => {} });
  expect(told.join(' ')).toBe('a1<1 b2<2 a3<3 b99<4 b4<4 c5<5 c7<7 a9<8 a8<8 b10<10 a12<12');
});
