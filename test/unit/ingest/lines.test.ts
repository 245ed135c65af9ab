import { expect, test } from '@jest/globals';
import { lineBatches } from '../../../src/ingest/lines.ts';

async function* chunksOf(texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function read(texts: readonly string[], maxBytes = 100): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of lineBatches(chunksOf(texts), maxBytes)) {
    found.push(...batch.map(({ number, bytes }) => `${number} ${bytes ?? 'too long'}`));
  }
  return found;
}

const cases: [name: string, chunks: string[], expected: string[], maxBytes?: number][] = [
  ['a line across chunks', ['{"verb":', '"get"}\n'], ['1 {"verb":"get"}']],
  ['an empty line keeps its number', ['a\n\nb'], ['1 a', '2 ', '3 b']],
  ['the last line needs no newline', ['a\nb'], ['1 a', '2 b']],
  ['a final newline makes no further line', ['a\n'], ['1 a']],
  ['a newline alone at a chunk’s start', ['a', '\nb\n'], ['1 a', '2 b']],
  ['Windows line ends', ['a\r\nb\r', '\nc\r'], ['1 a', '2 b', '3 c']],
  ['nothing', [], []],
  [
    'a line that is too long is passed over, its neighbours stay',
    ['ab\nabcdef\ncd\n'],
    ['1 ab', '2 too long', '3 cd'],
    4,
  ],
  ['a line that is too long over many chunks', ['abc', 'def', 'ghi\nx', 'y\n'], ['1 too long', '2 xy'], 4],
  ['a last line that is too long', ['a\nabcdef'], ['1 a', '2 too long'], 4],
];
for (const [name, chunks, expected, maxBytes] of cases) {
  test(`lines: ${name}`, async () => expect(await read(chunks, maxBytes)).toEqual(expected));
}
