import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { DeadLetter } from '../../../src/model/deadletter.ts';
import { lettersInFile } from '../../../src/pipeline/deadletters.ts';
import { Gathering, type Selection } from '../../../src/pipeline/selection.ts';
import { letterOf } from './letters.ts';

const EACH: Selection = { reason: undefined, stage: undefined, all: false };
const time = (second: number): string => `2026-11-23T12:00:0${second}.000Z`;

type Step = readonly [second: number, letter: DeadLetter];
const A1: Step = [1, letterOf(1, { reason: 'not valid JSON', sealed: 'YWdl' })];
const A2: Step = [2, letterOf(1, { reason: 'verb: expected text' })];
const B3: Step = [3, letterOf(2, { stage: 'deliver', reason: 'mapper_parsing_exception: x' })];
const C4: Step = [4, letterOf(3, { origin: { topic: 'audit', partition: 0, offset: 3, item: 0 } })];
const D5: Step = [5, letterOf(3, { origin: { topic: 'audit', partition: 0, offset: 3, item: 1 } })];
const F6: Step = [6, letterOf(1, { sha256: 'f'.repeat(64) })];

/** Letters are named by the second they were written. */
const cases: [name: string, selection: Partial<Selection>, read: Step[], seconds: number[]][] = [
  ['nothing', {}, [], []],
  ['the latest of a record', {}, [A1, A2, B3], [2, 3]],
  ['the latest, in whatever order they are read', {}, [A2, A1], [2]],
  ['each', { all: true }, [A1, A2, B3], [1, 2, 3]],
  ['by stage', { stage: 'deliver' }, [A1, B3], [3]],
  ['by a part of the reason, capitals aside', { reason: 'VALID json' }, [A1, B3], [1]],
  ['a reason that the record fails for no more', { reason: 'JSON' }, [A1, A2], []],
  ['another record that claims the place of the first', {}, [A1, F6], [1, 6]],
  ['the events of one record each', {}, [C4, D5], [4, 5]],
  ['by time, whatever the partition', {}, [C4, B3, A1], [1, 3, 4]],
];
for (const [name, selection, read, seconds] of cases) {
  test(`letters: ${name}`, () => {
    const gathering = new Gathering({ ...EACH, ...selection });
    for (const [second, letter] of read) {
      gathering.add(JSON.stringify(letter), { topic: 'dead', partition: 0, offset: second }, time(second));
    }
    expect(gathering.found.letters.map(({ at }) => Number(at.at(-6)))).toEqual(seconds);
  });
}

test('of sealed bytes only is held that there are some', () => {
  const gathering = new Gathering(EACH);
  gathering.add(JSON.stringify(A1[1]), { topic: 'dead', partition: 0, offset: 0 }, time(1));
  const [found] = gathering.found.letters;
  expect([found?.sealed, found?.letter.sealed]).toEqual([true, undefined]);
});

test('what is held is bounded, the oldest are forgotten and counted', () => {
  const gathering = new Gathering(EACH, 3);
  for (let i = 0; i < 5; i += 1) {
    gathering.add(JSON.stringify(letterOf(i)), { topic: 'dead', partition: 0, offset: i }, time(i));
  }
  const { letters, forgotten } = gathering.found;
  expect([letters.map(({ at }) => at), forgotten]).toEqual([[time(2), time(3), time(4)], 2]);
});

test('letters of a file have their line for a place, and what is no letter is counted', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'keywarden-letters-')), 'letters.jsonl');
  writeFileSync(file, `${JSON.stringify(letterOf(1))}\n\nnot a letter\n${JSON.stringify(letterOf(2))}\n`);
  const { letters, foreign } = await lettersInFile(file, EACH);
  expect([letters.map(({ place }) => place), foreign]).toEqual([
    [
      { file, line: 1 },
      { file, line: 4 },
    ],
    1,
  ]);
});
