import { expect, test } from '@jest/globals';
import type { Alert, Place } from '../../../src/model/alert.ts';
import { Episode, type Version } from '../../../src/model/episode.ts';

const place = (offset: number, partition = 0): Place => ({ topic: 't', partition, offset, item: 0 });
const time = (second: number): string => new Date(Date.parse('2026-11-23T05:00:00Z') + second * 1_000).toISOString();
const version = (seqNo: number): Version => ({ index: 'alerts', seqNo, primaryTerm: 1 });

const alertOf = (id: string): Alert => ({
  '@timestamp': time(0),
  message: `opened by ${id}`,
  ecs: { version: '8.17.0' },
  event: { kind: 'alert', dataset: 'keywarden.alert', id, severity: 47 },
  rule: { id: 'r', name: 'Rule' },
  keywarden: {
    alert: {
      level: 'medium',
      status: 'open',
      group: {},
      key: 'k',
      count: 1,
      first_seen: time(0),
      last_seen: time(0),
      evidence: [],
    },
  },
});

/** Match number `n`, read at that offset and second. */
const match = (n: number, partition = 0) => ({
  evidence: {
    event_id: `e${partition}.${n}`,
    timestamp: time(n),
    dataset: 'kubernetes.audit_logs' as const,
    origin: { topic: 't', partition, offset: n },
    message: 'm',
  },
  place: place(n, partition),
  request: `r${partition}.${n}`,
  hasLaterStage: false,
  alert: () => alertOf(`alert-${partition}.${n}`),
});

function opened(...numbers: readonly number[]): Episode {
  const episode = new Episode('alert-0.1', 'k', 60_000, time(numbers[0] ?? 0));
  for (const n of numbers) episode.add(match(n));
  return episode;
}

const counted = (episode: Episode) =>
  episode.state.keywarden.alert.counted?.map(({ partition, offset, count }) => [partition, offset, count]);

test('what came while it was on its way is still to be written', () => {
  const episode = opened(1);
  episode.send();
  episode.add(match(2));
  episode.written(version(1));
  expect([episode.isDirty, episode.count, episode.alert?.message]).toEqual([true, 2, 'opened by alert-0.2']);
  episode.send();
  episode.written(version(2));
  expect([episode.isDirty, episode.alert]).toEqual([false, undefined]);
});

test('however many come while it is on its way, none is forgotten', () => {
  const episode = opened(...Array.from({ length: 50 }, (_, i) => i + 1));
  episode.send();
  for (let n = 51; n <= 100; n += 1) episode.add(match(n));
  episode.written(version(1));
  expect([episode.isDirty, episode.count]).toEqual([true, 100]);
  expect(episode.rest()?.count).toBe(50);
});

test('what came after an answer that was lost is still to be written, however much it was', () => {
  const episode = opened(...Array.from({ length: 30 }, (_, i) => i + 1));
  episode.send();
  const stored = episode.state;
  episode.unsent();
  for (let n = 31; n <= 60; n += 1) episode.add(match(n));
  episode.merge(stored, version(1));
  expect([episode.isDirty, episode.count, episode.rest()?.count]).toEqual([true, 60, 30]);
  expect(episode.rest()?.state.keywarden.alert.last_seen).toBe(time(60));
});

test('an alert that another process raised too counts what each has read, once', () => {
  const ours = opened(1, 2);
  const theirs = opened(1);
  for (const n of [5, 6, 7]) theirs.add(match(n, 1));
  ours.merge(theirs.state, version(2));
  expect(counted(ours)).toEqual([
    [0, 2, 2],
    [1, 7, 3],
  ]);
  expect([ours.count, ours.isDirty, ours.state['@timestamp']]).toEqual([5, true, time(7)]);
  expect(ours.state.keywarden.alert.evidence).toHaveLength(5);
});

test('what the index says already is not to be written again', () => {
  const [lost, stored] = [opened(1, 2), opened(1, 2)];
  lost.merge(stored.state, version(1));
  expect([lost.isDirty, lost.count]).toEqual([false, 2]);
});

test('what came after an alert was closed is another one, of that alone', () => {
  const episode = opened(1, 2);
  episode.send();
  episode.written(version(1));
  for (const n of [3, 4]) episode.add(match(n));
  const next = episode.rest();
  expect([next?.id, next?.count, next === undefined ? [] : counted(next)]).toEqual(['alert-0.3', 2, [[0, 4, 2]]]);
  expect(next?.state.keywarden.alert).toMatchObject({ first_seen: time(3), last_seen: time(4) });
});

test('a request that had opened an alert before is not counted again, what followed it is', () => {
  const before = new Episode('alert-0.1', 'k', 60_000, time(1));
  before.add({ ...match(1), request: 'r0.9', hasLaterStage: true });
  for (const n of [2, 3]) before.add(match(n));
  const again = opened(9);
  again.add(match(10));
  again.adopt(before.state, version(4));
  expect([again.count, again.isDirty, counted(again)]).toEqual([4, true, [[0, 10, 4]]]);
  const alone = opened(9);
  alone.adopt(before.state, version(4));
  expect([alone.count, alone.isDirty]).toEqual([3, false]);
});

test('a closed alert that its own request would open again gets another id', () => {
  const before = opened(1);
  const again = opened(1);
  again.add(match(2));
  again.adopt(before.state, version(4));
  const next = again.rest();
  expect([next?.id === 'alert-0.1', next?.count, next?.alert?.event.id === next?.id]).toEqual([false, 1, true]);
});

test('of a partition that was given away only what is written stays', () => {
  const episode = opened(1);
  episode.send();
  episode.written(version(1));
  for (const each of [match(2), match(5, 1)]) episode.add(each);
  episode.forget('t', 0);
  expect([counted(episode), episode.isDirty]).toEqual([
    [
      [0, 1, 1],
      [1, 5, 1],
    ],
    true,
  ]);
  expect(episode.state.keywarden.alert.evidence.map(({ event_id: id }) => id)).toEqual(['e0.1', 'e1.5']);
  episode.forget('t', 1);
  expect([counted(episode), episode.isDirty]).toEqual([[[0, 1, 1]], false]);
});

test('what was given away while it was on its way is counted as far as it was written', () => {
  const episode = opened(1, 2);
  episode.send();
  episode.forget('t', 0);
  episode.written(version(1));
  expect([counted(episode), episode.isDirty]).toEqual([[[0, 2, 2]], false]);
});

const written: [name: string, stored: Episode, ours: Episode, counted: number[][]][] = [
  ['none of our matches', opened(5), opened(1, 2), [[0, 5, 3]]],
  ['our match from another place', opened(1), putBack(1, 90, 91), [[0, 91, 2]]],
  ['our matches as they were read before', opened(1, 2), opened(1, 2, 3), [[0, 3, 3]]],
  ['more than its evidence shows', opened(...range(4, 40)), opened(1, 2), [[0, 40, 38]]],
];
for (const [name, stored, ours, expected] of written) {
  test(`an alert that has the id of ours already and ${name} counts each match once`, () => {
    ours.adopt(stored.state, version(1));
    expect(counted(ours)).toEqual(expected);
    expect(ours.count).toBe(expected[0]?.[2]);
  });
}

/** An episode of match `n`, read again at another place, and of one that follows there. */
function putBack(n: number, at: number, next: number): Episode {
  const episode = opened();
  episode.add({ ...match(n), place: place(at) });
  episode.add(match(next));
  return episode;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

test('a partition that came to another process in the middle: what opened the alert there is counted by who has it', () => {
  const ours = opened(1);
  ours.add(match(1, 1));
  ours.forget('t', 0);
  const theirs = opened(1, 2);
  theirs.adopt(ours.state, version(1));
  expect([theirs.count, counted(theirs)]).toEqual([
    3,
    [
      [0, 2, 2],
      [1, 1, 1],
    ],
  ]);
  ours.adopt(theirs.state, version(2));
  expect([ours.count, ours.isDirty]).toEqual([3, false]);
});

test('the alert that follows tells of its own first match, not of one that the index had already', () => {
  const [ours, stored] = [opened(1), opened(1)];
  ours.merge(stored.state, version(1));
  ours.add(match(2));
  expect(ours.rest()?.alert?.message).toBe('opened by alert-0.2');
});

test('what is only counted of one partition outlives another that is given away, and a verdict', () => {
  const episode = opened(1);
  episode.send();
  episode.written(version(1));
  // The matches of the first partition fill what is held.
  for (const n of range(2, 21)) episode.add(match(n));
  for (const n of [22, 23, 24]) episode.add(match(n, 1));
  episode.add(match(25));
  episode.forget('t', 0);
  expect([episode.isDirty, episode.rest()?.count]).toEqual([true, 3]);
});
