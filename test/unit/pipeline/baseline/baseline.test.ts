import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@elastic/elasticsearch';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../../../src/detect/engine.ts';
import { gapEvent } from '../../../../src/gaps/event.ts';
import { findSources } from '../../../../src/ingest/files.ts';
import type { Alert } from '../../../../src/model/alert.ts';
import type { BaselineRow } from '../../../../src/model/baseline.ts';
import { normalizeSettings } from '../../../../src/normalize/settings.ts';
import { baselineText, readBaseline } from '../../../../src/pipeline/baseline/file.ts';
import { Learning } from '../../../../src/pipeline/baseline/learning.ts';
import { learnFromElasticsearch, learnFromFiles } from '../../../../src/pipeline/baseline/sources.ts';
import { hunt } from '../../../../src/pipeline/hunt.ts';
import { loadRules } from '../../../../src/pipeline/rules.ts';
import { auditEvent, normalizedAll } from '../../normalize/support.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-baseline-'));
const ID = '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';
const RULE = `title: Somebody new reads
id: ${ID}
logsource: { product: kubernetes, service: audit }
detection: { a: { verb: get }, condition: a }
keywarden:
  group: [user.name]
  message: '{user.name} reads for the first time'
  first_seen: { fields: [user.name] }
`;
writeFileSync(join(FOLDER, 'rule.yml'), RULE);
const set = loadRules({ rules: [join(FOLDER, 'rule.yml')], lists: undefined, now: new Date('2026-11-23') });

const [PROGRAM] = set.programs;
const LOOKS_FOR = PROGRAM?.kind === 'first-seen' ? PROGRAM.looksFor : '';

const START = Date.parse('2026-11-01T00:00:00Z');
const DAY = 86_400_000;
const NOW = START + 20 * DAY;
const at = (day: number): string => new Date(START + day * DAY).toISOString();

const line = (day: number, username: string, fields: object = {}): string =>
  JSON.stringify(
    auditEvent({
      auditID: `${username}-${day}`,
      user: { username },
      requestReceivedTimestamp: at(day),
      stageTimestamp: at(day),
      ...fields,
    }),
  );

function fileOf(lines: readonly string[]): string {
  const path = join(mkdtempSync(join(FOLDER, 'case-')), 'audit.log');
  writeFileSync(path, lines.map(text => `${text}\n`).join(''));
  return path;
}

const row = (terms: readonly string[], first: number, last: number): BaselineRow => ({
  program: ID,
  cluster: 'c',
  terms,
  firstSeen: START + first * DAY,
  lastSeen: START + last * DAY,
  of: LOOKS_FOR,
});

async function learnt(lines: readonly string[]): Promise<readonly BaselineRow[]> {
  const learning = new Learning(set, NOW);
  const options = { cluster: 'c', enrich: undefined, redact: undefined, deadLetter: () => {}, progress: () => {} };
  await learnFromFiles(await findSources([fileOf(lines)]), learning, options);
  return learning.rows();
}

const cases: [name: string, lines: readonly string[], rows: readonly BaselineRow[]][] = [
  ['nothing', [], []],
  ['one match', [line(1, 'alice')], [row([], 1, 1), row(['alice'], 1, 1)]],
  [
    'the same term, in whatever order',
    [line(5, 'alice'), line(1, 'alice'), line(3, 'alice')],
    [row([], 1, 5), row(['alice'], 1, 5)],
  ],
  [
    'the time that is watched is that of all events of the log',
    [line(0, 'bob', { verb: 'list' }), line(2, 'alice'), line(9, 'bob', { verb: 'list' })],
    [row([], 0, 9), row(['alice'], 2, 2)],
  ],
  ['a rule that never matched is watched too', [line(1, 'bob', { verb: 'list' })], [row([], 1, 1)]],
  [
    'a stage that only repeats the request is no match',
    [line(1, 'alice', { stage: 'RequestReceived' })],
    [row([], 1, 1)],
  ],
  [
    'what is said to be in the future is not learnt',
    [line(1, 'alice'), line(21, 'eve')],
    [row([], 1, 1), row(['alice'], 1, 1)],
  ],
];
for (const [name, lines, rows] of cases) {
  test(`learnt from files: ${name}`, async () => expect(await learnt(lines)).toEqual(rows));
}

test('that records are missing is not watched', async () => {
  const learning = new Learning(set, NOW);
  for (const event of normalizedAll([line(1, 'alice')], 1, 'c').events) learning.take(event);
  const place = { topic: 't', partition: 0, dataset: 'kubernetes.audit_logs', cluster: 'c', namespace: 'n' } as const;
  learning.take(gapEvent({ action: 'records_lost', message: 'lost', at: at(15), offset: 0 }, place));
  expect(learning.rows()).toEqual([row([], 1, 1), row(['alice'], 1, 1)]);
});

test('a baseline that is written is read again', async () => {
  const rows = [row([], 1, 2), row(['ä\n"'], 1, 2), { ...row([], 1, 2), resumed: START }];
  const path = join(FOLDER, 'written.jsonl');
  writeFileSync(path, `${baselineText(rows)}\n`);
  expect(await readBaseline(path)).toEqual(rows);
});

const broken: [name: string, text: string, message: RegExp][] = [
  ['no JSON', 'x\n', /:1: is no row of a baseline; "keywarden baseline learn" writes such files$/],
  ['another object', `${baselineText([row([], 1, 2)])}{"v":1,"program":"p"}\n`, /:2: is no row/],
];
for (const [name, text, message] of broken) {
  test(`a baseline with ${name} is refused`, async () => {
    const path = join(mkdtempSync(join(FOLDER, 'broken-')), 'b.jsonl');
    writeFileSync(path, text);
    await expect(readBaseline(path)).rejects.toMatchObject({ code: 'FILE', message: expect.stringMatching(message) });
  });
}

test('a baseline that is not there is refused', async () => {
  await expect(readBaseline(join(FOLDER, 'none.jsonl'))).rejects.toMatchObject({ code: 'FILE' });
});

async function hunted(lines: readonly string[], known: readonly BaselineRow[]): Promise<readonly string[]> {
  const alerts: Alert[] = [];
  await hunt(
    await findSources([fileOf(lines)]),
    {
      engine: createEngine(set.rules),
      programs: set.programs,
      quiet: set.quiet,
      known,
      settings: normalizeSettings('keywarden', () => NOW),
      input: 'audit',
      unit: 'request',
      cluster: 'c',
      order: 'time',
    },
    { alert: alert => alerts.push(alert), deadLetter: () => {}, progress: () => {} },
  );
  return alerts.map(({ message }) => message);
}

test('a hunt without a baseline learns for a week; with one it finds at once', async () => {
  const known = await learnt([line(1, 'alice'), line(9, 'alice')]);
  const lines = [line(10, 'alice'), line(10.5, 'mallory')];
  expect(await hunted(lines, [])).toEqual([]);
  expect(await hunted(lines, known)).toEqual(['mallory reads for the first time']);
});

/** Elasticsearch, as far as pages of a point in time go. */
function elasticsearchOf(lines: readonly string[]): { readonly client: Client; readonly asked: string[] } {
  const documents = normalizedAll(lines, 1, 'c').events.map(({ id, document }) => ({ id, document }));
  const asked: string[] = [];
  let left = documents;
  const request = async ({ method, path, body }: { method: string; path: string; body?: { size?: number } }) => {
    asked.push(`${method} ${path}`);
    if (path !== '/_search') return { id: 'pit' };
    const page = left.slice(0, body?.size);
    left = left.slice(page.length);
    return {
      pit_id: 'pit',
      hits: { hits: page.map(({ id, document }, i) => ({ _id: id, _source: document, sort: [i] })) },
    };
  };
  return { client: { transport: { request } } as unknown as Client, asked };
}

test('learnt from Elasticsearch, page by page, is what files give', async () => {
  const lines = Array.from({ length: 1_500 }, (_, i) => line(i / 1_000, `user${i % 7}`));
  const { client, asked } = elasticsearchOf(lines);
  const learning = new Learning(set, NOW);
  const indices = { kubernetes: 'k', etcd: 'e', alerts: 'a', filters: 'f' };
  await learnFromElasticsearch(client, indices, at(0), learning, () => {});
  expect(asked).toEqual(['POST /k,e/_pit', 'POST /_search', 'POST /_search', 'DELETE /_pit']);
  expect(learning.events).toBe(1_500);
  expect(learning.rows()).toEqual(await learnt(lines));
});
