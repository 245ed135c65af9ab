import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Signal } from '../../../../src/model/signal.ts';
import { inOrder } from '../../../../src/model/signal.ts';
import { END, NAMED, playing, programOf, request, told, UNNAMED, unnamed, WINDOW, write } from './support.ts';

const made = (id: string, at: number, generate = 'web-', took = 0) =>
  unnamed(id, at, { ns: 'dev', generate }, { from: at - took });
const pod = (id: string, at: number, name = `web-${id}`) => write(id, at, { ns: 'dev', name });

const cases: [name: string, signals: readonly Signal[], found: string[]][] = [
  ['one request, one write', [made('r', 0), pod('a', 100)], []],
  ['one request, two writes: the first is explained', [made('r', 0), pod('a', 100), pod('b', 200)], ['b']],
  ['at one moment the smaller id is the first', [made('r', 0), pod('b', 100), pod('a', 100)], ['b']],
  ['two requests of one moment, two writes', [made('r', 0), made('s', 0), pod('a', 0), pod('b', 0)], []],
  ['the request that ends first is used first', [made('r', 0), made('s', 900), pod('a', 1_000), pod('b', 1_500)], []],
  [
    'a write gives its request up to one that has no other',
    [made('r', 0, 'web-'), made('s', 100, 'web-a'), pod('a', 200), pod('b', 300)],
    [],
  ],
  [
    'through a third one too',
    [
      made('r', 0, 'web-'),
      made('s', 100, 'web-a'),
      made('t', 200, 'web-ab'),
      pod('ab', 300),
      pod('ac', 400),
      pod('b', 500),
    ],
    [],
  ],
  [
    'one that is named is not used up by a write that is explained by its name',
    [made('r', 0), request('s', 0, { ns: 'dev', name: 'web-a' }), pod('a', 100), pod('b', 200)],
    [],
  ],
  [
    'even where the name comes later than the write',
    [made('r', 0), pod('a', 100), pod('b', 200), request('s', 300, { ns: 'dev', name: 'web-a' })],
    [],
  ],
  [
    'a request of another namespace is of no use',
    [unnamed('r', 0, { ns: 'prod', generate: 'web-' }), pod('a', 100)],
    ['a'],
  ],
];
for (const [name, signals, found] of cases) {
  test(`once: ${name}`, () => expect(told([...[...signals].sort(inOrder), END])).toEqual(found));
}

for (const [writes, requests] of [
  [1, 0],
  [10, 9],
  [100, 42],
  [7, 7],
  [5, 9],
] as const) {
  test(`${requests} requests without a name explain ${requests} of ${writes} writes at most`, () => {
    const signals = [
      ...Array.from({ length: requests }, (_, i) => made(`r${i}`, i)),
      ...Array.from({ length: writes }, (_, i) => pod(`w${i}`, i + 1)),
    ];
    const { findings } = playing([...signals.sort(inOrder), END]);
    expect(findings).toHaveLength(Math.max(0, writes - requests));
  });
}

/** As many as can be, found by trying all. */
function most(writes: readonly Signal[], requests: readonly Signal[]): number {
  const [first, ...others] = writes;
  if (first === undefined) return 0;
  const usable = requests.filter(
    ({ at, fields }) =>
      Math.abs(at - first.at) <= WINDOW && first.fields['name']?.startsWith(fields['generate'] ?? '-'),
  );
  return Math.max(
    most(others, requests),
    ...usable.map(
      used =>
        1 +
        most(
          others,
          requests.filter(other => other !== used),
        ),
    ),
  );
}

test('as many writes that lie in no request are explained as any assignment can explain', () => {
  const time = fc.integer({ min: 0, max: 30 }).map(n => n * 100);
  const between = time.map(ms => ms + 50);
  const writes = fc.array(fc.tuple(between, fc.constantFrom('a', 'ab', 'abc', 'b', 'bc')), { maxLength: 6 });
  const requests = fc.array(fc.tuple(time, fc.constantFrom('a', 'ab', 'b')), { maxLength: 6 });
  fc.assert(
    fc.property(writes, requests, (written, asked) => {
      const subjects = written.map(([at, name], i) => pod(`w${i}`, at, name));
      const explanations = asked.map(([at, generate], i) => made(`r${i}`, at, generate));
      const { findings } = playing([...[...subjects, ...explanations].sort(inOrder), END]);
      expect(subjects.length - findings.length).toBe(most(subjects, explanations));
    }),
    { seed: 1, numRuns: 500 },
  );
});

const crowd: [name: string, signals: readonly Signal[], found: string[]][] = [
  ['the one that lies in no request', [made('r', 100, 'web-', 80), pod('x', 10), pod('b', 50)], ['x']],
  [
    'though it came first and each request is near to it',
    [pod('x', 0), ...[1, 2, 3].flatMap(i => [made(`r${i}`, i * 100, 'web-', 20), pod(`w${i}`, i * 100 - 10)])],
    ['x'],
  ],
  [
    'though a request that made nothing is near the others',
    [made('s', 900), pod('x', 0), made('r', 200, 'web-', 20), pod('w', 190)],
    [],
  ],
  [
    'the one of two in a request whose name does not begin as well',
    [made('r', 100, 'web-a', 100), made('s', 101, 'web-', 100), pod('a', 40), pod('ab', 50), pod('b', 60)],
    ['b'],
  ],
  [
    'none where the request of another is logged a minute later',
    [pod('w', 1_000), pod('x', 1_100), made('r', 1_300), made('s', 1_500, 'web-', 600)],
    [],
  ],
  [
    'the one that is explained by nothing else: a name that comes late frees the request',
    [made('r', 100, 'web-', 100), pod('a', 50), pod('b', 60), request('n', 500, { ns: 'dev', name: 'web-a' })],
    [],
  ],
];
for (const [name, signals, found] of crowd) {
  test(`in a crowd is found ${name}`, () => expect(told([...[...signals].sort(inOrder), END])).toEqual(found));
}

test('in whatever steps the clock moves, the same is found', () => {
  const signals = Array.from({ length: 200 }, (_, i) =>
    i % 3 === 0 ? made(`r${i}`, i * 70, i % 2 === 0 ? 'web-' : 'web-w1') : pod(`w${i}`, i * 70),
  );
  const expected = told([...signals, END]);
  const stepped = signals.flatMap(signal => [{ now: signal.at }, signal]);
  expect(expected.length).toBeGreaterThan(50);
  expect(told([...stepped, END])).toEqual(expected);
});

test('ten thousand creations and as many writes of one moment, and an intruder among them', () => {
  const signals = [
    ...Array.from({ length: 10_000 }, (_, i) => made(`r${i}`, i % 500)),
    ...Array.from({ length: 10_001 }, (_, i) => pod(`w${i}`, 500 + (i % 400))),
  ];
  const { findings } = playing([...signals.sort(inOrder), END], {
    program: programOf([NAMED, UNNAMED]),
    limits: { signals: 100_000, groups: 100_000 },
  });
  expect(findings).toHaveLength(1);
});
