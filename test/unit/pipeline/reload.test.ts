import { mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { judgementFiles, loadJudgement } from '../../../src/pipeline/judgement.ts';
import { Reload, renewal } from '../../../src/pipeline/reload.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';

const DAY_1 = new Date('2026-11-24T10:00:00Z');
const DAY_2 = new Date('2026-11-25T00:00:00Z');

const rule = (n: number, user: string): string => `title: Rule ${n}
id: 00000000-0000-4000-8000-00000000000${n}
level: low
logsource: { product: kubernetes }
detection: { a: { user.name: ${user} }, condition: a }
`;
const ABSENT_LIST = `title: Rule 9
id: 00000000-0000-4000-8000-000000000009
level: low
logsource: { product: kubernetes }
detection: { a: { user.name|expand: '%nobody_wrote_this_list%' }, condition: a }
`;
const list = (expires: string): string =>
  `list: friends\ndescription: d\nowner: o\nentries: [{ value: bob, reason: r, expires: ${expires} }]\n`;
const FILTER =
  'filter: all\ndescription: d\nlogsource: { product: kubernetes }\ndetection: { a: { verb: get }, condition: a }\naction: drop\n';

const silence = (name: string, of: number): string =>
  `silence: ${name}\nowner: o\nreason: r\nfrom: 2026-11-24T00:00:00Z\nuntil: 2026-11-25T00:00:00Z\nrule: 00000000-0000-4000-8000-00000000000${of}\n`;

/** A folder of rules, what was logged so far, and the set as it is reloaded from it. */
function rig(files: Readonly<Record<string, string>>, filters?: string, silences?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-reload-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  for (const [name, text] of Object.entries(files)) write(name, text);
  const paths = {
    rules: [folder],
    lists: undefined,
    filters: filters === undefined ? undefined : [filters],
    silences: silences === undefined ? undefined : [silences],
  };
  const logged: Logged[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line) as Logged) });
  const metrics = createMetrics();
  const ports = { read: () => judgementFiles(paths), load: (now: Date) => loadJudgement(paths, now) };
  const reload = new Reload(ports, metrics, log, DAY_1);
  const metric = async (name: string): Promise<readonly string[]> =>
    (await metrics.registry.metrics()).split('\n').filter(line => line.startsWith(name));
  return { folder, write, reload, logged, metric };
}

type Logged = { readonly level: number; readonly msg: string; readonly [key: string]: unknown };
const ERROR = 50;
const ids = ({ reload }: ReturnType<typeof rig>): readonly string[] =>
  reload.inForce.rules.rules.map(({ rule: { title } }) => title);

test('files that stay as they are make no new set', () => {
  const { reload, logged } = rig({ 'a.yml': rule(1, 'x') });
  expect(reload.check(DAY_1)).toBeUndefined();
  expect(logged.map(({ msg }) => msg)).toEqual(['rules in force']);
});

test('a changed rule, a new one and one that is gone come into force at once, and the log says which', async () => {
  const set = rig({ 'a.yml': rule(1, 'x'), 'b.yml': rule(2, 'x') });
  const before = set.reload.inForce.rules.hash;
  set.write('a.yml', rule(1, 'y'));
  set.write('b.yml', rule(3, 'x'));
  const next = set.reload.check(DAY_1);
  expect(next).toBe(set.reload.inForce);
  expect(ids(set)).toEqual(['Rule 1', 'Rule 3']);
  expect(set.logged.at(-1)).toMatchObject({
    msg: 'rules in force',
    hash: next?.rules.hash,
    before,
    added: ['00000000-0000-4000-8000-000000000003'],
    removed: ['00000000-0000-4000-8000-000000000002'],
  });
  expect(next?.rules.hash).not.toBe(before);
  expect(await set.metric('keywarden_rules_info')).toEqual([`keywarden_rules_info{hash="${next?.rules.hash}"} 1`]);
});

const broken: [name: string, text: string][] = [
  ['no YAML', 'a: [\n'],
  ['no rule', 'title: x\n'],
  ['a rule that names a list which is not there', ABSENT_LIST],
  ['a rule that takes the id of another', rule(2, 'z')],
];
for (const [name, text] of broken) {
  test(`${name}: the last good set stays whole, and that is said once`, async () => {
    const set = rig({ 'a.yml': rule(1, 'x'), 'b.yml': rule(2, 'x') });
    const good = set.reload.inForce;
    set.write('b.yml', rule(3, 'x'));
    set.write('a.yml', text);
    set.write('c.yml', rule(2, 'y'));
    expect(set.reload.check(DAY_1)).toBeUndefined();
    expect(set.reload.check(DAY_1)).toBeUndefined();
    expect(set.reload.inForce).toBe(good);
    expect(set.logged.filter(({ level }) => level === ERROR)).toMatchObject([
      { msg: 'changed rules refused, the last good set stays in force', inForce: good.rules.hash },
    ]);
    expect(await set.metric('keywarden_rules_stale')).toEqual(['keywarden_rules_stale 1']);
  });
}

test('what is mended afterwards comes into force', async () => {
  const set = rig({ 'a.yml': rule(1, 'x') });
  set.write('a.yml', 'a: [\n');
  set.reload.check(DAY_1);
  set.write('a.yml', rule(2, 'x'));
  set.reload.check(DAY_1);
  expect(ids(set)).toEqual(['Rule 2']);
  expect(await set.metric('keywarden_rules_stale')).toEqual(['keywarden_rules_stale 0']);
  expect(await set.metric('keywarden_rules_reloads_total')).toEqual([
    'keywarden_rules_reloads_total{result="refused"} 1',
    'keywarden_rules_reloads_total{result="accepted"} 1',
  ]);
});

test('a fault that was there at the start keeps nothing else out, then or later', () => {
  const set = rig({ 'a.yml': ABSENT_LIST, 'b.yml': rule(2, 'x') });
  expect(ids(set)).toEqual(['Rule 2']);
  expect(set.logged[0]).toMatchObject({ level: ERROR, msg: expect.stringContaining('a.yml:5:') });
  set.write('b.yml', rule(3, 'x'));
  set.reload.check(DAY_1);
  expect(ids(set)).toEqual(['Rule 3']);
});

test('a folder whose rules are all gone is refused', () => {
  const set = rig({ 'a.yml': rule(1, 'x') });
  renameSync(join(set.folder, 'a.yml'), join(set.folder, 'a.txt'));
  expect(set.reload.check(DAY_1)).toBeUndefined();
  expect(ids(set)).toEqual(['Rule 1']);
});

test('an entry of a list ends with its last day, in a process that goes on', () => {
  const knows = (set: ReturnType<typeof rig>): boolean =>
    set.reload.inForce.rules.rules[0]?.matches({ user: { name: 'bob' } }) ?? false;
  const friend = rule(1, "bob }, b: { user.name|expand: '%friends%'").replace('condition: a', 'condition: b');
  const set = rig({ 'a.yml': friend, 'l.yml': list('2026-11-24') });
  expect(knows(set)).toBe(true);
  set.reload.check(DAY_2);
  expect(knows(set)).toBe(false);
});

test('filters come anew with the rules, and one that cannot be used is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-filters-'));
  writeFileSync(join(folder, 'f.yml'), FILTER);
  const set = rig({ 'a.yml': rule(1, 'x') }, folder);
  writeFileSync(join(folder, 'f.yml'), FILTER.replace('filter: all', 'filter: some'));
  expect(set.reload.check(DAY_1)?.filters.map(({ name }) => name)).toEqual(['some']);
  writeFileSync(join(folder, 'f.yml'), 'filter: x\n');
  expect(set.reload.check(DAY_1)).toBeUndefined();
  expect(set.reload.inForce.filters.map(({ name }) => name)).toEqual(['some']);
});

test('silences come anew with the rules, one that cannot be used is refused, one of a rule that is not there is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-silences-'));
  const file = join(folder, 's.yml');
  writeFileSync(file, silence('night', 1));
  const set = rig({ 'a.yml': rule(1, 'x') }, undefined, folder);
  writeFileSync(file, silence('day', 2));
  expect(set.reload.check(DAY_1)?.silences.map(({ name }) => name)).toEqual(['day']);
  expect(set.logged.at(-2)?.msg).toContain('the silence day names the rule 00000000-0000-4000-8000-000000000002');
  writeFileSync(file, 'silence: x\n');
  expect(set.reload.check(DAY_1)).toBeUndefined();
  expect(set.reload.inForce.silences.map(({ name }) => name)).toEqual(['day']);
});

test('a mounted ConfigMap is read once, and changes when its hidden folder is put in place of the last', () => {
  const volume = mkdtempSync(join(tmpdir(), 'keywarden-configmap-'));
  const publish = (version: string, text: string): void => {
    mkdirSync(join(volume, version));
    writeFileSync(join(volume, version, 'a.yml'), text);
    symlinkSync(version, join(volume, '..data_tmp'));
    renameSync(join(volume, '..data_tmp'), join(volume, '..data'));
  };
  publish('..2026_11_24_1', rule(1, 'x'));
  symlinkSync('..data/a.yml', join(volume, 'a.yml'));
  const paths = { rules: [volume], lists: undefined, filters: undefined, silences: undefined };
  expect(loadJudgement(paths, DAY_1).rules).toMatchObject({ faults: [], rules: [{ rule: { title: 'Rule 1' } }] });
  publish('..2026_11_24_2', rule(2, 'x'));
  expect(loadJudgement(paths, DAY_1).rules).toMatchObject({ faults: [], rules: [{ rule: { title: 'Rule 2' } }] });
});

const times: [name: string, everyMs: number, asked: boolean, afterMs: number, used: number][] = [
  ['before it is time', 10_000, false, 9_000, 0],
  ['when it is time', 10_000, false, 60_000, 1],
  ['when somebody asks', 10_000, true, 0, 1],
  ['never by itself', 0, false, 90_000_000, 0],
  ['never by itself, when somebody asks', 0, true, 0, 1],
];
for (const [name, everyMs, asked, afterMs, used] of times) {
  test(`changed files are looked for ${name}: ${used === 0 ? 'no' : 'yes'}`, () => {
    const set = rig({ 'a.yml': rule(1, 'x') });
    let uses = 0;
    const renew = renewal(
      set.reload,
      everyMs,
      () => asked,
      () => {
        uses += 1;
      },
    );
    set.write('a.yml', rule(1, 'y'));
    renew(Date.now() + afterMs);
    expect(uses).toBe(used);
  });
}

test('whatever goes wrong in a reload, the last good set stays in force', () => {
  const { reload, write, folder, logged } = rig({ 'a.yml': rule(1, 'x') });
  const paths = { rules: [folder], lists: undefined, filters: undefined };
  const load = (now: Date) => {
    if (now > DAY_1) throw new TypeError('a mistake of ours');
    return loadJudgement(paths, now);
  };
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line) as Logged) });
  const failing = new Reload({ read: () => judgementFiles(paths), load }, createMetrics(), log, DAY_1);
  write('a.yml', rule(1, 'y'));
  expect(failing.check(DAY_2)).toBeUndefined();
  expect(failing.inForce.rules.hash).toBe(reload.inForce.rules.hash);
  expect(logged.at(-1)).toMatchObject({ level: ERROR, faults: ['a mistake of ours'] });
});
