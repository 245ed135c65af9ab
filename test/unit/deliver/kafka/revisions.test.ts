import { expect, test } from '@jest/globals';
import type { Producer } from 'kafkajs';
import { RevisionWriter } from '../../../../src/deliver/kafka/revisions.ts';
import { identify } from '../../../../src/model/identity.ts';
import type { RevisionRecord, WatchRecord } from '../../../../src/model/revision.ts';

const record = (revision: number): WatchRecord => ({
  type: 'progress',
  cluster_id: 'a',
  member_id: 'b',
  history: 0,
  seen: '2026-11-24T10:00:00.000Z',
  up_to: '2026-11-24T10:00:00.000Z',
  revision,
});

const keyed = (revision: number, key: Pick<RevisionRecord, 'key' | 'key_base64'>): WatchRecord => ({
  ...{ type: 'revision', cluster_id: 'a', member_id: 'b', history: 0, seen: '2026-11-24T10:00:00.000Z' },
  ...{ revision, operation: 'put', key_size: 1_500_000, ...key },
});

type Send = Producer['send'];

/** A writer to a broker that fails so often first, and takes so many bytes in a request. */
function rig(fails = 0, limit = Number.POSITIVE_INFINITY) {
  const stood: number[] = [];
  const sizes: number[] = [];
  const keys: (string | undefined)[] = [];
  const waits: string[] = [];
  let left = fails;
  let open = Promise.resolve();
  const send: Send = async ({ messages }) => {
    await open;
    if (left-- > 0) throw new Error('not now');
    if (messages.reduce((sum, { value }) => sum + Buffer.byteLength(String(value)), 0) > limit)
      throw Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    sizes.push(messages.length);
    for (const { value } of messages) {
      const { revision, key } = JSON.parse(String(value)).etcd_watch;
      stood.push(revision);
      keys.push(key);
    }
    return [];
  };
  const stop = new AbortController();
  const place = { topic: 't', partition: 0, key: 'lab/etcd' };
  const onWait = (error: unknown): void => {
    waits.push(String(error));
    stop.abort(new Error('stopped'));
  };
  const writer = new RevisionWriter({ send }, place, fails > 0 ? () => {} : onWait, stop.signal);
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    open = promise;
    return resolve;
  };
  return { writer, stood, sizes, keys, waits, hold, stop };
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

test('records go in order, many at a time, also past a failure', async () => {
  const { writer, stood, sizes } = rig(1);
  for (const i of numbers(1_200)) writer.put(record(i));
  await writer.flush();
  expect(stood).toEqual(numbers(1_200));
  expect([sizes, writer.sent]).toEqual([[500, 500, 200], 1_200]);
});

test('while Kafka takes nothing it is full at a bound, and then no more', async () => {
  const { writer, hold } = rig();
  const release = hold();
  for (const i of numbers(4_999)) writer.put(record(i));
  const before = writer.full;
  writer.put(record(5_000));
  expect([before, writer.full]).toEqual([false, true]);
  release();
  await writer.flush();
  expect([writer.full, writer.sent]).toEqual([false, 5_000]);
});

test('a few records with keys as long as etcd takes them are as full', async () => {
  const { writer, hold } = rig();
  const release = hold();
  for (const i of numbers(23)) writer.put(keyed(i, { key: 'k'.repeat(1_500_000) }));
  expect(writer.full).toBe(true);
  release();
  await writer.flush();
  expect([writer.full, writer.sent]).toEqual([false, 23]);
});

test('a request holds half a million bytes, however many a character has', async () => {
  const { writer, sizes } = rig();
  for (const i of numbers(4)) writer.put(keyed(i, { key: '語'.repeat(80_000) }));
  await writer.flush();
  expect(sizes).toEqual([2, 2]);
});

test('a key that is too large for the topic is cut, and nothing after it waits', async () => {
  const { writer, stood, keys } = rig(0, 100_000);
  const [long, packed] = ['k'.repeat(200_000), 'b'.repeat(200_000)];
  writer.put(record(1));
  writer.put(keyed(2, { key: long }));
  writer.put(keyed(3, { key_base64: Buffer.from(packed).toString('base64') }));
  writer.put(keyed(4, { key: 'short' }));
  await writer.flush();
  expect([stood, writer.sent]).toEqual([[1, 2, 3, 4], 4]);
  const cut = (key: string): string => `${key.slice(0, 1_000)}…#${identify(key)}`;
  expect(keys).toEqual([undefined, cut(long), cut(packed), 'short']);
});

test('a topic that takes nothing is waited for', async () => {
  const { writer, waits } = rig(0, 10);
  writer.put(keyed(1, { key: 'k'.repeat(200_000) }));
  await expect(writer.flush()).rejects.toThrow();
  expect(waits).toEqual(['Error: too large']);
});

test('what is given up is not waited for', async () => {
  const { writer, stop } = rig(1_000);
  writer.put(record(1));
  stop.abort(new Error('stopped'));
  await expect(writer.flush()).rejects.toThrow('stopped');
});
