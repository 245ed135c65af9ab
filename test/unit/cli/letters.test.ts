import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lettersFile } from '../../../src/cli/letters.ts';
import { letterOf } from '../pipeline/letters.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-letters-'));

test('letters become lines of JSON, however many', () => {
  const path = join(FOLDER, 'letters.jsonl');
  for (const count of [2_000, 1, 0]) {
    const file = lettersFile(path);
    for (let i = 0; i < count; i += 1) file.add(letterOf(i));
    file.end();
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual(
      Array.from({ length: count }, (_, i) => letterOf(i)),
    );
  }
});

test('a file that cannot be written is named', () =>
  expect(() => lettersFile(join(FOLDER, 'nowhere', 'x'))).toThrow(
    'nowhere/x cannot be written (its folder does not exist)',
  ));

test('without a file letters go nowhere', () => {
  const file = lettersFile(undefined);
  file.add(letterOf(1));
  file.end();
});
