import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { findSources } from '../../../src/ingest/files.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';
import { type Hunted, type HuntOptions, hunt } from '../../../src/pipeline/hunt.ts';
import { auditEvent } from '../normalize/support.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-hunt-'));
const START = Date.parse('2026-11-23T05:00:00.000Z');
const NOW = Date.parse('2026-11-24T00:00:00.000Z');
const at = (seconds: number): string => new Date(START + seconds * 1_000).toISOString();

/** An audit event that many seconds after the start; the id tells file and second. */
const audit = (file: string, seconds: number): string =>
  JSON.stringify(
    auditEvent({ auditID: `${file}${seconds}`, requestReceivedTimestamp: at(seconds), stageTimestamp: at(seconds) }),
  );

const etcd = (seconds: number): string => JSON.stringify({ level: 'info', ts: at(seconds), msg: `e${seconds}` });

/** Writes files and reads them: what came of which, in the order in which it was told. */
async function read(
  files: Readonly<Record<string, readonly string[]>>,
  options: Partial<HuntOptions> = {},
): Promise<{ readonly told: string; readonly hunted: Hunted; readonly progress: readonly number[] }> {
  const folder = mkdtempSync(join(FOLDER, 'case-'));
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map(line => `${line}\n`).join('');
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text);
  }
  const told: string[] = [];
  const progress: number[] = [];
  const settings = normalizeSettings('keywarden', () => NOW);
  const hunted = await hunt(
    await findSources(Object.keys(files).map(name => join(folder, name))),
    { engine: undefined, settings, input: 'audit', unit: 'request', cluster: undefined, order: 'time', ...options },
    {
      event: ({ document: { kubernetes, message } }) => told.push(String(kubernetes?.audit['auditID'] ?? message)),
      deadLetter: () => told.push('?'),
      progress: bytes => progress.push(bytes),
    },
  );
  return { told: told.join(' '), hunted, progress };
}

const orders: [name: string, files: Readonly<Record<string, readonly string[]>>, told: string][] = [
  [
    'an audit log and an etcd log side by side',
    { a: [audit('a', 1), audit('a', 4)], e: [etcd(2), etcd(3), etcd(5)] },
    'a1 e2 e3 a4 e5',
  ],
  [
    'rotated pieces in the order of their times, not of their names',
    { 'audit-1.gz': [audit('a', 1), audit('a', 2)], 'audit.log': [audit('c', 5)], 'audit-2': [audit('b', 3)] },
    'a1 a2 b3 c5',
  ],
  [
    'a line that holds no event stays behind the one before it',
    { a: [audit('a', 1), '{', audit('a', 4)], e: [etcd(2)] },
    'a1 ? e2 a4',
  ],
  ['a time that is still to come is now', { a: [audit('a', 1e9), audit('a', 4)], e: [etcd(2)] }, 'e2 a1000000000 a4'],
  [
    'an event without a time stands where its line does',
    { a: [audit('a', 1), '{"level":"info","msg":"no"}', audit('a', 4)], e: [etcd(2)] },
    'a1 no e2 a4',
  ],
];
for (const [name, files, told] of orders) {
  test(`hunt: ${name}`, async () => expect((await read(files)).told).toBe(told));
}

test('hunt: files one after the other where that is asked for', async () =>
  expect((await read({ a: [audit('a', 2)], e: [etcd(1)] }, { order: 'given' })).told).toBe('a2 e1'));

test('hunt: progress ends with the bytes of all files', async () => {
  const { progress } = await read({ a: [audit('a', 1)], e: [etcd(2)] });
  expect(progress.at(-1)).toBe(audit('a', 1).length + etcd(2).length + 2);
});

const SORTED = Array.from({ length: 1_000 }, (_, i) => audit('a', 100 + i));

const disorders: [name: string, late: readonly string[], options: Partial<HuntOptions>, found: object[]][] = [
  ['nothing where all is in order', [audit('a', 1_100)], {}, []],
  ['nothing within the lateness', [audit('a', 1_090)], {}, []],
  [
    'what is behind, how far and how much',
    [audit('a', 50), audit('a', 1_101), audit('a', 90)],
    {},
    [{ lines: 2, first: 1_001, furthestMs: 1_048_000 }],
  ],
  ['nothing within a larger lateness', [audit('a', 50), audit('a', 1_101)], { latenessMs: 2_000_000 }, []],
];
for (const [name, late, options, found] of disorders) {
  test(`hunt tells of the order of a file: ${name}`, async () => {
    const { hunted } = await read({ a: [...SORTED, ...late] }, options);
    expect(hunted.unsorted).toMatchObject(found);
    expect(hunted.unsorted).toHaveLength(found.length);
  });
}
