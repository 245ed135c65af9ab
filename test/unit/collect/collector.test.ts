import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { WatchEvent, WatchResponse } from '../../../src/collect/client.ts';
import { Collector } from '../../../src/collect/collector.ts';
import { later, type Position, readPosition } from '../../../src/collect/position.ts';
import { digestOf } from '../../../src/collect/record.ts';
import { KeywardenError } from '../../../src/errors.ts';
import type { WatchRecord } from '../../../src/model/revision.ts';

const NOW = Date.parse('2026-11-24T10:00:00Z');
const iso = (ms: number): string => new Date(NOW + ms).toISOString();
const LEASE = '77';

type Write = { readonly key?: string; readonly revision: number; readonly deletes?: boolean; readonly lease?: string };

function written({ key = '/registry/pods/a/b', revision, deletes = false, lease = '0' }: Write): WatchEvent {
  const kv = { create_revision: '2', version: '1', value: Buffer.from('value'), lease, mod_revision: String(revision) };
  const before = { ...kv, key: Buffer.from(key), mod_revision: '2' };
  return deletes
    ? {
        type: 'DELETE',
        kv: { ...before, value: Buffer.alloc(0), lease: '0', mod_revision: String(revision) },
        prev_kv: before,
      }
    : { type: 'PUT', kv: { ...kv, key: Buffer.from(key) }, prev_kv: null };
}

const response = (events: readonly WatchEvent[], more: Partial<WatchResponse> = {}): WatchResponse => ({
  header: { cluster_id: '10', member_id: '11', revision: '0' },
  created: false,
  canceled: false,
  compact_revision: '0',
  cancel_reason: '',
  fragment: false,
  events,
  ...more,
});
const progress = (revision: number): WatchResponse =>
  response([], { header: { cluster_id: '10', member_id: '11', revision: String(revision) } });

const head = (revision: number, clusterId = 'a') => ({ clusterId, memberId: 'b', revision });
const alive = async (): Promise<boolean> => true;
const dead = async (): Promise<boolean> => false;

function rig(position?: Position, now = () => NOW) {
  const records: WatchRecord[] = [];
  const output = { put: (record: WatchRecord) => void records.push(record), full: false };
  const collector = new Collector(
    { cluster: undefined, hashKey: undefined },
    position,
    output,
    pino({ level: 'silent' }),
    now,
  );
  const take = (answer: WatchResponse, hasLease = alive, isDoubtful = false) =>
    collector.take(answer, hasLease, isDoubtful);
  return { collector, output, records, take, brief: () => records.map(briefOf) };
}

/** A record in a few words. */
function briefOf(record: WatchRecord): string {
  if (record.type === 'progress') return `up to ${record.revision} at ${Date.parse(record.up_to) - NOW}`;
  if (record.type === 'collector')
    return `${record.action} ${record.from ?? ''}-${record.to ?? ''} next ${record.next}`;
  const ended = record.lease_ended === undefined ? '' : ` ended ${record.lease_ended}`;
  const after = record.after === undefined ? '' : ` after ${Date.parse(record.after) - NOW}`;
  return `${record.operation} ${record.revision}${after}${ended}`;
}

const KNOWN: Position = { clusterId: 'a', history: 0, revision: 10, next: 11, after: NOW - 500, last: undefined };

test('without a position it begins with what is written from now on', async () => {
  const { collector, brief, take } = rig();
  collector.meet(head(10), NOW - 100);
  expect(collector.next).toBe(11);
  await take(response([written({ revision: 11 })]));
  expect(brief()).toEqual(['collection_began - next 11', 'put 11 after -100', 'up to 11 at -100']);
});

test('what was written while nobody watched lies between the last time that all was told and now', async () => {
  const { collector, brief, take } = rig(KNOWN);
  collector.meet(head(14), NOW - 100);
  await take(response([11, 13, 14, 15].map(revision => written({ revision }))));
  expect(brief()).toEqual([
    'put 11 after -500',
    'put 13 after -500',
    'put 14 after -500',
    'put 15 after -100',
    'up to 15 at -100',
  ]);
});

test('progress is told where the watch covers what etcd has told by agreement, not before', async () => {
  const { collector, brief, take } = rig(KNOWN);
  collector.meet(head(10), NOW - 400);
  expect(collector.tick(head(12), NOW - 300)).toBe(true);
  await take(progress(11));
  await take(progress(12));
  expect(collector.tick(head(12), NOW - 200)).toBe(false);
  expect(brief()).toEqual(['up to 11 at -400', 'up to 12 at -300', 'up to 12 at -200']);
});

test('while nothing more is taken progress is not told, and then the latest is', async () => {
  const { collector, output, brief, take } = rig(KNOWN);
  collector.meet(head(10), NOW - 400);
  output.full = true;
  for (const ago of [300, 200]) expect(collector.tick(head(10), NOW - ago)).toBe(false);
  await take(progress(10));
  expect(brief()).toEqual([]);
  output.full = false;
  expect(collector.tick(head(10), NOW - 100)).toBe(false);
  expect(brief()).toEqual(['up to 10 at -100']);
});

test('the claim of an etcd that may claim too early counts when another one follows in two seconds', async () => {
  let now = NOW;
  const { collector, brief, take } = rig(KNOWN, () => now);
  collector.meet(head(12), NOW - 400);
  await take(progress(12), alive, true);
  now += 1_900;
  await take(progress(12), alive, true);
  await take(response([written({ revision: 12 })], { fragment: true }), alive, true);
  expect(brief()).toEqual(['put 12 after -500']);
  now += 100;
  await take(progress(13), alive, true);
  expect(brief()).toEqual(['put 12 after -500', 'up to 12 at -400']);
});

test('a revision in several pieces is told when its last one is there', async () => {
  const { collector, brief, take } = rig(KNOWN);
  collector.meet(head(11), NOW - 100);
  await take(response([written({ revision: 11, key: 'a' })], { fragment: true }));
  expect(collector.next).toBe(11);
  await take(response([written({ revision: 11, key: 'b' })]));
  expect([collector.next, brief().at(-1)]).toEqual([12, 'up to 11 at -100']);
});

const leases: [name: string, events: Write[], hasLease: () => Promise<boolean>, expected: string[]][] = [
  [
    'it is gone with all its keys',
    [{ revision: 11, deletes: true, lease: LEASE }],
    dead,
    ['delete 11 after -500 ended true'],
  ],
  ['it lives', [{ revision: 11, deletes: true, lease: LEASE }], alive, ['delete 11 after -500 ended false']],
  ['the key had none', [{ revision: 11, deletes: true }], dead, ['delete 11 after -500']],
  [
    'its end writes nothing',
    [{ revision: 11, deletes: true, lease: LEASE }, { revision: 11 }],
    dead,
    ['delete 11 after -500 ended false', 'put 11 after -500'],
  ],
  [
    'its end deletes no key of another',
    [
      { revision: 11, deletes: true, lease: LEASE },
      { revision: 11, deletes: true, lease: '78' },
    ],
    dead,
    ['delete 11 after -500 ended false', 'delete 11 after -500 ended false'],
  ],
  [
    'it cannot be asked for',
    [{ revision: 11, deletes: true, lease: LEASE }],
    () => Promise.reject(new KeywardenError('ETCD', 'gone')),
    ['delete 11 after -500'],
  ],
];
for (const [name, events, hasLease, expected] of leases) {
  test(`the lease of a deleted key: ${name}`, async () => {
    const { collector, brief, take } = rig(KNOWN);
    collector.meet(head(12), NOW - 100);
    await take(response(events.map(written)), hasLease);
    expect(brief()).toEqual(expected);
  });
}

test('a revision in the middle of which it is stopped is not told, and is the next one', async () => {
  const { collector, brief, take } = rig(KNOWN);
  collector.meet(head(12), NOW - 100);
  const answer = response([written({ revision: 11, deletes: true, lease: LEASE })]);
  await expect(take(answer, () => Promise.reject(new Error('SIGTERM')))).rejects.toThrow('SIGTERM');
  expect([brief(), collector.next]).toEqual([[], 11]);
});

const meetings: [name: string, revision: number, clusterId: string, expected: string[], next: number][] = [
  ['it has come further', 12, 'a', [], 11],
  ['it stands where it stood', 10, 'a', [], 11],
  ['it went back', 4, 'a', ['revision_went_back 10-4 next 1'], 1],
  ['it is another', 900, 'c', ['cluster_replaced 10-900 next 1'], 1],
];
for (const [name, revision, clusterId, expected, next] of meetings) {
  test(`the etcd that answers: ${name}`, () => {
    const { collector, brief } = rig(KNOWN);
    collector.meet(head(revision, clusterId), NOW);
    expect([brief(), collector.next]).toEqual([expected, next]);
  });
}

test('of another history nothing says how old its revisions are, but of those that come after it was met', async () => {
  const { collector, records, brief, take } = rig(KNOWN);
  collector.meet(head(4), NOW - 100);
  await take(response([written({ revision: 3 }), written({ revision: 5 })]));
  expect(brief().slice(1)).toEqual(['put 3', 'put 5 after -100', 'up to 5 at -100']);
  expect(records.map(({ history }) => history)).toEqual([1, 1, 1, 1]);
  expect(records[0]).toMatchObject({ after: iso(-500), revision: 4 });
});

test('what is compacted is named where it was still to be told, and told no more', async () => {
  const { collector, brief, take } = rig(KNOWN);
  collector.meet(head(30), NOW - 100);
  collector.skip(25);
  await take(response([written({ revision: 25 })]));
  expect(brief()).toEqual(['revisions_lost 11-24 next 25', 'put 25 after -500']);
  expect(collector.counts).toEqual({ told: 1, lost: 14 });
});

test('a new history that begins with a compaction has lost nothing', () => {
  const { collector, brief } = rig(KNOWN);
  collector.meet(head(4), NOW);
  collector.skip(3);
  expect([brief().slice(1), collector.next]).toEqual([[], 3]);
});

const PROVED: Position = { ...KNOWN, last: { revision: 9, digest: digestOf(written({ revision: 9 })) } };

const proofs: [name: string, position: Position, events: Write[], expected: string[], next: number][] = [
  [
    'it is the write that it was',
    PROVED,
    [{ revision: 9 }, { revision: 10 }, { revision: 11 }],
    ['put 11 after -500'],
    12,
  ],
  [
    'it is another write',
    PROVED,
    [{ revision: 9, key: '/registry/pods/a/c' }, { revision: 11 }],
    ['history_changed 10-9 next 1'],
    1,
  ],
  ['it was written nothing', PROVED, [{ revision: 10 }, { revision: 11 }], ['history_changed 10-9 next 1'], 1],
  ['no write is known', KNOWN, [{ revision: 11 }], ['put 11 after -500'], 12],
];
for (const [name, position, events, expected, next] of proofs) {
  test(`the last write that was told, when the watch begins anew: ${name}`, async () => {
    const { collector, brief, take } = rig(position);
    collector.meet(head(12), NOW - 100);
    expect(collector.from).toBe(position.last?.revision ?? 11);
    const answer = take(response(events.map(written)));
    if (next === 1) await expect(answer).rejects.toThrow('revision 9 is not the write that it was');
    else await answer;
    expect([brief(), collector.next]).toEqual([expected, next]);
  });
}

test('a last write that is compacted proves nothing, and nothing is lost by that', () => {
  const { collector, brief } = rig(PROVED);
  collector.meet(head(12), NOW - 100);
  collector.skip(10);
  expect([collector.from, brief()]).toEqual([11, []]);
});

test('progress names the last write, so that the next process knows it again', async () => {
  const { collector, records, take } = rig(KNOWN);
  collector.meet(head(12), NOW - 100);
  await take(response([written({ revision: 11 }), written({ revision: 12, deletes: true })]));
  const told = readPosition(JSON.stringify({ etcd_watch: records.at(-1) }));
  expect(told).toMatchObject({ next: 13, last: { revision: 11, digest: digestOf(written({ revision: 11 })) } });
});

const SOURCE = { cluster_id: 'a', member_id: 'b', history: 2, seen: iso(0) };
const positions: [name: string, record: WatchRecord, expected: Partial<Position>][] = [
  [
    'progress',
    { type: 'progress', ...SOURCE, revision: 9, up_to: iso(-100) },
    { revision: 9, next: 10, after: NOW - 100 },
  ],
  [
    'a key, which may be the first of its revision',
    { type: 'revision', ...SOURCE, revision: 9, operation: 'put', key: 'a', key_size: 1, after: iso(-200) },
    { revision: 9, next: 9, after: NOW - 200 },
  ],
  [
    'a loss',
    {
      type: 'collector',
      ...SOURCE,
      action: 'revisions_lost',
      revision: 24,
      next: 25,
      from: 11,
      to: 24,
      after: iso(-500),
    },
    { revision: 24, next: 25, after: NOW - 500 },
  ],
  [
    'another history',
    {
      type: 'collector',
      ...SOURCE,
      action: 'revision_went_back',
      revision: 4,
      next: 1,
      from: 10,
      to: 4,
      after: iso(-500),
    },
    { revision: 4, next: 1, after: undefined },
  ],
];
for (const [name, record, expected] of positions) {
  test(`the position that a record leaves: ${name}`, () =>
    expect(readPosition(JSON.stringify({ etcd_watch: record }))).toEqual({
      clusterId: 'a',
      history: 2,
      last: undefined,
      ...expected,
    }));
}

for (const text of ['', '{', '{}', '{"etcd_watch":{"type":"progress"}}', 'null']) {
  test(`no position is read from ${JSON.stringify(text)}`, () => expect(readPosition(text)).toBeUndefined());
}

test('the later of two positions keeps the write by which its history is known', () => {
  const position: Position = { ...KNOWN, revision: 11, next: 11 };
  expect(later(PROVED, position).last).toEqual(PROVED.last);
  expect(later(PROVED, { ...position, history: 1 }).last).toBeUndefined();
});
