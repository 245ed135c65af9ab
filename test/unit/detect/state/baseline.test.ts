import { expect, test } from '@jest/globals';
import { Baseline } from '../../../../src/detect/state/baseline.ts';
import { keyOfRow } from '../../../../src/model/baseline.ts';

const HOUR = 3_600_000;
const OF_C = { program: 'p', cluster: 'c' };

const changesOf = (baseline: Baseline) =>
  baseline
    .changes()
    .map(({ row }) => (row === undefined ? 'forgotten' : [row.terms.join('/'), row.firstSeen, row.lastSeen]));

test('what changed is handed on once, a term that is seen again once an hour', () => {
  const baseline = new Baseline(10, true);
  const terms = baseline.of('p', 'c');
  terms.watch(5);
  terms.see(['a', 'x'], 5);
  terms.see(['b', 'x'], 6);
  terms.see(['a', 'x'], 7);
  expect(changesOf(baseline)).toEqual([
    ['', 5, 5],
    ['a/x', 5, 5],
    ['b/x', 6, 6],
  ]);
  expect(changesOf(baseline)).toEqual([]);
  terms.see(['a', 'x'], HOUR + 4);
  expect(changesOf(baseline)).toEqual([]);
  terms.see(['a', 'x'], HOUR + 5);
  terms.watch(HOUR + 5);
  expect(changesOf(baseline)).toEqual([
    ['a/x', 5, HOUR + 5],
    ['', 5, HOUR + 5],
  ]);
});

test('a term that is forgotten, or has to go, is handed on as such', () => {
  const baseline = new Baseline(2, true);
  const terms = baseline.of('p', 'c');
  for (const [i, name] of ['a', 'b', 'c'].entries()) terms.see([name], i);
  terms.forget(2);
  const changes = baseline.changes();
  expect(changes.map(({ row }) => row?.terms[0])).toEqual([undefined, undefined, 'c']);
  expect(changes[0]?.key).toBe(keyOfRow({ ...OF_C, terms: ['a'] }));
});

test('changes are not kept where nobody asks for them', () => {
  const baseline = new Baseline(10);
  baseline.of('p', 'c').see(['a'], 5);
  expect(baseline.changes()).toEqual([]);
});

test('what is put in again, or from two sides, is the same as what was there', () => {
  const baseline = new Baseline(10);
  const rows = [
    { ...OF_C, terms: [], firstSeen: 1, lastSeen: 9, resumed: 4 },
    { ...OF_C, terms: ['a'], firstSeen: 1, lastSeen: 5 },
    { ...OF_C, terms: ['b'], firstSeen: 2, lastSeen: 9 },
  ];
  for (const row of [...rows, ...rows]) baseline.put(row);
  baseline.put({ ...OF_C, terms: ['a'], firstSeen: 3, lastSeen: 7 });
  expect([...baseline.rows()]).toEqual([rows[0], rows[2], { ...OF_C, terms: ['a'], firstSeen: 1, lastSeen: 7 }]);
});

const rowOf = (of: string | undefined, term: string) => ({
  ...OF_C,
  terms: [term],
  firstSeen: 1,
  lastSeen: 5,
  ...(of && { of }),
});
const replaced: [name: string, rows: ReturnType<typeof rowOf>[], known: boolean, changes: (string | undefined)[]][] = [
  ['as it is now', [rowOf('new', 'a')], true, []],
  ['when it looked for something else, which is forgotten', [rowOf('old', 'a')], false, [undefined, undefined]],
  ['at a time that is not known', [rowOf(undefined, 'a')], true, ['new', 'new']],
];
for (const [name, rows, isKnown, changes] of replaced) {
  test(`a program has seen what was seen ${name}`, () => {
    const baseline = new Baseline(10, true);
    for (const row of rows) baseline.put(row);
    const terms = baseline.of('p', 'c', 'new');
    expect([terms.get(['a']) !== undefined, terms.watched !== undefined]).toEqual([isKnown, isKnown]);
    expect(baseline.changes().map(({ row }) => row?.of)).toEqual(changes);
    expect(baseline.changes()).toEqual([]);
  });
}

test('what is seen anew stands in the place of what the program saw as another', () => {
  const baseline = new Baseline(10, true);
  baseline.put(rowOf('old', 'a'));
  baseline.of('p', 'c', 'new').see(['a'], 9);
  const last = new Map(baseline.changes().map(({ key, row }) => [key, row]));
  expect(last.get(keyOfRow(rowOf('new', 'a')))).toEqual({ ...rowOf('new', 'a'), firstSeen: 9, lastSeen: 9 });
  expect([...baseline.rows()].map(({ of }) => of)).toEqual(['new']);
});

test('clusters that anybody may invent are bounded, and those that were known stay', () => {
  const baseline = new Baseline(10, true);
  baseline.of('p', 'c').see(['a'], 5);
  for (let i = 0; i < 30_000; i += 1) baseline.of('p', `c${i}`).see(['a'], 5);
  expect([baseline.changes().length, [...baseline.rows()].length]).toEqual([20_000, 20_000]);
  expect(baseline.of('p', 'c').get(['a'])).toBeDefined();
});
