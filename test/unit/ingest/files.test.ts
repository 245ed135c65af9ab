import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findSources } from '../../../src/ingest/files.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-files-'));
const at = (...names: string[]): string => join(FOLDER, ...names);
for (const folder of ['logs', 'logs/b', 'empty', 'hidden']) mkdirSync(at(folder));
for (const file of ['logs/c.log', 'logs/b/1.log', 'logs/a.log', 'hidden/.log', 'other.log'])
  writeFileSync(at(file), '{}');
symlinkSync('.', at('logs', 'loop'));
symlinkSync('..', at('logs', 'b', 'up'));
symlinkSync('../other.log', at('logs', 'linked.log'));
symlinkSync('logs', at('link'));
symlinkSync('nothing', at('broken'));

const found: [name: string, paths: string[], files: string[]][] = [
  ['a folder in the order of names', ['logs'], ['logs/a.log', 'logs/b/1.log', 'logs/c.log', 'logs/linked.log']],
  ['a link that is named', ['link'], ['link/a.log', 'link/b/1.log', 'link/c.log', 'link/linked.log']],
  ['files in the order that they are named', ['other.log', 'logs/a.log'], ['other.log', 'logs/a.log']],
];
for (const [name, paths, files] of found) {
  test(`files: ${name}`, async () =>
    expect((await findSources(paths.map(path => at(path)))).map(({ path }) => path)).toEqual(
      files.map(file => at(file)),
    ));
}

const errors: [path: string, reason: string][] = [
  ['empty', 'empty (no files in it; hidden ones do not count)'],
  ['hidden', 'hidden (no files in it; hidden ones do not count)'],
  ['broken', 'broken (no such file)'],
  ['nothing', 'nothing (no such file)'],
];
for (const [path, reason] of errors) {
  test(`files: ${path} is an error`, () => expect(findSources([at('logs'), at(path)])).rejects.toThrow(reason));
}
