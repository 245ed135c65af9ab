import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../../src/detect/engine.ts';
import { findSources } from '../../../src/ingest/files.ts';
import type { Alert } from '../../../src/model/alert.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';
import { type Hunted, type HuntOptions, hunt } from '../../../src/pipeline/hunt.ts';
import { loadRules } from '../../../src/pipeline/rules.ts';
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
  alert: (alert: Alert) => void = () => {},
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
      alert,
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

const RULES = join(FOLDER, 'rules.yml');
writeFileSync(
  RULES,
  `title: Written in etcd
id: 00000000-0000-4000-8000-000000000001
level: high
logsource: { product: etcd, service: server }
detection: { s: { etcd.operation: write }, condition: s }
keywarden:
  group: [orchestrator.resource.name]
  without:
    within: 2s
    rules:
      - rule: 00000000-0000-4000-8000-000000000002
        by: [orchestrator.resource.name]
---
title: Asked for
id: 00000000-0000-4000-8000-000000000002
level: informational
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: create }, condition: s }
---
title: Got
id: 00000000-0000-4000-8000-000000000003
level: informational
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: get }, condition: s }
---
title: Got three times
id: 00000000-0000-4000-8000-000000000004
level: medium
correlation:
  type: event_count
  rules: [00000000-0000-4000-8000-000000000003]
  group-by: [user.name]
  timespan: 10s
  condition: { gte: 3 }
`,
);
const RULE_SET = loadRules({ rules: [RULES], lists: undefined, now: new Date(NOW) });
const ENGINE = createEngine(RULE_SET.rules);

/** Somebody creates that Secret by the API. */
const created = (name: string, seconds: number): string =>
  JSON.stringify(
    auditEvent({
      auditID: `${name}${seconds}`,
      verb: 'create',
      objectRef: { resource: 'secrets', namespace: 'dev', name, apiVersion: 'v1' },
      requestReceivedTimestamp: at(seconds),
      stageTimestamp: at(seconds),
    }),
  );

/** That Secret is written in etcd. */
const written = (name: string, seconds: number): string =>
  JSON.stringify({
    level: 'debug',
    ts: at(seconds),
    msg: 'request stats',
    'start time': at(seconds),
    'time spent': '0s',
    remote: '10.0.0.9:1',
    'response type': '/etcdserverpb.KV/Put',
    'request count': 1,
    'request size': 1,
    'response count': 0,
    'response size': 1,
    'request content': `key:"/registry/secrets/dev/${name}" value_size:9 `,
  });

async function judged(
  files: Readonly<Record<string, readonly string[]>>,
  options: Partial<HuntOptions> = {},
): Promise<{ readonly alerts: readonly Alert[]; readonly hunted: Hunted }> {
  const alerts: Alert[] = [];
  const { programs, quiet } = RULE_SET;
  const { hunted } = await read(files, { engine: ENGINE, programs, quiet, ...options }, alert => alerts.push(alert));
  return { alerts, hunted };
}

const summary = ({ rule, keywarden: { alert } }: Alert): string =>
  `${rule.name} ${Object.values(alert.group).join(' ')} ×${alert.count}`;

type Judged = readonly [
  name: string,
  files: Readonly<Record<string, readonly string[]>>,
  alerts: readonly string[],
  notJudged: readonly object[],
];

const GETS = [1, 2, 3, 4].map(seconds => audit('g', seconds));
const ALONE = 'Written in etcd b ×1';

const stateful: readonly Judged[] = [
  [
    'a count over two files',
    { a: [GETS[0], GETS[2]] as string[], b: [GETS[1]] as string[] },
    ['Got three times alice ×3'],
    [],
  ],
  ['what goes on raises the alert', { a: GETS }, ['Got three times alice ×4'], []],
  [
    'a write that a request explains, and one that none does',
    { a: [created('a', 9), audit('x', 20)], e: [written('a', 10), written('b', 11)] },
    [ALONE],
    [],
  ],
  [
    'the request in a rotated piece of the log',
    {
      a1: [audit('x', 1), created('a', 9)],
      a2: [created('b', 11), audit('y', 20)],
      e: [written('a', 10), written('b', 10)],
    },
    [],
    [],
  ],
  ['no audit log', { e: [written('a', 10), written('b', 11)] }, [], [{ reason: 'silent', matches: 2 }]],
  [
    'writes after the end of the audit log',
    { a: [audit('x', 1), created('a', 9)], e: [written('a', 10), written('b', 30)] },
    [],
    [{ reason: 'silent', matches: 1 }],
  ],
  [
    'writes before its beginning',
    { a: [audit('x', 20), audit('y', 60)], e: [written('b', 10), written('b', 30)] },
    [ALONE],
    [{ reason: 'lost', matches: 1 }],
  ],
  [
    'writes in a hole between two pieces',
    {
      a1: [audit('x', 1), audit('y', 20)],
      a2: [audit('z', 60), audit('z', 99)],
      e: [written('b', 10), written('c', 40), written('d', 80)],
    },
    [ALONE, 'Written in etcd d ×1'],
    [{ reason: 'lost', matches: 1 }],
  ],
];
for (const [name, files, alerts, notJudged] of stateful) {
  test(`hunt, rules over several events: ${name}`, async () => {
    const found = await judged(files);
    expect(found.alerts.map(summary).sort()).toEqual(alerts);
    expect(found.hunted.notJudged).toMatchObject(notJudged);
    expect(found.hunted.notJudged).toHaveLength(notJudged.length);
  });
}

test('hunt --every-match: an alert for each finding', async () => {
  const { alerts } = await judged({ a: GETS }, { unit: 'event' });
  expect(alerts.map(summary)).toEqual(['Got three times alice ×3', 'Got three times alice ×4']);
});

test('hunt: linked alerts have one story', async () => {
  const files = { a: [audit('x', 1), audit('y', 60)], e: [written('b', 10), written('c', 11)] };
  const { alerts } = await judged(files, { stories: { spanMs: 3_600_000 } });
  expect(alerts).toHaveLength(2);
  expect(new Set(alerts.map(({ keywarden }) => keywarden.alert.story)).size).toBe(1);
  expect(alerts[0]?.keywarden.alert.links).toContain('address:10.0.0.9');
});
