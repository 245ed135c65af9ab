import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { firstSeen } from '../../../../src/detect/first-seen.ts';
import { Baseline } from '../../../../src/detect/state/baseline.ts';
import { type BaselineRow, keyOfRow } from '../../../../src/model/baseline.ts';
import { baselineText } from '../../../../src/pipeline/baseline/file.ts';
import { type Imports, importsOf, loadImports, rowsOf } from '../../../../src/pipeline/signals/imports.ts';
import type { FirstSeenProgram } from '../../../../src/sigma/program.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { programOf, signalAt } from '../../detect/state/support.ts';

const DAY = 86_400_000;

const program = (id: string): FirstSeenProgram => ({
  ...programOf(id),
  kind: 'first-seen',
  fields: ['user'],
  learnMs: 7 * DAY,
  rememberMs: 30 * DAY,
});
const PROGRAM = program('p');

/** Of program `p` in cluster `c`, in days. */
const row = (terms: readonly string[], first: number, last: number, more: Partial<BaselineRow> = {}): BaselineRow => ({
  ...{ program: 'p', cluster: 'c', terms, firstSeen: first * DAY, lastSeen: last * DAY },
  ...more,
});

const partitionsOf = ({ byPartition }: Imports): readonly number[] => [...byPartition.keys()];

/** All that is to stand in the partition of `p` and `c` after an import into what is there. */
function imported(file: readonly BaselineRow[], there: readonly BaselineRow[] = []): readonly BaselineRow[] {
  const [one] = importsOf(file, [PROGRAM], 1).byPartition.values();
  return one === undefined ? [] : rowsOf(one, there);
}

const cases: [
  name: string,
  file: readonly BaselineRow[],
  there: readonly BaselineRow[],
  rows: readonly BaselineRow[],
][] = [
  ['an empty file', [], [row([], 1, 2)], []],
  ['where nothing is, all of the file', [row([], 0, 9), row(['a'], 1, 9)], [], [row([], 0, 9), row(['a'], 1, 9)]],
  [
    'lines of several files add up',
    [row([], 0, 5), row(['a'], 1, 4), row([], 3, 9), row(['a'], 3, 9)],
    [],
    [row([], 0, 9), row(['a'], 1, 9)],
  ],
  ['values without a line of the cluster itself', [row(['a'], 1, 4)], [], [row([], 1, 4), row(['a'], 1, 4)]],
  [
    'what was seen since, and before, counts on',
    [row([], 2, 9), row(['a'], 2, 9), row(['b'], 3, 3)],
    [row([], 8, 11), row(['a'], 8, 11), row(['c'], 8, 8)],
    [row([], 2, 11), row(['b'], 3, 3), row(['a'], 2, 11)],
  ],
  [
    'values of before a pause are known anew from its end on',
    [row([], 0, 9), row(['a'], 1, 1)],
    [row([], 20, 21)],
    [row([], 0, 21, { resumed: 20 * DAY }), row(['a'], 1, 1)],
  ],
  [
    'a later pause stays the last one',
    [row([], 0, 9), row(['a'], 1, 1)],
    [row([], 20, 40, { resumed: 39 * DAY })],
    [row([], 0, 40, { resumed: 39 * DAY }), row(['a'], 1, 1)],
  ],
  ['a file that was forgotten when watching began', [row([], 0, 9), row(['a'], 1, 9)], [row([], 40, 41)], []],
];
for (const [name, file, there, rows] of cases) {
  test(`imported: ${name}`, () => expect(imported(file, there)).toEqual(rows));
}

test('what is imported once more, half or whole, is the same', () => {
  const file = [row([], 0, 9), row(['a'], 1, 1), row(['b'], 2, 2)];
  const once = imported(file, [row([], 20, 21), row(['a'], 20, 21)]);
  expect(imported(file, once)).toEqual(once);
  expect(imported(file, once.slice(0, 2))).toEqual(once);
});

test('a program in a cluster is known to one partition', () => {
  const ids = Array.from({ length: 40 }, (_, i) => `p${i}`);
  const rows = ids.flatMap(id => [row([], 0, 9, { program: id }), row(['a'], 1, 9, { program: id })]);
  const imports = importsOf(rows, ids.map(program), 12);
  const parts = [...imports.byPartition.values()].map(one => rowsOf(one, []));
  expect(new Set(parts.flat().map(keyOfRow)).size).toBe(rows.length);
  expect(parts.flat()).toHaveLength(rows.length);
  const homes = ids.map(id => parts.filter(part => part.some(one => one.program === id)).length);
  expect([new Set(homes), parts.length > 6]).toEqual([new Set([1]), true]);
});

test('the same rows are the same import, others another', () => {
  const idOf = (...rows: readonly BaselineRow[]) => importsOf(rows, [PROGRAM], 1).byPartition.get(0)?.id;
  expect(idOf(row([], 0, 9), row(['a'], 1, 9))).toBe(idOf(row([], 0, 9), row(['a'], 1, 9)));
  expect(idOf(row([], 0, 9), row(['a'], 1, 9))).not.toBe(idOf(row([], 0, 9), row(['a'], 1, 8)));
});

test('rules that are not in force take no room', () => {
  const gone = { program: 'gone' };
  const imports = importsOf([row([], 0, 9, gone), row(['a'], 1, 9, gone), row(['a'], 1, 9)], [PROGRAM], 3);
  expect(imports).toMatchObject({ rules: 1, terms: 1, clusters: new Set(['c']), unknown: new Set(['gone']) });
  expect(partitionsOf(imports)).toHaveLength(1);
});

test('rows of a rule that looked for something else are left out, in files and in the topic', () => {
  const old = { of: 'something else' };
  const file = [row([], 0, 9, old), row(['a'], 1, 9, old)];
  expect([importsOf(file, [PROGRAM], 3).outdated, imported(file)]).toEqual([new Set(['p']), []]);
  const now = { of: PROGRAM.looksFor };
  const fresh = [row([], 5, 9, now), row(['a'], 6, 9, now)];
  expect(imported(fresh, file)).toEqual(fresh);
});

/** Who is found to be new in cluster `c`, each at a day, by a process that has imported the file into what it had. */
function found(
  file: readonly BaselineRow[],
  there: readonly BaselineRow[],
  seen: readonly [user: string, day: number][],
  capacity = 1_000,
): { readonly names: readonly string[]; readonly evicted: number } {
  const baseline = new Baseline(capacity);
  for (const one of [...imported(file, there), ...there]) baseline.put(one);
  const evaluator = firstSeen(PROGRAM, baseline);
  const names: string[] = [];
  const report = { found: ({ maker }: { maker: { id: string } }) => names.push(maker.id), blind: () => {} };
  for (const [user, day] of seen) {
    evaluator.take(signalAt(day * DAY, user, { program: 'p', fields: { user } }), report);
  }
  return { names, evicted: evaluator.counts.evicted };
}

const WEEK = [row([], 0, 9), row(['alice'], 1, 9), row(['bob'], 1, 2)];

const days: [
  name: string,
  file: readonly BaselineRow[],
  there: readonly BaselineRow[],
  seen: [string, number][],
  names: string[],
][] = [
  [
    'on the first day what the file knows is known, and all else new',
    WEEK,
    [],
    [
      ['alice', 9.5],
      ['eve', 9.6],
      ['bob', 9.7],
    ],
    ['eve'],
  ],
  [
    'without a file nothing is found',
    [],
    [],
    [
      ['alice', 9.5],
      ['eve', 9.6],
    ],
    [],
  ],
  [
    'a file of less than `learn` shortens the wait',
    [row([], 0, 3), row(['alice'], 0, 3)],
    [],
    [
      ['eve', 3.5],
      ['mallory', 7.1],
    ],
    ['mallory'],
  ],
  [
    'a file that is added in the week of learning ends it',
    WEEK,
    [row([], 9.5, 10), row(['carol'], 9.5, 9.6)],
    [
      ['bob', 10.1],
      ['carol', 10.2],
      ['eve', 10.3],
    ],
    ['eve'],
  ],
  [
    'an old file does not flood: the cluster is learnt anew',
    WEEK,
    [],
    [
      ['alice', 60],
      ['eve', 61],
    ],
    [],
  ],
  [
    'nor where learning has begun already',
    WEEK,
    [row([], 60, 61)],
    [
      ['alice', 61],
      ['eve', 62],
    ],
    [],
  ],
];
for (const [name, file, there, seen, names] of days) {
  test(`with a baseline: ${name}`, () => expect(found(file, there, seen).names).toEqual(names));
}

test('where there is room for fewer, values of the file go and not those that were seen since', () => {
  const many = Array.from({ length: 100 }, (_, i) => row([`old${i}`], 1, 1));
  const there = [row([], 9, 10), row(['carol'], 9, 10), row(['dave'], 9, 10)];
  const { names, evicted } = found(
    [...WEEK, ...many],
    there,
    [
      ['carol', 10.1],
      ['dave', 10.2],
    ],
    50,
  );
  expect([names, evicted]).toEqual([[], expect.any(Number)]);
  expect(evicted).toBeGreaterThan(50);
});

test('a file that is not there, or no baseline, is named with what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-imports-'));
  const load = (text: string | undefined) => {
    const path = join(folder, text === undefined ? 'none.jsonl' : 'b.jsonl');
    if (text !== undefined) writeFileSync(path, text);
    const signals = { partitions: 1 } as Parameters<typeof loadImports>[0]['signals'];
    return loadImports({ baselines: [path], signals }, [PROGRAM], createLog('fatal'));
  };
  const remedy = '"keywarden baseline learn" writes such files';
  const error = (text: string) => ({ code: 'FILE', message: expect.stringContaining(text) });
  await expect(load(undefined)).rejects.toMatchObject(error('none.jsonl'));
  await expect(load(undefined)).rejects.toMatchObject(error(remedy));
  await expect(load(`${baselineText(WEEK)}{"v":1}\n`)).rejects.toMatchObject(
    error(`b.jsonl:4: is no row of a baseline; ${remedy}`),
  );
  expect((await load(baselineText(WEEK))).terms).toBe(2);
});
