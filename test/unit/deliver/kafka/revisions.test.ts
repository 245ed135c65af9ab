import { expect, test } from '@jest/globals';
import type { Producer } from 'kafkajs';
import { RevisionWriter } from '../../../../src/deliver/kafka/revisions.ts';
import type { WatchRecord } from '../../../../src/model/revision.ts';

const record = (revision: number): WatchRecord => ({
  type: 'progress',
  cluster_id: 'a',
  member_id: 'b',
  history: 0,
  seen: '2026-11-24T10:00:00.000Z',
  up_to: '2026-11-24T10:00:00.000Z',
  revision,
});

type Send = Producer['send'];

function rig(fails = 0) {
  const stood: number[] = [];
  const sizes: number[] = [];
  let left = fails;
  let open = Promise.resolve();
  const send: Send = async ({ messages }) => {
    await open;
    if (left-- > 0) throw new Error('not now');
    sizes.push(messages.length);
    for (const { value } of messages) stood.push(JSON.parse(String(value)).etcd_watch.revision);
    return [];
  };
  const stop = new AbortController();
  const place = { topic: 't', partition: 0, key: 'lab/etcd' };
  const writer = new RevisionWriter({ send }, place, () => {}, stop.signal);
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    open = promise;
    return resolve;
  };
  return { writer, stood, sizes, hold, stop };
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

test('what is given up is not waited for', async () => {
  const { writer, stop } = rig(1_000);
  writer.put(record(1));
  stop.abort(new Error('stopped'));
  await expect(writer.flush()).rejects.toThrow('stopped');
});
