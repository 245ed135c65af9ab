import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import type { KeyValue, WatchEvent } from '../../../src/collect/client.ts';
import { recordOf } from '../../../src/collect/record.ts';
import type { RevisionRecord } from '../../../src/model/revision.ts';

const SOURCE = { cluster_id: 'a', member_id: 'b', history: 0, seen: '2026-11-24T10:00:00.000Z' };
const NO_LEASE = '0';

const stored = (value: string | Buffer, more: Partial<KeyValue> = {}): KeyValue => ({
  key: Buffer.from('/registry/secrets/a/b'),
  create_revision: '5',
  mod_revision: '9',
  version: '2',
  value: Buffer.from(value as string),
  lease: NO_LEASE,
  ...more,
});
const put = (value: string | Buffer, more: Partial<KeyValue> = {}): WatchEvent => ({
  type: 'PUT',
  kv: stored(value, more),
  prev_kv: stored('before', { mod_revision: '7' }),
});

const NOTHING = { key: undefined, encrypted: undefined, create_revision: undefined };

const record = (event: WatchEvent, hashKey?: string): RevisionRecord =>
  recordOf(event, { source: SOURCE, after: undefined, hashKey, leaseEnded: undefined });

const cases: [name: string, event: WatchEvent, expected: object][] = [
  [
    'a write',
    put('plain'),
    {
      operation: 'put',
      key: '/registry/secrets/a/b',
      revision: 9,
      create_revision: 5,
      version: 2,
      previous_revision: 7,
      value_size: 5,
      key_size: 21,
      encrypted: false,
    },
  ],
  [
    'a value that is encrypted',
    put('k8s:enc:aescbc:v1:key1:\x01\x02'),
    { encrypted: true, provider: 'aescbc', key_id: 'key1' },
  ],
  [
    'a value that a plugin encrypted',
    put('k8s:enc:kms:v2:vault:\x0a'),
    { encrypted: true, provider: 'kms', key_id: 'vault' },
  ],
  [
    'a lease, which is larger than a number holds',
    put('x', { lease: '7587888018217456910' }),
    { lease: '7587888018217456910' },
  ],
  ['a key that is no text', put('x', { key: Buffer.from([0xff]) }), { key: undefined, key_base64: '/w==' }],
  [
    'a deletion tells of the value that was there',
    {
      type: 'DELETE',
      kv: stored('', { create_revision: '0', version: '0' }),
      prev_kv: stored('gone', { mod_revision: '8', lease: '7' }),
    },
    {
      operation: 'delete',
      revision: 9,
      create_revision: 5,
      version: 2,
      previous_revision: 8,
      value_size: 4,
      lease: '7',
      encrypted: undefined,
    },
  ],
  [
    'a deletion whose value before is compacted',
    { type: 'DELETE', kv: stored(''), prev_kv: null },
    { operation: 'delete', revision: 9, create_revision: undefined, previous_revision: undefined },
  ],
];
for (const [name, event, expected] of cases) {
  test(`the record of ${name}`, () => expect({ ...NOTHING, ...record(event) }).toMatchObject(expected));
}

test('a value leaves a hash under the key, without a key none, and nothing of itself', () => {
  const value = 'a-value-that-nobody-may-see';
  const hash = createHmac('sha256', 'key').update(value).digest('base64url');
  expect([record(put(value), 'key').value_hash, record(put(value)).value_hash]).toEqual([hash, undefined]);
  expect(JSON.stringify(record(put(value), 'key'))).not.toContain('nobody');
});
