import { expect, test } from '@jest/globals';
import type { Explanation } from '../../../../src/sigma/program.ts';
import {
  collection,
  END,
  explanation,
  NAMED,
  playing,
  programOf,
  request,
  type Step,
  told,
  UNNAMED,
  unnamed,
  write,
} from './support.ts';

const A = { ns: 'dev', name: 'a' };
const HOUR = 3_600_000;

const around: [name: string, steps: readonly Step[], found: string[]][] = [
  ['a write alone', [write('w', 5_000, A)], ['w']],
  ['a request at its time', [write('w', 5_000, A), request('r', 5_000, A)], []],
  ['a request that ended at the edge before it', [request('r', 4_000, A), write('w', 5_000, A)], []],
  ['a request that ended a millisecond earlier', [request('r', 3_999, A), write('w', 5_000, A)], ['w']],
  ['a request that began at the edge after it', [write('w', 5_000, A), request('r', 6_000, A)], []],
  ['a request that began a millisecond later', [write('w', 5_000, A), request('r', 6_001, A)], ['w']],
  [
    'a request that began long before and has not ended',
    [write('w', 5_000, A), request('r', 5_500, A, { from: 100 })],
    [],
  ],
  [
    'a request whose own span is all that reaches it',
    [write('w', 50_000, A), request('r', 50_900, A, { from: 1_000, to: 49_500 })],
    [],
  ],
  ['a write that took from one edge', [request('r', 4_000, A), write('w', 60_000, A, { from: 5_000 })], []],
  ['a write that took a millisecond less', [request('r', 4_000, A), write('w', 60_000, A, { from: 5_001 })], ['w']],
  [
    'a request in the midst of a write that took an hour',
    [request('r', HOUR / 2, A), write('w', HOUR, A, { from: 0 })],
    [],
  ],
  ['a request of another name', [request('r', 5_000, { ns: 'dev', name: 'b' }), write('w', 5_000, A)], ['w']],
  [
    'a request of a name in another namespace',
    [request('r', 5_000, { ns: 'prod', name: 'a' }), write('w', 5_000, A)],
    ['w'],
  ],
  [
    'a request and a write without a namespace',
    [request('r', 5_000, { name: 'a' }), write('w', 5_000, { name: 'a' })],
    [],
  ],
  [
    'an absent field and an empty one',
    [request('r', 5_000, { ns: '', name: 'a' }), write('w', 5_000, { name: 'a' })],
    [],
  ],
  [
    'a request for many writes',
    [request('r', 5_000, A), write('v', 5_000, A), write('w', 5_500, A), write('x', 5_999, A)],
    [],
  ],
  ['writes on both sides of the edge', [request('r', 5_000, A), write('v', 6_000, A), write('w', 6_001, A)], ['w']],
];
for (const [name, steps, found] of around) test(`around: ${name}`, () => expect(told([...steps, END])).toEqual(found));

const sides: [when: string, side: Partial<Explanation>, before: string[], after: string[]][] = [
  ['around', { beforeMs: 1_000, afterMs: 1_000 }, [], []],
  ['before', { beforeMs: 1_000, afterMs: 0 }, [], ['w']],
  ['after', { beforeMs: 0, afterMs: 1_000 }, ['w'], []],
];
for (const [when, side, before, after] of sides) {
  const program = programOf([{ ...NAMED, ...side }]);
  test(`${when}: a request of a moment before, at and after`, () => {
    expect(told([request('r', 4_500, A), write('w', 5_000, A), END], { program })).toEqual(before);
    expect(told([request('r', 5_000, A), write('w', 5_000, A), END], { program })).toEqual([]);
    expect(told([write('w', 5_000, A), request('r', 5_500, A), END], { program })).toEqual(after);
  });
}

test('each kind of explanation has a window of its own', () => {
  const wide = explanation('collection', { by: [['ns', 'ns']], beforeMs: 600_000, afterMs: 0 });
  const program = programOf([NAMED, wide]);
  const at = (ms: number) => told([collection('c', 0, { ns: 'dev' }), write('w', ms, A), END], { program });
  expect(at(600_000)).toEqual([]);
  expect(at(600_001)).toEqual(['w']);
});

const judged: [name: string, waitMs: number, now: number, found: string[]][] = [
  ['at its deadline it waits', 0, 6_000, []],
  ['a millisecond later it is judged', 0, 6_001, ['w']],
  ['with a wait it waits', 60_000, 66_000, []],
  ['and a millisecond later it is judged', 60_000, 66_001, ['w']],
];
for (const [name, waitMs, now, found] of judged) {
  const program = programOf([NAMED], { waitMs });
  test(`when: ${name}`, () => {
    expect(told([write('w', 5_000, A), { now }], { program })).toEqual(found);
    expect(told([write('w', 5_000, A), { now: 99_999, sight: now }], { program })).toEqual(found);
  });
}

test('a request that is logged after the wait explains nothing, whenever the clock moves', () => {
  const program = programOf([NAMED], { waitMs: 60_000 });
  const long = (at: number) => request('r', at, A, { from: 5_000 });
  expect(told([write('w', 5_000, A), long(66_000), END], { program })).toEqual([]);
  expect(told([write('w', 5_000, A), long(66_001), END], { program })).toEqual(['w']);
  expect(told([write('w', 5_000, A), { now: 66_001 }, long(66_001), END], { program })).toEqual(['w']);
});

const beginnings: [name: string, generate: string | undefined, written: string, found: string[]][] = [
  ['its beginning', 'web-', 'web-x7k2', []],
  ['all of it', 'web-x7k2', 'web-x7k2', []],
  ['more than it', 'web-x7k2z', 'web-x7k2', ['w']],
  ['another beginning', 'api-', 'web-x7k2', ['w']],
  ['nothing at all', '', 'web-x7k2', ['w']],
  ['no field', undefined, 'web-x7k2', ['w']],
];
for (const [name, generate, written, found] of beginnings) {
  const fields = generate === undefined ? { ns: 'dev' } : { ns: 'dev', generate };
  for (const once of [true, false]) {
    const program = programOf([{ ...UNNAMED, once }]);
    test(`prefix${once ? ', once' : ''}: ${name}`, () => {
      const written_ = write('w', 5_000, { ns: 'dev', name: written });
      expect(told([unnamed('u', 5_000, fields), written_, END], { program })).toEqual(found);
      expect(told([written_, unnamed('u', 5_000, fields), END], { program })).toEqual(found);
    });
  }
}

test('a finding bears its group, its match as evidence and the cluster', () => {
  const { findings } = playing([write('w', 5_000, A), END]);
  expect(findings).toMatchObject([{ maker: { id: 'w' }, evidence: [{ id: 'w' }], group: { ns: 'dev' }, cluster: 'c' }]);
});
