import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadRules } from '../../../src/pipeline/rules.ts';

const EMPTY = mkdtempSync(join(tmpdir(), 'keywarden-rules-'));
const LISTS = mkdtempSync(join(tmpdir(), 'keywarden-lists-'));
writeFileSync(join(LISTS, 'backups.yml'), 'list: backups\ndescription: who makes backups\nvalues: []\n');
writeFileSync(join(LISTS, 'notes.txt'), 'no YAML');

const DANGLING = mkdtempSync(join(tmpdir(), 'keywarden-links-'));
symlinkSync(join(DANGLING, 'gone'), join(DANGLING, 'notes.txt'));
symlinkSync(join(DANGLING, 'gone'), join(DANGLING, 'z.yml'));

const errors: [
  name: string,
  options: { rules?: string[]; lists?: string[]; fields?: string[] },
  code: string,
  message: string,
][] = [
  ['an empty folder', { rules: [EMPTY] }, 'RULE', 'no rules there; looked for files of rules, .yml and .yaml'],
  ['a folder of lists alone', { rules: [LISTS] }, 'RULE', 'no rules there'],
  ['rules that are not there', { rules: [join(EMPTY, 'a')] }, 'RULE', 'a cannot be read (ENOENT)'],
  ['lists that are not there', { lists: [join(EMPTY, 'a')] }, 'LIST', 'a cannot be read (ENOENT)'],
  [
    'a folder without lists',
    { lists: [EMPTY] },
    'LIST',
    'no list there; looked for .yml and .yaml with the key "list"',
  ],
  ['a folder without field maps', { fields: [LISTS] }, 'FIELDS', 'no field map there'],
  ['a link that leads nowhere', { rules: [DANGLING] }, 'RULE', 'z.yml cannot be read (ENOENT)'],
];
for (const [name, { rules, lists, fields }, code, message] of errors) {
  test(`rules: ${name}: ${code}`, () => {
    const load = () => loadRules({ rules, lists, fields, now: new Date() });
    expect(load).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
}

test('rules: a file among lists that is none is a fault', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-lists-'));
  writeFileSync(join(folder, 'misspelt.yml'), 'lists: backups\n');
  const { faults } = loadRules({ rules: undefined, lists: [folder], now: new Date() });
  expect(faults.map(({ message }) => message)).toEqual([
    `the list cannot be used: ${join(folder, 'misspelt.yml')}: is no list; it has no key "list"`,
  ]);
});

const FILTERS = mkdtempSync(join(tmpdir(), 'keywarden-filters-'));
const OWN = mkdtempSync(join(tmpdir(), 'keywarden-own-'));
const OWN_ID = '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';
const LOGSOURCE = 'logsource: { product: kubernetes, service: audit }';
writeFileSync(
  join(OWN, 'r.yml'),
  `title: Own\nid: ${OWN_ID}\nlevel: low\n${LOGSOURCE}\ndetection: { s: { verb: get }, condition: s }\n`,
);
writeFileSync(
  join(FILTERS, 'f.yml'),
  `title: Known\n${LOGSOURCE}\nfilter: { rules: [${OWN_ID}], k: { user.name: alice }, condition: not k }\n`,
);

test('rules: filters alone are for the base that is given', () => {
  const { rules, sources, faults } = loadRules({ rules: [FILTERS], base: [OWN], lists: undefined, now: new Date() });
  expect([rules.map(({ rule }) => rule.title), sources.map(({ filters }) => filters.length), faults]).toEqual([
    ['Own'],
    [1],
    [],
  ]);
});

test('rules: a filter that cannot be used takes no rule with it', () => {
  const broken = mkdtempSync(join(tmpdir(), 'keywarden-filters-'));
  writeFileSync(
    join(broken, 'f.yml'),
    `title: Open\n${LOGSOURCE}\nfilter: { k: { user.name: alice }, condition: k }\n`,
  );
  const { rules, faults } = loadRules({ rules: [FILTERS, broken], base: [OWN], lists: undefined, now: new Date() });
  expect([rules.map(({ rule }) => rule.title), faults.length]).toEqual([['Own'], 1]);
});

test('rules: a rule that cannot be used is not replaced by the shipped ones', () => {
  const broken = mkdtempSync(join(tmpdir(), 'keywarden-own-'));
  writeFileSync(join(broken, 'r.yml'), `title: Open\n${LOGSOURCE}\ndetection: { s: { verb: get }, condition: t }\n`);
  const { rules, faults } = loadRules({ rules: [broken], lists: undefined, now: new Date() });
  expect([rules.length, faults.length]).toEqual([0, 1]);
});
