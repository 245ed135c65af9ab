import { expect, test } from '@jest/globals';
import type { EcsDocument, Event } from '../../../../src/model/event.ts';
import { normalized } from '../support.ts';

const SOURCE = {
  cluster: 'lab',
  cluster_id: '8cc9da78b36d1115',
  member_id: 'ac7c97ef0ec193b0',
  history: 0,
  seen: '2026-11-24T10:00:01.200Z',
};
const PUT = {
  type: 'revision',
  ...SOURCE,
  revision: 17,
  key: '/registry/secrets/default/db',
  operation: 'put',
  after: '2026-11-24T10:00:00.500Z',
  create_revision: 5,
  version: 3,
  previous_revision: 12,
  value_size: 812,
  key_size: 28,
  value_hash: 'x'.repeat(43),
  encrypted: true,
  provider: 'aescbc',
  key_id: 'key1',
};
const DELETE = {
  ...PUT,
  operation: 'delete',
  key: '/registry/events/default/a.1',
  lease: '7587888018217456910',
  lease_ended: true,
  value_hash: undefined,
  encrypted: undefined,
  provider: undefined,
  key_id: undefined,
};
const LOST = { type: 'collector', action: 'revisions_lost', ...SOURCE, revision: 59, next: 60, from: 18, to: 59 };

function eventOf(record: object, cluster?: string): Event {
  const [event] = normalized({ etcd_watch: record }, 1, cluster).events;
  if (event === undefined) throw new Error('no event');
  return event;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

test('a write of the collector is an event of etcd, with the interval that it came in', () => {
  expect(plain(eventOf(PUT).document)).toMatchObject({
    '@timestamp': '2026-11-24T10:00:01.200Z',
    event: {
      dataset: 'etcd.audit_logs',
      kind: 'event',
      action: 'put',
      type: ['change'],
      outcome: 'success',
      start: '2026-11-24T10:00:00.500Z',
      end: '2026-11-24T10:00:01.200Z',
    },
    orchestrator: { cluster: { name: 'lab' }, namespace: 'default', resource: { type: 'secrets', name: 'db' } },
    etcd: {
      line: 'revision',
      operation: 'write',
      key: '/registry/secrets/default/db',
      key_span: 'key',
      registry: true,
      resources: ['secrets'],
      revision: 17,
      create_revision: 5,
      version: 3,
      previous_revision: 12,
      key_size: 28,
      history: 0,
      cluster: { id: '8cc9da78b36d1115' },
      member: { id: 'ac7c97ef0ec193b0' },
      value: { size: 812, hash: 'x'.repeat(43), encrypted: true, provider: 'aescbc', key_id: 'key1' },
    },
  });
});

type Fact = (document: EcsDocument) => unknown;
const facts: [name: string, record: object, fact: Fact, expected: unknown][] = [
  ['the first write makes the key', { ...PUT, version: 1 }, d => d.event.type, ['creation']],
  ['the first write creates', { ...PUT, version: 1 }, d => d.etcd?.creates, true],
  ['a further write does not', PUT, d => d.etcd?.creates, false],
  ['a write of which nobody told', { ...PUT, version: undefined }, d => d.etcd?.creates, undefined],
  ['a deletion creates nothing', { ...DELETE, version: 1 }, d => d.etcd?.creates, undefined],
  ['a lease that ended', DELETE, d => [d.event.action, d.etcd?.operation], ['expire', 'delete']],
  [
    'a lease that lives',
    { ...DELETE, lease_ended: false },
    d => [d.event.action, d.etcd?.lease_ended],
    ['delete', false],
  ],
  ['a lease of which nothing is known', { ...DELETE, lease_ended: undefined }, d => d.event.action, 'delete'],
  ['the value that was deleted', DELETE, d => plain(d.etcd?.value), { size: 812 }],
  ['a key of bytes', { ...PUT, key: undefined, key_base64: '/w==' }, d => d.etcd?.key, '\\xff'],
  ['a stored name', { ...PUT, key: '/registry/minions/n1' }, d => d.orchestrator?.resource?.type, 'nodes'],
  ['the cluster that the topic names stands first', PUT, d => d.orchestrator?.cluster?.name, 'lab'],
  [
    'what is gone',
    LOST,
    d => [d.event.kind, d.event.action, d.etcd?.revisions],
    ['pipeline_error', 'revisions_lost', { from: 18, to: 59 }],
  ],
  [
    'another etcd',
    { ...LOST, action: 'cluster_replaced', previous_cluster_id: 'ab', history: 1 },
    d => [d.event.kind, d.etcd?.cluster, d.message],
    [
      'event',
      { id: '8cc9da78b36d1115', previous_id: 'ab' },
      'the collector finds etcd 8cc9da78b36d1115 in the place of ab',
    ],
  ],
];
for (const [name, record, fact, expected] of facts) {
  test(`a record of the collector: ${name}`, () => expect(fact(eventOf(record).document)).toEqual(expected));
}

test('the topic’s cluster stands before the one that the record names', () => {
  expect(eventOf(PUT, 'prod').document.orchestrator?.cluster?.name).toBe('prod');
});

test('an event is known by etcd cluster, history, revision and key, wherever and whenever it is read', () => {
  const again = eventOf({ ...PUT, seen: '2026-11-25T00:00:00Z', after: undefined, member_id: 'b' });
  expect(again.id).toBe(eventOf(PUT).id);
  const others = [
    { revision: 18 },
    { history: 1 },
    { key: '/registry/secrets/default/dc' },
    { cluster_id: 'a' },
    { cluster: 'b' },
  ];
  const ids = [{}, ...others].map(fields => eventOf({ ...PUT, ...fields }).id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('progress is neither an event nor a dead letter', () => {
  const record = { type: 'progress', ...SOURCE, revision: 17, up_to: '2026-11-24T10:00:00.500Z' };
  expect(normalized({ etcd_watch: record })).toEqual({ events: [], deadLetters: [] });
});

const faults: [name: string, record: object, reason: string][] = [
  ['no type', { ...PUT, type: undefined }, 'etcd_watch.type: expected revision, progress, collector'],
  ['an id that is no hex', { ...PUT, cluster_id: '<b>' }, 'etcd_watch: expected cluster_id in hex'],
  ['a revision that is text', { ...PUT, revision: '17' }, 'the numbers history and revision'],
  ['another operation', { ...PUT, operation: 'get' }, 'etcd_watch.operation: expected put or delete'],
  ['no key', { ...PUT, key: undefined }, 'etcd_watch: expected key, or key_base64'],
  ['an action of an object', { ...LOST, action: 'toString' }, 'etcd_watch.action: expected collection_began'],
];
for (const [name, record, reason] of faults) {
  test(`a record of the collector that is a dead letter: ${name}`, () => {
    const { events, deadLetters } = normalized({ etcd_watch: record });
    expect([events, deadLetters[0]?.reason]).toEqual([[], expect.stringContaining(reason)]);
  });
}
