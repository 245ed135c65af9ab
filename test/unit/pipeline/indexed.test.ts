import { expect, test } from '@jest/globals';
import type { StoredAlert } from '../../../src/deliver/elasticsearch/alert-store.ts';
import { Indexed } from '../../../src/pipeline/indexed.ts';

/** An alert of `key` that has counted the partition `t/0` up to an offset. */
const alert = (id: string, key: string, first: string, last: string, offset: number, item = 0): StoredAlert => ({
  id,
  key,
  suppressMs: 60_000,
  isClosed: false,
  version: { index: 'alerts', seqNo: 0, primaryTerm: 1 },
  state: {
    '@timestamp': last,
    keywarden: {
      alert: {
        count: 1,
        first_seen: first,
        last_seen: last,
        evidence: [],
        counted: [{ topic: 't', partition: 0, offset, item, count: 1 }],
      },
    },
  },
});

const FIVE = '2026-11-23T05:00:00Z';
const SIX = '2026-11-23T06:00:00Z';
const HALF_PAST = '2026-11-23T05:30:00Z';

const INDEX = [
  alert('a', 'k', FIVE, HALF_PAST, 10, 1),
  alert('b', 'k', SIX, SIX, 20),
  alert('c', 'other', FIVE, SIX, 30),
];

const cases: [name: string, key: string, at: string, offset: number, item: number, isCounted: boolean][] = [
  ['within an alert, below its place', 'k', FIVE, 9, 0, true],
  ['within an alert, at its place', 'k', FIVE, 10, 1, true],
  ['within an alert, an event further in the same record', 'k', FIVE, 10, 2, false],
  ['within an alert, beyond its place', 'k', FIVE, 11, 0, false],
  ['within the next alert of the case', 'k', SIX, 11, 0, true],
  ['between two alerts of the case', 'k', '2026-11-23T05:45:00Z', 5, 0, false],
  ['of a case without alerts', 'none', FIVE, 5, 0, false],
];
for (const [name, key, at, offset, item, isCounted] of cases) {
  test(`a match ${name} ${isCounted ? 'is counted' : 'is not'}`, () => {
    const indexed = new Indexed('t', 0);
    indexed.add(INDEX);
    expect(indexed.counts(key, Date.parse(at), { topic: 't', partition: 0, offset, item })).toBe(isCounted);
  });
}

test('alerts that count another partition say nothing of this one', () => {
  const indexed = new Indexed('t', 1);
  indexed.add(INDEX);
  expect(indexed.has('a')).toBe(false);
  expect(indexed.counts('k', Date.parse(FIVE), { topic: 't', partition: 1, offset: 1, item: 0 })).toBe(false);
});
