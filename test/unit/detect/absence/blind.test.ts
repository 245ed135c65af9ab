import { expect, test } from '@jest/globals';
import { Baseline } from '../../../../src/detect/state/baseline.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import { END, NAMED, programOf, request, type Step, told, write } from './support.ts';

const A = { ns: 'dev', name: 'a' };
const MINUTE = 60_000;
const HOUR = 3_600_000;
const loss = (from: number, to: number, dataset: Signal['dataset'] = 'kubernetes.audit_logs') => ({
  dataset,
  from,
  to,
});

const cases: [name: string, steps: readonly Step[], lines: string[]][] = [
  [
    'a stream that lags by the time that is allowed is waited for',
    [write('w', 0, A), { now: 2 * MINUTE, sight: 0 }],
    [],
  ],
  [
    'a millisecond more is blindness, told once',
    [write('w', 0, A), { now: 2 * MINUTE + 1, sight: 0 }, { now: HOUR, sight: 0 }],
    ['silent 0–'],
  ],
  [
    'the stream of a cluster without any',
    [write('w', 500, A), { now: HOUR, sight: Number.NEGATIVE_INFINITY }],
    ['silent 500–'],
  ],
  [
    'nothing is found while it is blind, and all of it when the stream returns with its backlog',
    [
      write('v', 1_000, A),
      write('w', 5_000, { ns: 'dev', name: 'b' }),
      { now: HOUR, sight: 0 },
      request('r', 1_000, A),
      { now: HOUR, sight: HOUR },
    ],
    ['silent 0–', 'w', `silent 0–${HOUR}: 2 judged, 0 not`],
  ],
  [
    'what the backlog explains needs no sight',
    [write('w', 1_000, A), { now: HOUR, sight: 0 }, request('r', 1_000, A), { now: HOUR, sight: 500 }],
    ['silent 0–'],
  ],
  [
    'it sees again where the lag is half of what makes it blind',
    [
      write('w', 0, A),
      { now: HOUR, sight: 0 },
      { now: HOUR, sight: HOUR - MINUTE - 1 },
      { now: HOUR, sight: HOUR - MINUTE },
    ],
    ['silent 0–', 'w', `silent 0–${HOUR - MINUTE}: 1 judged, 0 not`],
  ],
  [
    'a stream that never returns leaves its writes not judged',
    [write('v', 0, A), write('w', 5, A), { now: HOUR, sight: 0 }, { ...END, sight: 0 }],
    ['silent 0–', 'silent 0–: 0 judged, 2 not', '2 not judged'],
  ],
  [
    'so does one that ends before the deadline of a write',
    [write('v', 0, A), write('w', 9_000, A), { ...END, sight: 10_000 }],
    ['v', 'silent 9000–9000: 0 judged, 1 not', '1 not judged'],
  ],
  [
    'a stream that returns without its backlog: what was lost is not judged, what comes after is',
    [
      write('v', 1_000, A),
      { now: HOUR, sight: 0 },
      loss(0, HOUR - 5_000),
      write('w', HOUR, A),
      { now: HOUR + 1_001, sight: HOUR + 1_001 },
    ],
    ['silent 0–', 'w', `silent 0–${HOUR + 1_001}: 1 judged, 1 not`, '1 not judged'],
  ],
  [
    'records that are lost up to the window of a write',
    [write('w', 5_000, A), loss(1_000, 4_000), END],
    ['lost 5000–5000: 0 judged, 1 not', '1 not judged'],
  ],
  ['records that are lost before it', [write('w', 5_000, A), loss(1_000, 3_999), END], ['w']],
  [
    'records that are lost from the end of its wait on',
    [write('w', 5_000, A), loss(6_000, 9_000), END],
    ['lost 5000–5000: 0 judged, 1 not', '1 not judged'],
  ],
  ['records that are lost after it', [write('w', 5_000, A), loss(6_001, 9_000), END], ['w']],
  ['records of another data set', [write('w', 5_000, A), loss(0, 9_000, 'etcd.audit_logs'), END], ['w']],
  [
    'a write that is explained although records are lost',
    [write('w', 5_000, A), request('r', 5_000, A), loss(0, 9_000), END],
    [],
  ],
];
for (const [name, steps, lines] of cases) test(`blind: ${name}`, () => expect(told(steps)).toEqual(lines));

test('where nothing comes any more a write is judged without the wait, if the stream of explanations has passed its window', () => {
  const waiting = { program: programOf([NAMED], { waitMs: MINUTE }) };
  expect(told([write('w', 0, A), { ...END, sight: 1_001 }], waiting)).toEqual(['w']);
  expect(told([write('w', 0, A), { ...END, sight: 1_000 }], waiting)).toContain('1 not judged');
});

test('an explanation that is let go because of its age makes a write that comes so late not judged', () => {
  const steps = [request('r', 0, A), { now: HOUR }, write('w', 0, A), END];
  expect(told(steps)).toEqual(['full 0–0: 0 judged, 1 not', '1 not judged']);
});

test('a write that took for as long as explanations are kept is explained by one of its beginning', () => {
  const steps = [request('r', 0, A), { now: 901_000 }, write('w', 901_000, A, { from: 1_000 }), END];
  expect(told(steps)).toEqual([]);
});

const by = { by: ['type'], explanationFields: new Map([[NAMED.input, ['type']]]), covered: new Set(['pods']) };
const program = programOf([NAMED], { sight: by });
const ofType = (type: string) => ({ ...A, type });
const other = (id: string, at: number, type: string) => request(id, at, { ns: 'dev', name: 'other', type });

const coverage: [name: string, steps: readonly Step[], lines: string[]][] = [
  ['given', [write('w', 0, ofType('pods')), END], ['w']],
  ['learnt before', [other('r', 0, 'leases'), write('w', 5_000, ofType('leases')), END], ['w']],
  ['learnt while it waits', [write('w', 5_000, ofType('leases')), other('r', 5_500, 'leases'), END], ['w']],
  [
    'learnt after it was judged',
    [write('w', 0, ofType('leases')), { now: 601_000 }, other('r', 601_000, 'leases'), { now: 602_000 }],
    ['w'],
  ],
  [
    'learnt too late',
    [write('w', 0, ofType('leases')), { now: 601_000 }, other('r', 601_001, 'leases'), { now: 602_000 }],
    ['uncovered leases 0–0: 0 judged, 1 not', '1 not judged'],
  ],
  [
    'never learnt, told for each value',
    [
      write('v', 0, ofType('leases')),
      write('w', 5, ofType('leases')),
      write('x', 9, ofType('events')),
      { now: 601_000 },
      { now: HOUR },
    ],
    ['uncovered leases 0–5: 0 judged, 2 not', 'uncovered events 9–9: 0 judged, 1 not', '3 not judged'],
  ],
  [
    'told once an hour',
    [
      write('v', 0, ofType('leases')),
      { now: 601_001 },
      write('w', 601_001, ofType('leases')),
      { now: HOUR + 601_000 },
      { now: HOUR + 601_001 },
    ],
    ['uncovered leases 0–0: 0 judged, 1 not', 'uncovered leases 601001–601001: 0 judged, 1 not', '2 not judged'],
  ],
  ['never learnt, but explained', [write('w', 0, A), request('r', 0, A), END], []],
];
for (const [name, steps, lines] of coverage) {
  test(`coverage ${name}`, () => expect(told(steps, { program })).toEqual(lines));
}

test('coverage that another process has learnt judges what waits for it', () => {
  const baseline = new Baseline(10);
  const row = { program: program.rule.id, cluster: 'c', terms: ['leases'], firstSeen: 5_000, lastSeen: 5_000 };
  const steps = [write('w', 0, ofType('leases')), { now: 5_000 }];
  expect(told([...steps, { now: 6_000 }], { program, baseline })).toEqual([]);
  baseline.put(row);
  expect(told([...steps, { now: 6_000 }], { program, baseline })).toEqual(['w']);
});

test('what was learnt is handed on', () => {
  const baseline = new Baseline(10, true);
  told([other('r', 5, 'leases'), other('s', 9, 'leases')], { program, baseline });
  expect(baseline.changes().map(({ row }) => [row?.terms, row?.firstSeen])).toEqual([[['leases'], 5]]);
});
