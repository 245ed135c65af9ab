import { expect, test } from '@jest/globals';
import { type Span, Wanted } from '../../../src/ingest/wanted.ts';

const one = (offset: number): Span => ({ from: offset, to: offset + 1 });

/** Offsets as they come, `-9` passes everything up to and with 9; which of them were taken, and what is wanted then. */
const stories: [
  name: string,
  spans: Span[],
  read: (number | `-${number}`)[],
  taken: number[],
  next: number | undefined,
][] = [
  ['nothing', [], [0, 1], [], undefined],
  ['a whole topic', [{ from: 0, to: 3 }], [0, 1, 2, 3], [0, 1, 2], undefined],
  ['the rest of it', [{ from: 5, to: 8 }], [5, 6], [5, 6], 7],
  ['single places, in any order', [one(7), one(2)], [0, 1, 2, 3, 7, 8], [2, 7], undefined],
  ['places after a jump', [one(2), one(700)], [2], [2], 700],
  ['a place that is gone', [one(2), one(5)], [3, 4, 5], [5], undefined],
  ['gone at the end of what there is', [one(2), one(5)], [2, '-9'], [2], undefined],
  ['what is read twice is taken once', [{ from: 0, to: 4 }], [0, 1, 0, 1, 2], [0, 1, 2], 3],
  ['an old batch after a jump', [one(5)], [0, '-3', 4, 5], [5], undefined],
  ['an empty stretch', [{ from: 5, to: 5 }, one(6)], [5, 6], [6], undefined],
];
for (const [name, spans, read, taken, next] of stories) {
  test(`wanted: ${name}`, () => {
    const wanted = new Wanted(spans);
    const found = read.filter(offset => {
      if (typeof offset === 'number') return wanted.take(offset);
      wanted.pass(-Number(offset));
      return false;
    });
    expect([found, wanted.next]).toEqual([taken, next]);
  });
}
