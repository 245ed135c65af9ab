import { expect, test } from '@jest/globals';
import { Clocks } from '../../../../src/detect/state/clock.ts';
import type { Mark } from '../../../../src/model/mark.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const OUR_NOW = 1_000_000;
const LATENESS = 100;

const audit = (producer: string, reached: number, more: Partial<Mark> = {}): Mark => ({
  producer,
  cluster: 'c',
  dataset: 'kubernetes.audit_logs',
  reached,
  ...more,
});
const etcd = (producer: string, reached: number, more: Partial<Mark> = {}): Mark =>
  audit(producer, reached, { dataset: 'etcd.audit_logs', ...more });

type Told = Mark | ((clocks: Clocks) => void);
const expected = (producer: string) => (clocks: Clocks) => clocks.expect(producer);
const idle = (producer: string, moment: number) => (clocks: Clocks) => clocks.idle(producer, moment);
const gone = (producer: string) => (clocks: Clocks) => clocks.remove(producer);

function clocksOf(told: readonly Told[]): Clocks {
  const clocks = new Clocks(LATENESS);
  for (const step of told) {
    if (typeof step === 'function') step(clocks);
    else clocks.reach(step, OUR_NOW);
  }
  return clocks;
}

const cases: [name: string, told: readonly Told[], now: number, sight: number][] = [
  ['of nobody', [], NEVER, NEVER],
  ['of one producer, less the lateness', [audit('a', 5_000)], 4_900, 4_900],
  ['of two is that of the slower one', [audit('a', 5_000), audit('b', 65_000)], 4_900, 4_900],
  ['does not go back', [audit('a', 5_000), audit('a', 4_000)], 4_900, 4_900],
  ['is not moved by an event of the future', [audit('a', OUR_NOW + 1)], OUR_NOW - 100, OUR_NOW - 100],
  ['does not wait for another cluster', [audit('a', 5_000), audit('b', 1_000, { cluster: 'd' })], 4_900, 4_900],
  ['waits for another data set, sight does not', [audit('a', 5_000), etcd('e', 3_000)], 2_900, 4_900],
  ['goes on where one is idle, sight does not', [audit('a', 5_000), idle('a', 9_000), etcd('e', 8_000)], 7_900, 4_900],
  ['goes on where all are idle', [audit('a', 5_000), idle('a', 9_000)], 8_900, 4_900],
  [
    'stands where idleness is no longer renewed',
    [audit('a', 5_000), idle('a', 9_000), etcd('e', 99_000)],
    8_900,
    4_900,
  ],
  ['is that of an idle one that speaks again', [audit('a', 5_000), idle('a', 9_000), audit('a', 9_500)], 9_400, 9_400],
  ['takes idleness that a mark bears', [audit('a', 5_000, { idle: 9_000 })], 8_900, 4_900],
  ['is held by one that was never heard', [audit('a', 5_000), expected('b')], NEVER, 4_900],
  ['until it is heard', [audit('a', 5_000), expected('b'), audit('b', 4_000)], 3_900, 3_900],
  ['of whatever cluster', [audit('a', 5_000), expected('b'), audit('b', 4_000, { cluster: 'd' })], 4_900, 4_900],
  ['until it is idle', [audit('a', 5_000), expected('b'), idle('b', 4_500)], 4_400, 4_900],
  ['is not held by one that was heard before', [audit('a', 5_000), expected('a')], 4_900, 4_900],
  ['is held by one that vanished', [audit('a', 5_000), audit('b', 1_000)], 900, 900],
  ['until it is removed', [audit('a', 5_000), audit('b', 1_000), gone('b')], 4_900, 4_900],
  ['is not held by a removed one that was never heard', [audit('a', 5_000), expected('b'), gone('b')], 4_900, 4_900],
];
for (const [name, told, now, sight] of cases) {
  test(`the clock ${name}`, () => {
    const clock = clocksOf(told).of('c');
    expect([clock.now, clock.sight('c', 'kubernetes.audit_logs')]).toEqual([now, sight]);
  });
}

test('marks that travel make the same clock elsewhere, in whatever order and however often they come', () => {
  const clocks = clocksOf([audit('a', 5_000), etcd('e', 7_000), idle('e', 9_000), audit('a', 2_000, { cluster: 'd' })]);
  const marks: readonly Mark[] = JSON.parse(JSON.stringify(clocks.marks));
  const others = clocksOf([...marks, ...[...marks].reverse()]);
  expect(others.marks).toEqual(clocks.marks);
  expect([others.of('c').now, others.of('d').now]).toEqual([4_900, 1_900]);
});

test('where nothing comes any more no event is late, and sight ends with the stream', () => {
  const { now, sight } = clocksOf([audit('a', 5_000), etcd('e', 9_000)]).ended('c');
  expect([now, sight('c', 'kubernetes.audit_logs')]).toEqual([Number.POSITIVE_INFINITY, 5_000]);
});

test('producers that anybody may invent are bounded', () => {
  const clocks = clocksOf(Array.from({ length: 20_000 }, (_, i) => audit(`p${i}`, i)));
  expect(clocks.marks).toHaveLength(10_000);
});
