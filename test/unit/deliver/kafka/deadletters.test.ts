import { expect, test } from '@jest/globals';
import { DeadLetterWriter } from '../../../../src/deliver/kafka/deadletters.ts';
import type { Seal } from '../../../../src/deliver/kafka/seal.ts';
import type { DeadLetter } from '../../../../src/model/deadletter.ts';

const letterNo = (offset: number, item?: number): DeadLetter => ({
  '@timestamp': '2026-11-23T12:00:00.000Z',
  stage: 'normalize',
  reason: 'not valid JSON',
  origin: { topic: 'audit', partition: 0, offset, ...(item === undefined ? {} : { item }) },
  sha256: offset.toString(16).padStart(64, '0'),
  size: 1,
});
const MB = 1024 * 1024;
const CLAIM = { settle: () => {} };
const tooLarge = (): Error => Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
const mark = async (bytes: Buffer): Promise<string> => `sealed ${bytes.length > 100 ? bytes.length : bytes}`;

type Options = { readonly limit?: number; readonly seal?: Seal | undefined; readonly gate?: Promise<void> };

/** A writer in front of brokers that take batches up to `limit` characters, or fail as told; what they took, batch by batch. */
function rig(options: Options = {}) {
  const { limit = 10 * MB, gate } = options;
  const seal = 'seal' in options ? options.seal : mark;
  const batches: DeadLetter[][] = [];
  const send = async ({ messages }: { readonly messages: readonly { readonly value: unknown }[] }) => {
    await gate;
    if (messages.reduce((sum, { value }) => sum + String(value).length, 0) > limit) throw tooLarge();
    batches.push(messages.map(({ value }) => JSON.parse(String(value)) as DeadLetter));
    return [];
  };
  const abort = new AbortController();
  const writer = new DeadLetterWriter({ send }, 'dead', seal, () => abort.abort(new Error('waited')), abort.signal);
  return { writer, batches, letters: () => batches.flat() };
}

test('a letter goes with its bytes sealed and never with the bytes', async () => {
  const { writer, letters } = rig({ seal: async bytes => bytes.toString('base64') });
  writer.add(letterNo(1), Buffer.from('secret'), CLAIM);
  await writer.flush();
  expect(letters()).toEqual([{ ...letterNo(1), sealed: Buffer.from('secret').toString('base64') }]);
});

const without: [name: string, seal: Seal | undefined, bytes: Buffer, unsealed: string | undefined][] = [
  ['there is no recipient', undefined, Buffer.from('secret'), undefined],
  ['there are no bytes', mark, Buffer.alloc(0), undefined],
  ['there are too many bytes', mark, Buffer.allocUnsafeSlow(64 * MB + 1), 'over 67108864 bytes'],
  ['sealing fails', () => Promise.reject(new TypeError('secret')), Buffer.from('x'), 'sealing failed (TypeError)'],
];
for (const [name, seal, bytes, unsealed] of without) {
  test(`a letter goes all the same, without bytes, where ${name}`, async () => {
    const { writer, letters } = rig({ seal });
    writer.add(letterNo(1), bytes, CLAIM);
    await writer.flush();
    expect(letters()).toEqual([{ ...letterNo(1), ...(unsealed === undefined ? {} : { unsealed }) }]);
  });
}

test('the bytes are those of the moment, whatever becomes of the record’s memory', async () => {
  const { writer, letters } = rig();
  const record = Buffer.from('first');
  writer.add(letterNo(1), record, CLAIM);
  record.write('later');
  await writer.flush();
  expect(letters()[0]?.sealed).toBe('sealed first');
});

test('a record of many bad events is sealed once', async () => {
  const { writer, letters } = rig();
  const list = Buffer.from('list');
  for (const item of [0, 1, 2]) writer.add(letterNo(1, item), list, CLAIM);
  writer.add(letterNo(2), Buffer.from('next'), CLAIM);
  await writer.flush();
  expect(letters().map(({ sealed }) => sealed)).toEqual(['sealed list', undefined, undefined, 'sealed next']);
});

const fullness: [name: string, count: number, bytes: number, full: boolean][] = [
  ['few small ones', 100, 100, false],
  ['too many', 2_000, 1, true],
  ['just below 32 MB', 31, MB, false],
  ['32 MB', 32, MB, true],
  ['one that is too large to be sealed holds nothing', 1, 65 * MB, false],
];
for (const [name, count, bytes, full] of fullness) {
  test(`letters that wait: ${name}: ${full ? 'the reading has to wait' : 'there is room'}`, async () => {
    const { promise: gate, resolve } = Promise.withResolvers<void>();
    const { writer } = rig({ gate });
    for (let i = 0; i < count; i += 1) writer.add(letterNo(i), Buffer.allocUnsafe(bytes), CLAIM);
    expect(writer.full).toBe(full);
    resolve();
    await writer.flush();
    expect([writer.full, writer.sent]).toEqual([false, count]);
  });
}

test('a batch stays below half a megabyte of bytes, a larger letter goes alone, and the order is kept', async () => {
  const { writer, batches } = rig();
  for (const [offset, bytes] of [200_000, 200_000, 200_000, 900_000, 10].entries()) {
    writer.add(letterNo(offset), Buffer.alloc(bytes), CLAIM);
  }
  await writer.flush();
  const offsets = batches.map(batch => batch.map(({ origin }) => ('offset' in origin ? origin.offset : -1)));
  expect(offsets.flat()).toEqual([0, 1, 2, 3, 4]);
  expect(offsets).toContainEqual([3]);
});

test('a letter that the topic does not take goes without its bytes and says so, its neighbours with theirs', async () => {
  const { writer, letters } = rig({ limit: 1_000, seal: async bytes => 's'.repeat(bytes.length) });
  let settled = 0;
  const claim = { settle: () => (settled += 1) };
  for (const [offset, bytes] of [100, 2_000, 100].entries()) writer.add(letterNo(offset), Buffer.alloc(bytes), claim);
  await writer.flush();
  expect(letters().map(({ sealed, unsealed }) => [sealed?.length, unsealed])).toEqual([
    [100, undefined],
    [undefined, 'larger than the topic takes'],
    [100, undefined],
  ]);
  expect(settled).toBe(3);
});

test('nothing is settled before the brokers have it', async () => {
  const { promise: gate, resolve } = Promise.withResolvers<void>();
  const { writer } = rig({ gate });
  let settled = 0;
  writer.add(letterNo(1), Buffer.from('x'), { settle: () => (settled += 1) });
  await new Promise(setImmediate);
  expect(settled).toBe(0);
  resolve();
  await writer.flush();
  expect(settled).toBe(1);
});
