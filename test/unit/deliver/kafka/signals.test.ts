import { expect, test } from '@jest/globals';
import type { ProducerRecord } from 'kafkajs';
import { SignalWriter } from '../../../../src/deliver/kafka/signals.ts';

/** A writer to a broker that fails so often first, and takes so many bytes in one partition of a request. */
function writerTo(failures = 0, limit = Number.POSITIVE_INFINITY) {
  const sent: (string | undefined)[][] = [];
  const settled: string[] = [];
  const tooLarge: [bytes: number, became: string][] = [];
  const { signal } = new AbortController();
  const send = async ({ messages }: ProducerRecord) => {
    if (sent.length < failures) {
      sent.push([]);
      throw new Error('away');
    }
    if (messages.reduce((sum, { value }) => sum + Buffer.byteLength(String(value)), 0) > limit)
      throw Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
    sent.push(messages.map(({ key, partition, value }) => `${key ?? partition}:${String(value)}`));
    return [];
  };
  const onTooLarge = (bytes: number, became: string) => void tooLarge.push([bytes, became]);
  const writer = new SignalWriter({ send }, 'signals', () => {}, signal, onTooLarge);
  const add = (key: string, value: string) => writer.add(key, value, { settle: () => settled.push(value) });
  return { writer, sent, settled, tooLarge, add };
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

const sizes: [name: string, values: readonly string[], requests: number[]][] = [
  ['half a million bytes', Array.from({ length: 4 }, () => 'x'.repeat(240_000)), [2, 2]],
  ['of many-byte characters so many fewer', Array.from({ length: 4 }, () => '語'.repeat(80_000)), [2, 2]],
  ['one signal that is larger', ['x'.repeat(300_000), 'x'.repeat(600_000), 'small'], [1, 1, 1]],
];
for (const [name, values, requests] of sizes) {
  test(`a request holds ${name}`, async () => {
    const { writer, sent, add } = writerTo();
    for (const value of values) add('k', value);
    await writer.flush();
    expect(sent.map(({ length }) => length)).toEqual(requests);
  });
}

const evidence = { event_id: 'e', timestamp: 't', dataset: 'json', origin: { file: 'f', line: 1 }, message: 'it' };
const told = (subject: object): string => `{"v":1}\n${JSON.stringify({ message: 'm', evidence, subject })}`;

test('of signals that are too large together each goes by itself, in order', async () => {
  const { writer, sent, settled, tooLarge, add } = writerTo(0, 10);
  for (const value of ['aaaa', 'bbbbbb', 'cccc', 'dd']) add('k', value);
  await writer.flush();
  expect(sent).toEqual([
    ['k:aaaa', 'k:bbbbbb'],
    ['k:cccc', 'k:dd'],
  ]);
  expect([settled, writer.sent, tooLarge]).toEqual([['aaaa', 'bbbbbb', 'cccc', 'dd'], 4, []]);
});

test('a signal that is too large by itself still counts, and its alert names the event', async () => {
  const { writer, sent, settled, tooLarge, add } = writerTo(0, 1_000);
  const whole = told({ user: { name: 'x'.repeat(2_000) } });
  for (const value of ['one', whole, 'two']) add('k', value);
  await writer.flush();
  expect(sent).toEqual([['k:one'], [`k:${told({})}`], ['k:two']]);
  expect([settled, writer.sent, writer.dropped]).toEqual([['one', whole, 'two'], 3, 0]);
  expect(tooLarge).toEqual([[whole.length, 'cut']]);
});

test('what is too large whatever is left out is dropped, and holds nothing that comes after it', async () => {
  const { writer, sent, settled, tooLarge, add } = writerTo(0, 10);
  const whole = told({ user: { name: 'x' } });
  for (const value of [whole, 'two']) add('k', value);
  await writer.flush();
  expect(sent).toEqual([['k:two']]);
  expect([settled, writer.sent, writer.dropped, writer.full]).toEqual([[whole, 'two'], 1, 1, false]);
  expect(tooLarge.map(([, became]) => became)).toEqual(['cut', 'dropped']);
});

test('whoever adds too much is told so, and no marks are added to it', async () => {
  const { writer, sent, add } = writerTo();
  for (let n = 0; n < 20_000; n += 1) add('k', 'x');
  expect(writer.full).toBe(true);
  writer.mark('here', 1);
  await writer.room();
  expect([writer.full, sent.flat().length]).toEqual([false, 20_000]);
});
