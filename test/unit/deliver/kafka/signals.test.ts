import { expect, test } from '@jest/globals';
import type { ProducerRecord } from 'kafkajs';
import { SignalWriter } from '../../../../src/deliver/kafka/signals.ts';

/** A writer to a broker that fails so often first. */
function writerTo(failures = 0) {
  const sent: (string | undefined)[][] = [];
  const settled: string[] = [];
  const { signal } = new AbortController();
  const send = async ({ messages }: ProducerRecord) => {
    if (sent.length < failures) {
      sent.push([]);
      throw new Error('away');
    }
    sent.push(messages.map(({ key, partition, value }) => `${key ?? partition}:${String(value)}`));
    return [];
  };
  const writer = new SignalWriter({ send }, 'signals', () => {}, signal);
  const add = (key: string, value: string) => writer.add(key, value, { settle: () => settled.push(value) });
  return { writer, sent, settled, add };
}

test('marks follow the signals that were added before them, in every partition', async () => {
  const { writer, sent, settled, add } = writerTo();
  add('k', 'one');
  add('k', 'two');
  writer.mark('here', 2);
  expect(settled).toEqual([]);
  await writer.flush();
  expect(sent).toEqual([['k:one', 'k:two', '0:here', '1:here']]);
  expect([settled, writer.sent]).toEqual([['one', 'two'], 2]);
});

test('a signal is settled when the brokers have it, however often they have to be asked', async () => {
  const { writer, sent, settled, add } = writerTo(1);
  add('k', 'one');
  await writer.flush();
  expect([sent, settled]).toEqual([[[], ['k:one']], ['one']]);
});

test('a request holds half a million characters, or one signal that is larger', async () => {
  const { writer, sent, add } = writerTo();
  const large = 'x'.repeat(300_000);
  for (const value of [large, large, 'x'.repeat(600_000), 'small']) add('k', value);
  await writer.flush();
  expect(sent.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
});

test('whoever adds too much is told so, and no marks are added to it', async () => {
  const { writer, sent, add } = writerTo();
  for (let n = 0; n < 20_000; n += 1) add('k', 'x');
  expect(writer.full).toBe(true);
  writer.mark('here', 1);
  await writer.room();
  expect([writer.full, sent.flat().length]).toEqual([false, 20_000]);
});
