import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadRules } from '../../../src/pipeline/rules.ts';

const EMPTY = mkdtempSync(join(tmpdir(), 'keywarden-rules-'));
const LISTS = mkdtempSync(join(tmpdir(), 'keywarden-lists-'));
writeFileSync(join(LISTS, 'backups.yml'), 'list: backups\ndescription: who makes backups\nvalues: []\n');
writeFileSync(join(LISTS, 'notes.txt'), 'no YAML');

const errors: [name: string, options: { rules?: string[]; lists?: string[] }, code: string, message: string][] = [
  ['an empty folder', { rules: [EMPTY] }, 'RULE', 'no rules there; looked for files of rules, .yml and .yaml'],
  ['a folder of lists alone', { rules: [LISTS] }, 'RULE', 'no rules there'],
  ['rules that are not there', { rules: [join(EMPTY, 'a')] }, 'RULE', 'a cannot be read (ENOENT)'],
  ['lists that are not there', { lists: [join(EMPTY, 'a')] }, 'LIST', 'a cannot be read (ENOENT)'],
];
for (const [name, { rules, lists }, code, message] of errors) {
  test(`rules: ${name}: ${code}`, () => {
    const load = () => loadRules({ rules, lists, now: new Date() });
    expect(load).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
}

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
