import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import { readBaseline } from '../../src/pipeline/baseline/file.ts';
import { listBy, momentOf } from '../services/correlation.ts';
import { evaluated } from '../services/evaluated.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { keywarden, start } from '../services/keywarden.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { carryThrough, stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-baselines-'));
const SAMPLE = join(import.meta.dirname, '../../deploy/sample');
const DAY = 86_400;

const file = (name: string, lines: readonly string[]): string => {
  const path = join(FOLDER, name);
  writeFileSync(path, lines.map(line => `${line}\n`).join(''));
  return path;
};

/** Four of the same, so that several partitions have to know; they learn for a week. */
const RULES = file(
  'rules.yml',
  [1, 2, 3, 4]
    .flatMap(n => [
      `title: A new user, ${n}
id: 5555555${n}-5555-4555-8555-555555555555
level: medium
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: list }, condition: s }
falsepositives: [none]
keywarden:
  group: [user.name]
  message: '${n}: {user.name}'
  look_first: Look at the user.
  first_seen: { fields: [user.name], learn: 7d, remember: 30d }`,
      '---',
    ])
    .slice(0, -1),
);

const each = (...users: string[]): readonly string[] =>
  users.flatMap(user => [1, 2, 3, 4].map(n => `${n}: ${user}`)).toSorted();

const messagesOf = async (rig: Rig): Promise<readonly string[]> =>
  (await documents<Alert>(rig.indices.alerts)).map(({ _source }) => _source.message).toSorted();

async function learn(name: string, ...args: string[]) {
  const output = join(FOLDER, name);
  const { code, stderr } = await keywarden(['baseline', 'learn', '-o', output, ...args]);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/terms of \d+ rules in \d+ events\n$/)]);
  return output;
}

/** Runs until all before that moment is evaluated, stops, and gives the log. */
async function runUntil(rig: Rig, seconds: number, more: object): Promise<string> {
  const running = start(['run', '--config', rig.config(undefined, {}, { rules: [RULES], ...more })]);
  await evaluated(rig, momentOf(seconds), running);
  await stopped(running);
  return running.log();
}

integration('what a baseline tells is known on the first day, and what it does not is new', async () => {
  const rig = await newRig();
  const past = [listBy('alice', -8 * DAY), listBy('bob', -2 * DAY), listBy('alice', -600)];
  const baseline = await learn('past.jsonl', '--rules', RULES, '--cluster', 'lab', file('past.log', past));
  const more = { baselines: [baseline] };

  await produce(rig.audit, [listBy('alice', 0), listBy('mallory', 10), listBy('alice', 20), listBy('mallory', 30)]);
  const first = await runUntil(rig, 30, more);
  expect(await messagesOf(rig)).toEqual(each('mallory'));
  expect(first).toMatch(/"rules":4,"clusters":\["lab"\],"terms":8,"msg":"baselines read"/);
  expect(first).toContain('"msg":"baselines imported"');

  await produce(rig.audit, [listBy('alice', 700), listBy('eve', 701), listBy('alice', 702)]);
  const second = await runUntil(rig, 702, more);
  expect(await messagesOf(rig)).toEqual(each('eve', 'mallory'));
  expect(second).not.toContain('"msg":"baselines imported"');

  await produce(rig.audit, [listBy('bob', 900), listBy('oscar', 901), listBy('bob', 902)]);
  await runUntil(rig, 902, {});
  expect(await messagesOf(rig)).toEqual(each('eve', 'mallory', 'oscar'));
});

integration('run does not begin with a baseline that cannot be read', async () => {
  const rig = await newRig();
  const broken = file('broken.jsonl', ['{"v":1}']);
  const { code, stderr } = await keywarden(['run', '--config', rig.config(undefined, {}, { baselines: [broken] })]);
  const message = `keywarden: a file cannot be read: ${broken}:1: is no row of a baseline; "keywarden baseline learn" writes such files\n`;
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

integration('learnt from Elasticsearch is what the files give that went into it', async () => {
  const rig = await newRig();
  const logs = { audit: join(SAMPLE, 'kube-apiserver-audit.jsonl'), etcd: join(SAMPLE, 'etcd.jsonl') };
  const linesOf = (path: string): readonly string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
  await produce(rig.audit, linesOf(logs.audit));
  await produce(rig.etcd, linesOf(logs.etcd));
  await carryThrough(rig);

  const config = rig.config();
  const stored = await learn('es.jsonl', '--from-elasticsearch', '--since', '2020-01-01T00:00:00Z', '--config', config);
  const given = await learn('files.jsonl', '--cluster', 'lab', logs.audit, logs.etcd);
  const rowsOf = async (path: string) => (await readBaseline(path)).map(row => JSON.stringify(row)).toSorted();
  const rows = await rowsOf(given);
  expect(rows.length).toBeGreaterThan(15);
  expect(await rowsOf(stored)).toEqual(rows);
});
