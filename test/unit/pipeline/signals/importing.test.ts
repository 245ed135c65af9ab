import { expect, test } from '@jest/globals';
import type { BaselineChange } from '../../../../src/detect/state/baseline.ts';
import { type BaselineRow, keyOfRow } from '../../../../src/model/baseline.ts';
import { withImports } from '../../../../src/pipeline/signals/importing.ts';
import { importsOf } from '../../../../src/pipeline/signals/imports.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { programOf } from '../../detect/state/support.ts';

const row = (terms: readonly string[], firstSeen: number, lastSeen: number): BaselineRow => ({
  ...{ program: 'p', cluster: 'c', terms, firstSeen, lastSeen },
});
const FILE = [row([], 0, 9), row(['a'], 1, 9), row(['b'], 2, 2)];

/** A partition of the state topic, whose brokers may take only so many requests. */
function topic(requests = Number.POSITIVE_INFINITY) {
  const held = new Map<string, BaselineRow | undefined>();
  let left = requests;
  const keep = async (_: number, changes: readonly BaselineChange[]) => {
    left -= 1;
    if (left < 0) throw new Error('away');
    for (const change of changes) held.set(change.key, change.row);
  };
  const rows = (): readonly BaselineRow[] => [...held.values()].filter(one => one !== undefined);
  return {
    rows,
    see: (one: BaselineRow) => keep(0, [{ key: keyOfRow(one), row: one }]),
    forget: (one: BaselineRow) => keep(0, [{ key: keyOfRow(one), row: undefined }]),
    recover: () => {
      left = Number.POSITIVE_INFINITY;
    },
    /** What a process that gets the partition knows, with that file. */
    begin: async (file: readonly BaselineRow[]) => {
      const imports = importsOf(file, [programOf('p')], 1);
      const before = new Map([[0, { rows: rows(), singles: undefined }]]);
      return (await withImports(before, imports, { keep, log: createLog('fatal') })).get(0)?.rows;
    },
  };
}

test('without a file it is what was seen', async () => {
  const { begin, rows } = topic();
  expect([await begin([]), rows()]).toEqual([[], []]);
});

test('what a file tells is safe before it is known', async () => {
  const { begin, rows } = topic();
  expect(await begin(FILE)).toEqual(FILE);
  expect(rows().slice(0, -1)).toEqual(FILE);
});

test('it is imported once: what was forgotten since does not come back', async () => {
  const { begin, see, forget } = topic();
  await begin(FILE);
  await forget(row(['a'], 1, 9));
  await see(row(['b'], 50, 60));
  const since = [row([], 0, 9), row(['b'], 50, 60)];
  expect(await begin(FILE)).toEqual(since);
  expect(await begin([])).toEqual(since);
});

test('another file is imported beside it', async () => {
  const { begin } = topic();
  await begin(FILE);
  const known = await begin([row([], 0, 20), row(['z'], 20, 20)]);
  expect(known).toContainEqual(row(['z'], 20, 20));
  expect(known).toContainEqual(row(['a'], 1, 9));
});

test('an import that broke off is done again', async () => {
  for (const requests of [0, 1]) {
    const { begin, recover } = topic(requests);
    await expect(begin(FILE)).rejects.toThrow('away');
    recover();
    expect((await begin(FILE))?.slice(0, FILE.length)).toEqual(FILE);
  }
});

test('a partition whose programs no file knows is left alone', async () => {
  const rows = [row([], 1, 1)];
  const imports = importsOf([{ ...row([], 0, 9), program: 'other' }], [programOf('p')], 1);
  const keep = () => Promise.reject(new Error('nothing to keep'));
  const before = new Map([[3, { rows, singles: { next: 7, received: [], parked: [] } }]]);
  expect(await withImports(before, imports, { keep, log: createLog('fatal') })).toEqual(before);
});
