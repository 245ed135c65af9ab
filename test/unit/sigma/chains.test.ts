import { expect, test } from '@jest/globals';
import { chainsOf } from '../../../src/sigma/chains.ts';

type Has = (part: number) => boolean;

const cases: [name: string, count: number, test: (has: Has) => boolean, chains: number[][] | undefined][] = [
  ['all of them', 3, has => has(0) && has(1) && has(2), [[0, 1, 2]]],
  ['one of them', 2, has => has(0) || has(1), [[0], [1]]],
  [
    'one of two and a third',
    3,
    has => (has(0) || has(1)) && has(2),
    [
      [0, 2],
      [1, 2],
    ],
  ],
  [
    'two of three',
    3,
    has => [0, 1, 2].filter(has).length >= 2,
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  ],
  ['what must not be there is of no choice', 2, has => has(1) && !has(0), [[1]]],
  ['what never holds', 2, () => false, []],
  [
    'all of many',
    64,
    has => Array.from({ length: 64 }, (_, i) => i).every(has),
    [Array.from({ length: 64 }, (_, i) => i)],
  ],
  ['some of many', 13, has => has(0) || has(1), undefined],
];
for (const [name, count, holds, chains] of cases) {
  test(`choices: ${name}`, () => expect(chainsOf(count, holds)?.toSorted()).toEqual(chains));
}
