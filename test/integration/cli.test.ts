import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, jest, test } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import { keywarden } from '../services/keywarden.ts';
import { auditEvent } from '../unit/normalize/support.ts';

// Each test starts a process or several, on a machine that may be busy.
jest.setTimeout(60_000);

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-cli-'));
const RULE = join(FOLDER, 'rule.yml');
writeFileSync(
  RULE,
  `title: Somebody got something
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: medium
logsource: { product: kubernetes, service: audit }
detection:
  s: { verb: get }
  condition: s
`,
);
const EMPTY = mkdtempSync(join(tmpdir(), 'keywarden-empty-'));
const stage = (name: string): string => JSON.stringify(auditEvent({ stage: name, responseStatus: { code: 101 } }));
const LOG = join(FOLDER, 'audit.log');
writeFileSync(
  LOG,
  `${JSON.stringify(auditEvent())}\n\nnot json\n${JSON.stringify(auditEvent({ auditID: 'x', verb: 'list' }))}\n`,
);

const alertsIn = (stdout: string): Alert[] =>
  stdout
    .trimEnd()
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Alert);

test('hunt tells each alert on a line, with the line of the file', async () => {
  const { code, stdout, stderr } = await keywarden(['hunt', LOG, '--rules', RULE, '--format', 'jsonl']);
  expect(code).toBe(0);
  expect(
    alertsIn(stdout).map(({ rule, keywarden: { alert } }) => [rule.name, alert.level, alert.evidence[0]?.origin]),
  ).toEqual([['Somebody got something', 'medium', { file: LOG, line: 1 }]]);
  expect(stderr).toBe(
    `1 records could not be read:\n  ${LOG}:3: not valid JSON\n1 medium in 2 events of 1 file, by 1 rules\n`,
  );
});

test('a request that is judged at two stages alerts once, with --every-match each of its events does', async () => {
  const input = ['RequestReceived', 'ResponseStarted', 'ResponseComplete'].map(stage).join('\n');
  const args = ['hunt', '-', '--rules', RULE, '--format', 'jsonl'];
  expect(alertsIn((await keywarden(args, {}, input)).stdout)).toHaveLength(1);
  expect(alertsIn((await keywarden([...args, '--every-match'], {}, input)).stdout)).toHaveLength(3);
});

test('gzip, folders and standard input are read alike', async () => {
  const folder = join(FOLDER, 'logs');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.log.gz'), gzipSync(readFileSync(LOG)));
  const direct = await keywarden(['hunt', LOG, '--rules', RULE, '--format', 'jsonl']);
  const packed = await keywarden(['hunt', folder, '--rules', RULE, '--format', 'jsonl']);
  const piped = await keywarden(['hunt', '-', '--rules', RULE, '--format', 'jsonl'], {}, readFileSync(LOG));
  const ids = [direct, packed, piped].map(({ stdout }) => alertsIn(stdout).map(({ event }) => event.id));
  expect(ids[1]).toEqual(ids[0]);
  expect(ids[2]).toEqual(ids[0]);
});

test('a file that breaks off is read as far as it goes, the others wholly, and it is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-broken-'));
  const packed = gzipSync(readFileSync(LOG));
  writeFileSync(join(folder, 'a.log.gz'), packed.subarray(0, -8));
  writeFileSync(join(folder, 'b.log'), readFileSync(LOG, 'utf8').replaceAll('"auditID":"', '"auditID":"other-'));
  const { code, stdout, stderr } = await keywarden(['hunt', folder, '--rules', RULE, '--format', 'jsonl']);
  const files = alertsIn(stdout).flatMap(({ keywarden: { alert } }) => alert.evidence.map(({ origin }) => origin));
  expect([code, files]).toMatchObject([2, [{ file: join(folder, 'a.log.gz') }, { file: join(folder, 'b.log') }]]);
  expect(stderr).toContain('a.log.gz (it breaks off: what came before was read)');
});

test('what is not judged for want of the other log is said, and the linked alerts are one story', async () => {
  const sample = (name: string): string => join(import.meta.dirname, '../../deploy/sample', name);
  const alone = await keywarden(['hunt', sample('etcd.jsonl')]);
  expect(alone.stderr).toContain('matches were not judged, since there is no audit log');
  const both = await keywarden(['hunt', sample('etcd.jsonl'), sample('kube-apiserver-audit.jsonl')]);
  expect(both.stderr).not.toContain('not judged');
  expect(both.stdout).toContain('/registry/clusterrolebindings/backdoor was written in etcd');
  expect(both.stdout).toMatch(/^STORY \S+ · \d+ alerts, critical · .*: 127\.0\.0\.2, intruder/m);
});

test('json is one document, also of nothing', async () => {
  const some = await keywarden(['hunt', LOG, '--rules', RULE, '--format', 'json']);
  const none = await keywarden(['hunt', '-', '--rules', RULE, '--format', 'json'], {}, '');
  expect([JSON.parse(some.stdout).length, JSON.parse(none.stdout).length]).toEqual([1, 0]);
});

test('--input json takes any objects as they are, whatever the rule’s log source', async () => {
  const rule = join(FOLDER, 'other.yml');
  writeFileSync(
    rule,
    readFileSync(RULE, 'utf8')
      .replace('product: kubernetes, service: audit', 'category: web')
      .replace('verb: get', 'http.status: 500'),
  );
  const input = '{"http":{"status":500}}\n{"http":{"status":200}}\n[]\n';
  const { code, stdout, stderr } = await keywarden(
    ['hunt', '-', '--input', 'json', '--rules', rule, '--format', 'jsonl'],
    {},
    input,
  );
  expect([code, alertsIn(stdout).map(({ keywarden: { alert } }) => alert.evidence[0]?.origin)]).toEqual([
    0,
    [{ file: '<stdin>', line: 1 }],
  ]);
  expect(stderr).toContain('<stdin>:3: expected a JSON object');
});

/** Gets of `users`, a minute apart. */
const gets = (...users: readonly string[]): string =>
  users
    .map((username, i) => {
      const time = `2026-11-23T05:${String(i + 10)}:00.000000Z`;
      const times = { requestReceivedTimestamp: time, stageTimestamp: time };
      return JSON.stringify(auditEvent({ ...times, auditID: `id-${i}`, user: { username } }));
    })
    .join('\n');

const grouped: [name: string, args: string[], counts: string[]][] = [
  ['matches of one case are one alert', [], ['alice 2', 'bob 1']],
  ['a shorter time makes more of them', ['--suppress', '1m'], ['alice 1', 'alice 1', 'bob 1']],
  ['0s makes an alert of each', ['--suppress', '0s'], ['alice 1', 'alice 1', 'bob 1']],
  ['--every-match too', ['--every-match'], ['alice 1', 'alice 1', 'bob 1']],
];
for (const [name, args, counts] of grouped) {
  test(`hunt: ${name}`, async () => {
    const { stdout } = await keywarden(
      ['hunt', '-', '--rules', RULE, '--format', 'jsonl', ...args],
      {},
      gets('alice', 'bob', 'alice'),
    );
    const told = alertsIn(stdout).map(({ user, keywarden: { alert } }) => `${user?.name} ${alert.count}`);
    expect(told.sort()).toEqual(counts);
  });
}

test('the table tells how often, and with -v what to look at first and each piece of evidence', async () => {
  const input = gets('alice', 'bob', 'alice');
  const short = await keywarden(['hunt', '-', '--rules', RULE], {}, input);
  expect(short.stdout.replace(/\s+/g, ' ')).toContain('(200) ×2, last seen 05:12:00');
  expect(short.stdout).not.toContain('<stdin>:3');
  const long = await keywarden(['hunt', '-', '--rules', RULE, '-v'], {}, input);
  expect(long.stdout).toContain('<stdin>:3');
});

test('silenced alerts count for nothing and are shown on demand', async () => {
  const file = join(FOLDER, 'silences.yml');
  const silence = 'silence: drill\nowner: o\nreason: r\nfrom: 2026-11-23T05:00:00Z\nuntil: 2026-11-23T06:00:00Z\n';
  writeFileSync(file, `${silence}group: { user.name: alice }\n`);
  const args = ['hunt', '-', '--rules', RULE, '--silences', file, '--format', 'jsonl', '--fail-on', 'medium'];
  const hidden = await keywarden(args, {}, gets('alice', 'alice'));
  expect([hidden.code, hidden.stdout, hidden.stderr]).toEqual([0, '', expect.stringContaining('1 silenced')]);
  const shown = await keywarden([...args, '--show-silenced'], {}, gets('alice', 'bob'));
  expect([shown.code, alertsIn(shown.stdout).map(({ keywarden: { alert } }) => alert.silenced?.name)]).toEqual([
    1,
    ['drill', undefined],
  ]);
});

test('a silence of a rule that is not in force is said', async () => {
  const file = join(FOLDER, 'lost.yml');
  const silence = 'silence: lost\nowner: o\nreason: r\nfrom: 2026-11-23T05:00:00Z\nuntil: 2026-11-23T06:00:00Z\n';
  writeFileSync(file, `${silence}rule: no-such-rule\n`);
  const { stderr } = await keywarden(['hunt', LOG, '--rules', RULE, '--silences', file]);
  expect(stderr).toContain('the silence lost names the rule no-such-rule, which is not in force');
  const listed = await keywarden(['silences', 'list', file]);
  expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining('rule no-such-rule')]);
});

const ends: [name: string, args: string[], code: number, stderr: string][] = [
  ['an alert below --fail-on', ['hunt', LOG, '--rules', RULE, '--fail-on', 'high'], 0, ''],
  ['an alert that reaches --fail-on', ['hunt', LOG, '--rules', RULE, '--fail-on', 'medium'], 1, ''],
  ['no file', ['hunt', join(FOLDER, 'nothing')], 2, 'a file cannot be read'],
  ['no argument', ['hunt'], 2, "missing required argument 'file'"],
  ['a format that is none', ['hunt', LOG, '--format', 'xml'], 2, 'Allowed choices are table, jsonl, json'],
  [
    'a level that is none',
    ['hunt', LOG, '--fail-on', 'bad'],
    2,
    'Allowed choices are informational, low, medium, high, critical',
  ],
  ['rules that are not there', ['hunt', LOG, '--rules', join(FOLDER, 'nothing')], 2, 'cannot be read (ENOENT)'],
  ['a command that is none', ['hnt'], 2, 'Did you mean hunt?'],
  ['a configuration that is not there', ['run', '--config', join(FOLDER, 'nothing')], 2, 'cannot be read (ENOENT)'],
  ['no configuration', ['setup'], 2, 'kafka: is missing; give a configuration by --config FILE, or KEYWARDEN_KAFKA__'],
  ['an empty folder of rules', ['hunt', LOG, '--rules', EMPTY], 2, 'the rule cannot be used'],
  ['an empty folder of logs', ['hunt', EMPTY], 2, 'no files in it'],
  ['an empty folder of filters', ['filters', EMPTY, '--on', LOG], 2, 'no filters there'],
  ['lists that are not there', ['hunt', LOG, '--lists', join(FOLDER, 'nothing')], 2, 'the list cannot be used'],
  ['letters into nowhere', ['hunt', LOG, '--dead-letters', join(FOLDER, 'no', 'x')], 2, 'x cannot be written'],
  ['letters in a log', ['deadletters', 'list', '--file', LOG], 2, 'none of its lines is a dead letter'],
  ['a rate that is none', ['replay', LOG, '--topic', 't', '--rate', '0'], 2, 'expected a number above 0'],
  ['a letter’s place that is none', ['deadletters', 'show', 'x'], 2, 'expected TOPIC/PARTITION@OFFSET'],
  ['raw bytes without an identity', ['deadletters', 'show', 't/0@1', '--raw'], 2, '--raw needs --identity'],
  ['a time span that is none', ['hunt', LOG, '--suppress', 'long'], 2, 'expected a time span such as 30s'],
  ['silences that are not there', ['hunt', LOG, '--silences', join(FOLDER, 'no')], 2, 'the silence cannot be used'],
  ['alerts without a configuration', ['alerts', 'list'], 2, 'kafka: is missing; give a configuration by --config FILE'],
  ['help', ['hunt', '--help'], 0, ''],
];
for (const [name, args, code, stderr] of ends) {
  test(`${name}: exit code ${code}`, async () => {
    const ended = await keywarden(args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(stderr);
  });
}

test('a rule that cannot be used is named, its neighbours stay in force, and the code is 2', async () => {
  const folder = join(FOLDER, 'rules');
  mkdirSync(folder);
  writeFileSync(join(folder, 'good.yml'), readFileSync(RULE));
  writeFileSync(join(folder, 'bad.yml'), readFileSync(RULE, 'utf8').replace('condition: s', 'condition: s and t'));
  const { code, stdout, stderr } = await keywarden(['hunt', LOG, '--rules', folder, '--format', 'jsonl']);
  expect([code, alertsIn(stdout).length]).toEqual([2, 1]);
  expect(stderr).toContain(`${join(folder, 'bad.yml')}:7:14`);
});

test('normalize prints the documents, and what cannot be read to standard error', async () => {
  const { code, stdout, stderr } = await keywarden(['normalize', LOG]);
  expect([
    code,
    stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line).event.action),
  ]).toEqual([0, ['get', 'list']]);
  expect(stderr).toBe(`${LOG}:3: not valid JSON\n`);
});

test('what cannot be read is written as letters, which can be listed', async () => {
  for (const command of ['hunt', 'normalize']) {
    const letters = join(FOLDER, `${command}.jsonl`);
    expect((await keywarden([command, LOG, '--dead-letters', letters])).code).toBe(0);
    const { code, stdout } = await keywarden(['deadletters', 'list', '--file', letters]);
    expect([code, stdout.split('\n').slice(2)]).toEqual([
      0,
      [`  ${LOG}:3 · letter ${letters}:1`, '      1  not valid JSON', '1 letters, 0 sealed', ''],
    ]);
  }
});

test('the table shows nothing that could move the cursor', async () => {
  const evil = JSON.stringify(auditEvent({ user: { username: '\u001b[2Jroot\u202e' } }));
  const { stdout } = await keywarden(['hunt', '-', '--rules', RULE], {}, evil);
  expect(stdout).toContain('\\u001b[2Jroot\\u202e');
  expect(stdout).not.toContain('\u001b');
});
