import { expect, test } from '@jest/globals';
import type { Blindness } from '../../../../src/detect/state/evaluator.ts';
import type { Event } from '../../../../src/model/event.ts';
import { Blindnesses } from '../../../../src/pipeline/signals/blindness.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { programOf } from '../../detect/state/support.ts';

const SILENT: Blindness = {
  program: programOf('p'),
  cluster: 'c',
  dataset: 'kubernetes.audit_logs',
  reason: 'silent',
  from: 1_000,
  to: undefined,
  waiting: 2,
  judged: 0,
  notJudged: 0,
};

function told(...seen: readonly Partial<Blindness>[]) {
  const events: Event[] = [];
  const blindnesses = new Blindnesses('signals', 'test', event => events.push(event), createLog('fatal'));
  for (const one of seen) blindnesses.see({ ...SILENT, ...one });
  return { actions: events.map(({ document }) => document.event.action), events, lasting: blindnesses.lasting };
}

const back = { to: 9_000, judged: 2 };
const other = { program: programOf('q') };

const cases: [name: string, seen: Partial<Blindness>[], actions: string[], lasting: number][] = [
  ['a stream that falls silent is told', [{}], ['blind'], 1],
  ['and when it returns', [{}, back], ['blind', 'sight_returned'], 0],
  [
    'once, however many rules and partitions miss it',
    [{}, other, {}, back, { ...back, ...other }],
    ['blind', 'sight_returned'],
    0,
  ],
  ['another stream is another', [{}, { dataset: 'etcd.audit_logs' }], ['blind', 'blind'], 2],
  ['another cluster too', [{}, { cluster: 'd' }], ['blind', 'blind'], 2],
  [
    'what is not judged for other reasons is told of each rule',
    [{ reason: 'full' }, { reason: 'full', ...other }],
    ['not_judged', 'not_judged'],
    0,
  ],
];
for (const [name, seen, actions, lasting] of cases) {
  test(name, () => expect(told(...seen)).toMatchObject({ actions, lasting }));
}

test('clusters that anybody may invent are bounded', () => {
  expect(told(...Array.from({ length: 11_000 }, (_, i) => ({ cluster: `c${i}` }))).lasting).toBe(10_000);
});

test('the event says what is blind, since when, and rules judge it', () => {
  const [event] = told({}).events;
  expect(event).toMatchObject({
    judged: true,
    document: {
      message:
        'rules that look into kubernetes.audit_logs are blind since 1970-01-01T00:00:01.000Z: a stream of it has fallen silent, and 2 matches of "Title of p" wait',
      event: { kind: 'pipeline_error', start: '1970-01-01T00:00:01.000Z' },
      orchestrator: { cluster: { name: 'c' } },
    },
  });
});
