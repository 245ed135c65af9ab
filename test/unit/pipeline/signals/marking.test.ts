import { expect, test } from '@jest/globals';
import type { Admin, Consumer } from 'kafkajs';
import type { Event } from '../../../../src/model/event.ts';
import { Commits } from '../../../../src/pipeline/commits.ts';
import { Marking } from '../../../../src/pipeline/signals/marking.ts';
import { Reached } from '../../../../src/pipeline/signals/reached.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { at, eventAt } from '../../detect/support.ts';

const IDLE_AFTER = 10_000;
const NOW = Date.parse(at('06:00:00'));
const FIVE = Date.parse(at('05:00:00'));

type World = {
  /** Where the partition ends, and what of it the group has committed. */
  readonly high?: number;
  readonly committed?: number;
  readonly events?: readonly Event[];
  /** Offsets read. */
  readonly read?: number;
  /** Seconds after the first marks. */
  readonly after?: number;
};

/** What is said of the one partition of topic `t`, after the first marks. */
async function marksAfter({ high = 3, committed, events = [], read, after = 0 }: World) {
  const listeners: ((event: object) => void)[] = [];
  const log = createLog('fatal');
  const consumer = {
    events: { GROUP_JOIN: 'join' },
    on: (_: string, listen: (event: object) => void) => listeners.push(listen),
  };
  const commits = new Commits(consumer as unknown as Consumer, log);
  for (const listen of listeners) listen({ payload: { memberAssignment: { t: [0] } } });
  const admin = {
    fetchTopicOffsets: async () => [{ partition: 0, offset: String(high), high: String(high), low: '0' }],
    fetchOffsets: async () => [
      { topic: 't', partitions: [{ partition: 0, offset: String(committed ?? -1), metadata: null }] },
    ],
  } as unknown as Admin;
  const reached = new Reached();
  const options = { topics: ['t'], groupId: 'g', fromBeginning: true, idleAfterMs: IDLE_AFTER };
  const marking = new Marking(options, admin, commits, reached, log);
  for (const event of events) reached.read(event);
  if (read !== undefined) commits.progressOf('t', 0).read(read - 1);
  await marking.ask(NOW);
  marking.marks(NOW);
  const { marks, silent } = marking.marks(NOW + after * 1_000);
  return [marks.map(({ reached: ms, idle }) => [ms, idle]), silent.length, marking.producers];
}

const events = [eventAt('05:00:00'), eventAt('04:59:00')];

const cases: [name: string, world: World, marks: (number | undefined)[][], silent: number][] = [
  ['as far as the latest of its events', { events, read: 3 }, [[FIVE, undefined]], 0],
  ['and idle when nothing came for some time', { events, read: 3, after: 10 }, [[FIVE, FIVE + IDLE_AFTER]], 1],
  ['not idle as long as something is left to be read', { events, read: 2, after: 10 }, [[FIVE, undefined]], 0],
  ['no further than now, whatever its events say', { events: [eventAt('23:00:00')], read: 3 }, [[NOW, undefined]], 0],
  ['nothing while it is new, though all was read before', { committed: 3 }, [], 0],
  ['silent where all was read before and nothing comes', { committed: 3, after: 10 }, [], 1],
  ['nothing where it was not read to its end', { committed: 2, after: 10 }, [], 0],
  ['silent where it is empty', { high: 0, after: 10 }, [], 1],
];
for (const [name, world, marks, silent] of cases) {
  test(`a partition is ${name}`, async () => expect(await marksAfter(world)).toEqual([marks, silent, ['t/0']]));
}

test('a time that only stands in moves nothing', () => {
  const reached = new Reached();
  const event = eventAt('05:00:00');
  reached.read({
    ...event,
    document: { ...event.document, keywarden: { ...event.document.keywarden, missing: ['@timestamp'] } },
  });
  expect(reached.of('t/0', NOW)).toEqual([]);
});

test('partitions that are not ours any more are forgotten', () => {
  const reached = new Reached();
  reached.read(eventAt('05:00:00'));
  reached.keepOnly(new Set(['t/1']));
  expect(reached.of('t/0', NOW)).toEqual([]);
});
