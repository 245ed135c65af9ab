import { expect, test } from '@jest/globals';
import { Received } from '../../../../src/pipeline/signals/received.ts';
import { readSinglesRow, writeSinglesRow } from '../../../../src/pipeline/signals/singles-row.ts';
import { signalAt } from '../../detect/state/support.ts';

type Come = readonly [place: string, at: number, isNews: boolean];

/** `t/0@5.1 r`: partition, offset, item and rule. */
function signalOf(place: string, at: number) {
  const [, source = '', offset, item, input = ''] = /^(\S+)@(\d+)\.(\d+) (\S+)$/.exec(place) ?? [];
  return signalAt(at, 'e', { input, read: { source, offset: Number(offset), item: Number(item), at } });
}

const cases: readonly [name: string, come: readonly Come[]][] = [
  [
    'matches of one partition, in order',
    [
      ['t/0@1.0 r', 1, true],
      ['t/0@2.0 r', 2, true],
      ['t/0@9.0 r', 1, true],
    ],
  ],
  [
    'of one event, by several rules',
    [
      ['t/0@1.0 r', 1, true],
      ['t/0@1.0 s', 1, true],
      ['t/0@1.0 r', 1, false],
      ['t/0@1.0 s', 1, false],
    ],
  ],
  [
    'of several events of one record',
    [
      ['t/0@1.0 r', 1, true],
      ['t/0@1.1 r', 1, true],
      ['t/0@1.0 r', 1, false],
      ['t/0@1.1 r', 1, false],
    ],
  ],
  [
    'what is read again after a restart',
    [
      ['t/0@1.0 r', 1, true],
      ['t/0@2.0 r', 2, true],
      ['t/0@1.0 r', 1, false],
      ['t/0@2.0 r', 2, false],
      ['t/0@3.0 r', 3, true],
    ],
  ],
  [
    'partitions do not know of each other',
    [
      ['t/0@9.0 r', 9, true],
      ['t/1@1.0 r', 1, true],
      ['u/0@1.0 r', 1, true],
    ],
  ],
  [
    'a topic that was made anew',
    [
      ['t/0@900.0 r', 900, true],
      ['t/0@0.0 r', 1_000, true],
      ['t/0@0.0 r', 1_000, false],
      ['t/0@1.0 r', 1_001, true],
    ],
  ],
];
for (const [name, come] of cases) {
  test(`news and what is none: ${name}`, () => {
    const received = new Received();
    expect(come.map(([place, at]) => received.take(signalOf(place, at)))).toEqual(come.map(([, , isNews]) => isNews));
  });
}

test('what was kept is known after a restart', () => {
  const received = new Received();
  for (const place of ['t/0@4.0 r', 't/1@7.1 r', 't/1@7.1 s']) received.take(signalOf(place, 10));
  const row = readSinglesRow(Buffer.from(writeSinglesRow({ next: 3, received: received.rows, parked: [2] })));
  expect([row?.next, row?.parked]).toEqual([3, [2]]);
  const again = new Received(row?.received);
  const places = ['t/0@4.0 r', 't/0@5.0 r', 't/1@7.1 r', 't/1@7.1 s', 't/1@7.1 t', 't/1@6.0 t'];
  expect(places.map(place => again.take(signalOf(place, 10)))).toEqual([false, true, false, false, true, false]);
});

test('what no record tells of is always news', () => {
  const received = new Received();
  expect([received.take(signalAt(1, 'a')), received.take(signalAt(1, 'a'))]).toEqual([true, true]);
});

test('where there are too many rules and partitions, those without a match for longest are forgotten', () => {
  const received = new Received();
  for (let n = 0; n <= 10_000; n += 1) received.take(signalOf(`t/${n}@5.0 r`, n));
  expect(received.rows.length).toBe(9_001);
  expect(['t/999@5.0 r', 't/1000@5.0 r', 't/10000@5.0 r'].map(place => received.take(signalOf(place, 1)))).toEqual([
    true,
    false,
    false,
  ]);
});

test('a row is never larger than what a broker takes; what had a match last stays', () => {
  const received = Array.from({ length: 10_000 }, (_, n) => [`${'t'.repeat(200)}/${n}`, 'r', 5, 0, n] as const);
  const text = writeSinglesRow({ next: 1, received, parked: [] });
  expect(text.length).toBeLessThan(900_000);
  const kept = readSinglesRow(Buffer.from(text))?.received.map(([, , , , at]) => at) ?? [];
  expect([kept.length, Math.min(...kept), Math.max(...kept)]).toEqual([2_500, 7_500, 9_999]);
});

test('a row that is none of ours is passed over', () => {
  for (const text of [
    '',
    'x',
    '{}',
    '{"v":2,"next":1,"parked":[],"names":[],"received":[]}',
    '{"v":1,"next":-1,"parked":[],"names":[],"received":[]}',
    '{"v":1,"next":1,"parked":[],"names":["t","r"],"received":[[0,1]]}',
  ])
    expect(readSinglesRow(Buffer.from(text))).toBeUndefined();
  expect(readSinglesRow(null)).toBeUndefined();
});
