import { expect, test } from '@jest/globals';
import { Gaps } from '../../../src/gaps/gaps.ts';
import type { Event } from '../../../src/model/event.ts';
import { auditEvent, normalizedAt } from '../normalize/support.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T05:00:00Z');
const P0 = { topic: 'audit', partition: 0 };
const P1 = { topic: 'audit', partition: 1 };

/** Gaps on a clock that the test sets; five minutes are a gap. */
function rig() {
  const clock = { now: START };
  const gaps = new Gaps(
    { silence: 5 * MINUTE, jump: 5 * MINUTE },
    'test',
    () => 'prod',
    () => clock.now,
  );
  return { clock, gaps };
}

function eventAt(time: string | undefined, partition = 0): Event {
  const record = auditEvent({ stageTimestamp: time, requestReceivedTimestamp: time });
  const [event] = normalizedAt([{ record, origin: { topic: 'audit', partition, offset: 7 } }]).events;
  if (event === undefined) throw new Error('no event');
  return event;
}

const jumps: [name: string, times: (string | undefined)[], told: (string | undefined)[]][] = [
  ['no first time is a jump', ['05:00:00'], [undefined]],
  ['steps below the limit', ['05:00:00', '05:04:59', '05:09:58'], [undefined, undefined, undefined]],
  ['forward', ['05:00:00', '05:05:00'], [undefined, 'jumped forward by 300 s']],
  ['from the latest in its minute', ['05:00:00', '05:00:59', '05:05:58'], [undefined, undefined, undefined]],
  ['back', ['05:10:00', '05:05:00'], [undefined, 'jumped back by 300 s']],
  ['a little out of order', ['05:04:00', '05:01:00', '05:08:59'], [undefined, undefined, undefined]],
  ['after a jump its time counts', ['05:00:00', '06:00:00', '06:01:00'], [undefined, 'forward by 3600 s', undefined]],
  ['without a time nothing is told', ['05:00:00', undefined, '05:04:00'], [undefined, undefined, undefined]],
  ['once a minute of our clock', ['05:00:00', '06:00:00', '05:00:00'], [undefined, 'forward by 3600 s', undefined]],
];
for (const [name, times, told] of jumps) {
  test(`time: ${name}`, () => {
    const { gaps } = rig();
    const events = times.map(time => gaps.read(eventAt(time === undefined ? undefined : `2026-11-23T${time}Z`)));
    expect(events.map(event => event?.document.message)).toEqual(
      told.map(text => (text === undefined ? undefined : expect.stringContaining(text))),
    );
  });
}

test('each partition has its own time', () => {
  const { gaps } = rig();
  const told = [eventAt('2026-11-23T05:00:00Z', 0), eventAt('2026-11-23T09:00:00Z', 1)].map(event => gaps.read(event));
  expect(told).toEqual([undefined, undefined]);
});

test('a jump is an event of the stream, with its interval and place', () => {
  const { gaps } = rig();
  gaps.hear(P0, 7);
  gaps.read(eventAt('2026-11-23T05:00:00Z'));
  const jump = gaps.read(eventAt('2026-11-23T05:10:00Z'));
  expect(jump?.document).toMatchObject({
    '@timestamp': '2026-11-23T05:10:00Z',
    data_stream: { dataset: 'kubernetes.audit_logs', namespace: 'test' },
    event: {
      kind: 'pipeline_error',
      action: 'time_jumped',
      start: '2026-11-23T05:00:00Z',
      end: '2026-11-23T05:10:00Z',
    },
    orchestrator: { cluster: { name: 'prod' } },
    keywarden: { origin: { topic: 'audit', partition: 0, offset: 7 } },
  });
});

test('a partition that falls silent while another speaks is told once, and again after it has spoken', () => {
  const { clock, gaps } = rig();
  gaps.hear(P0, 1);
  gaps.hear(P1, 1);
  clock.now += 4 * MINUTE;
  gaps.hear(P1, 2);
  expect(gaps.silences()).toEqual([]);
  clock.now += MINUTE;
  expect(gaps.silences().map(({ document }) => document.message)).toEqual([
    'no record has come in audit/0 for 300 s, 1 others of ours speak',
  ]);
  clock.now += MINUTE;
  expect(gaps.silences()).toEqual([]);
  gaps.hear(P0, 2);
  gaps.hear(P1, 3);
  clock.now += 5 * MINUTE;
  expect(gaps.silences().map(({ document }) => document.message)).toEqual([
    'no record has come in audit/0 for 300 s, no other partition of ours speaks either',
    'no record has come in audit/1 for 300 s, no other partition of ours speaks either',
  ]);
  expect(gaps.counts.silent).toBe(3);
});

test('no silence counts from a time when nothing could be heard', () => {
  const { clock, gaps } = rig();
  gaps.hear(P0, 1);
  clock.now += 10 * MINUTE;
  gaps.excuse();
  clock.now += 4 * MINUTE;
  expect(gaps.silences()).toEqual([]);
});

test('a partition that should speak and never does is told, one that was given away is not', () => {
  const { clock, gaps } = rig();
  gaps.hear(P0, 1);
  gaps.expect([P1]);
  clock.now += 5 * MINUTE;
  expect(gaps.silences().map(({ origin }) => origin)).toEqual([{ ...P1, offset: -1 }]);
});

test('records that retention dropped are counted, with the offsets that they had', () => {
  const { gaps } = rig();
  const { document } = gaps.lost(P0, 10, 25);
  expect(document.message).toContain('15 records of audit/0 were dropped by retention');
  expect(document).toMatchObject({ event: { action: 'records_lost' }, keywarden: { lost: 15 } });
  expect(gaps.counts.lost).toBe(15);
});
