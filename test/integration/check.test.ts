import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { RULE } from '../unit/check/support.ts';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');

// Each test starts a process or several, on a machine that may be busy.
jest.setTimeout(60_000);

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

function keywarden(cwd: string, ...args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { cwd, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

/** A folder with one rule, which names a list that is shipped. */
function folderWith(rule: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-check-'));
  writeFileSync(join(folder, 'secret-read.yml'), rule.replace('%known_users%', '%rbac_controllers%'));
  return folder;
}

const NEVER = RULE.replace('verb: get', 'responseStatus.code: ALLOW');

test('rules check: an error is shown with its place, counted, and makes the exit code 1', () => {
  const { code, out, err } = keywarden(folderWith(NEVER), 'rules', 'check', '.');
  expect(out).toContain(
    'secret-read.yml:24:14 error rule-never-matches the rule can never match: responseStatus.code is a number, and "ALLOW" is none',
  );
  expect(err).toBe('1 file: 2 errors, 1 warning, 0 notes\n');
  expect(code).toBe(1);
});

test('rules check: a warning makes the exit code 1 where --fail-on says so, and JSON is one array', () => {
  const { code, out } = keywarden(folderWith(RULE), 'rules', 'check', '.', '--fail-on', 'warning', '--format', 'json');
  expect((JSON.parse(out) as { lint: string }[]).map(({ lint }) => lint)).toEqual(['examples-missing']);
  expect(code).toBe(1);
});

test('rules check --fix writes the file and says how much it mended', () => {
  const folder = folderWith(RULE.replace('level: high', 'level: High # now'));
  const { err, code } = keywarden(folder, 'rules', 'check', '--fix', '.');
  expect(err).toContain('1 finding mended\n');
  expect(readFileSync(join(folder, 'secret-read.yml'), 'utf8')).toContain('level: high # now\n');
  expect(code).toBe(0);
});

test('rules check: a path that is not there is a usage error', () => {
  const { code, err } = keywarden(tmpdir(), 'rules', 'check', 'nowhere.yml');
  expect(err).toBe('keywarden: a file cannot be read: nowhere.yml (ENOENT)\n');
  expect(code).toBe(2);
});

test('rules check: a folder without anything to check is no success', () => {
  const { code, err } = keywarden(mkdtempSync(join(tmpdir(), 'keywarden-check-')), 'rules', 'check', '.');
  expect([code, err]).toEqual([
    2,
    'keywarden: a file cannot be read: .: no files to check there; looked for .yml and .yaml\n',
  ]);
});

test('rules list: a field map that cannot be read is the user’s to mend', () => {
  expect(keywarden(tmpdir(), 'rules', 'list', '--fields', 'not-there').code).toBe(2);
});
