import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lettersInFile } from '../../../src/pipeline/deadletters.ts';
import { letterOf } from './letters.ts';

const FILE = join(mkdtempSync(join(tmpdir(), 'keywarden-file-')), 'letters.jsonl');
const ALL = { reason: undefined, stage: undefined, all: false };
const LETTER = JSON.stringify(letterOf(1));
const LOG = '{"level":"info","msg":"ready"}';

const files: [name: string, text: string, reason: string | undefined, letters: number, foreign: number][] = [
  ['letters', `${LETTER}\n`, undefined, 1, 0],
  ['letters and other lines', `${LOG}\n${LETTER}\n\n${LOG}\n`, undefined, 1, 2],
  ['letters, none of which is meant', `${LETTER}\n`, 'another', 0, 0],
  ['nothing', '', undefined, 0, 0],
];
for (const [name, text, reason, letters, foreign] of files) {
  test(`a file of ${name}`, async () => {
    writeFileSync(FILE, text);
    const found = await lettersInFile(FILE, { ...ALL, reason });
    expect([found.letters.length, found.foreign]).toEqual([letters, foreign]);
  });
}

test('a file without any letter is a slip', async () => {
  writeFileSync(FILE, `${LOG}\n${LOG}\n`);
  await expect(lettersInFile(FILE, ALL)).rejects.toThrow(
    `the command cannot be run like this: ${FILE}: none of its lines is a dead letter`,
  );
});
