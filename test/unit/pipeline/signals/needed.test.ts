import { expect, test } from '@jest/globals';
import { Needed } from '../../../../src/pipeline/signals/needed.ts';

/** Signals at offsets 10 to 15, two a block; each is needed until ten times its offset, the last of another cluster. */
function six(): Needed {
  const needed = new Needed(10, 2);
  for (let offset = 10; offset < 16; offset += 1) {
    needed.need(offset, offset === 15 ? 'd' : 'c', offset * 10);
    needed.read(offset);
  }
  return needed;
}

const cases: [name: string, clocks: Record<string, number>, oldest: number][] = [
  ['all is needed until the clock has come so far', { c: 100, d: 0 }, 10],
  ['a block is needed as long as one signal of it', { c: 110, d: 0 }, 10],
  ['what the clock has passed is needed no more', { c: 111, d: 0 }, 12],
  ['each cluster has its own clock', { c: 1_000, d: 0 }, 14],
  ['where nothing is needed the next record comes first', { c: 1_000, d: 1_000 }, 16],
];
for (const [name, clocks, oldest] of cases) {
  test(name, () => expect(six().oldest(cluster => clocks[cluster] ?? 0)).toBe(oldest));
}

test('before anything was read the first offset is where it began', () => {
  expect(new Needed(10).oldest(() => 0)).toBe(10);
});
