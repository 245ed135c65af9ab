import { expect, test } from '@jest/globals';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Place } from '../../../src/ingest/replayed.ts';
import type { FiledLetter } from '../../../src/model/deadletter.ts';
import { redeliver } from '../../../src/pipeline/redelivery.ts';
import { place } from '../../../src/report/place.ts';
import { filed, letterOf } from './letters.ts';

type Topic = Readonly<Record<string, string | null>>;

const message = (value: string | null, headers: IHeaders = {}): KafkaMessage => ({
  key: null,
  value: value === null ? null : Buffer.from(value),
  timestamp: '0',
  attributes: 0,
  offset: '0',
  headers,
});

/** Replays from these messages, by `topic/partition@offset`; an identity opens what begins with `ok:`. */
async function replayed(letters: readonly FiledLetter[], messages: Topic, identity = true, refusal?: string) {
  const put: string[] = [];
  const failures: string[] = [];
  const counts = await redeliver(letters, {
    topics: new Set(['audit']),
    open: identity
      ? async sealed => {
          if (!sealed.startsWith('ok:')) throw new Error('no identity');
          return Buffer.from(sealed.slice(3));
        }
      : undefined,
    read: async (places: readonly Place[], onMessage) => {
      for (const at of places) {
        const value = messages[place(at)];
        if (value !== undefined) await onMessage(message(value, { trace: 'kept' }), at);
      }
    },
    put: async (at, value, headers) => {
      put.push(`${place(at)} ${value} ${'trace' in headers}`);
      return refusal;
    },
    onFailure: (origin, reason) => failures.push(`${place(origin)}: ${reason}`),
  });
  return { put, failures, counts };
}

const sealedIn = (offset: number, bytes: string): string => JSON.stringify(letterOf(offset, { sealed: bytes }));
const SEALED = filed(1, {}, true);
const ITEM = { origin: { topic: 'audit', partition: 0, offset: 1, item: 4 } };

const cases: [name: string, letters: FiledLetter[], messages: Topic, put: string[], failures: string[]][] = [
  ['nothing', [], {}, [], []],
  ['sealed bytes', [SEALED], { 'dead/0@1': sealedIn(1, 'ok:record 1') }, ['audit/0@1 record 1 false'], []],
  ['the source, with its own headers', [filed(1)], { 'audit/0@1': 'record 1' }, ['audit/0@1 record 1 true'], []],
  [
    'sealed bytes that do not open: the source',
    [SEALED],
    { 'dead/0@1': sealedIn(1, 'damaged'), 'audit/0@1': 'record 1' },
    ['audit/0@1 record 1 true'],
    [],
  ],
  [
    'sealed bytes that are others, and no source',
    [SEALED],
    { 'dead/0@1': sealedIn(1, 'ok:forged') },
    [],
    ['audit/0@1: no longer in the topic; its sealed bytes have another hash than the letter says'],
  ],
  ['a record that is gone', [filed(1)], {}, [], ['audit/0@1: no longer in the topic']],
  [
    'another record at its place',
    [filed(1)],
    { 'audit/0@1': 'another' },
    [],
    ['audit/0@1: another record is there: the hash differs'],
  ],
  [
    'an empty record',
    [filed(1, { sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', size: 0 })],
    { 'audit/0@1': null },
    ['audit/0@1 null true'],
    [],
  ],
  [
    'a refused document: its source, whatever the hash',
    [filed(1, { stage: 'deliver', sha256: '0'.repeat(64) }, true)],
    { 'dead/0@1': sealedIn(1, 'ok:document'), 'audit/0@1': 'record 1' },
    ['audit/0@1 record 1 true'],
    [],
  ],
  [
    'many letters of one record: once',
    [filed(1, {}, false, 7), filed(1, ITEM, true, 8), filed(1, ITEM, true, 9)],
    { 'dead/0@8': sealedIn(1, 'ok:record 1') },
    ['audit/0@1 record 1 false'],
    [],
  ],
  [
    'an event and its alert that were refused: once',
    [filed(1), filed(1, { stage: 'deliver' }), filed(1, { stage: 'deliver', sha256: '0'.repeat(64) })],
    { 'audit/0@1': 'record 1' },
    ['audit/0@1 record 1 true'],
    [],
  ],
  [
    'a record that claims the place of another: the other all the same',
    [filed(1, { sha256: 'f'.repeat(64) }), filed(1)],
    { 'audit/0@1': 'record 1' },
    ['audit/0@1 record 1 true'],
    ['audit/0@1: another record is there: the hash differs'],
  ],
  [
    'a letter of a file',
    [filed(1, { origin: { file: 'audit.log', line: 3 } })],
    {},
    [],
    ['audit.log:3: came from a file, not from Kafka'],
  ],
  [
    'a letter that names a topic of others',
    [filed(1, { origin: { topic: 'payments', partition: 0, offset: 1 } })],
    { 'payments/0@1': 'record 1' },
    [],
    ['payments/0@1: its topic is none of kafka.topics'],
  ],
];
for (const [name, letters, messages, put, failures] of cases) {
  test(`replay: ${name}`, async () => {
    const done = await replayed(letters, messages);
    expect([done.put, done.failures]).toEqual([put, failures]);
    expect(done.counts.opened + done.counts.reread).toBe(put.length);
    expect(done.counts.failed).toBe(failures.length);
  });
}

test('without an identity the source is read, and where that is gone the identity is asked for', async () => {
  expect((await replayed([SEALED], { 'audit/0@1': 'record 1' }, false)).counts.reread).toBe(1);
  expect((await replayed([SEALED], {}, false)).failures).toEqual([
    'audit/0@1: no longer in the topic; its bytes are sealed, --identity opens them',
  ]);
});

test('a record that the topic refuses is named and not counted as replayed', async () => {
  const { counts, failures } = await replayed([filed(1)], { 'audit/0@1': 'record 1' }, true, 'too large');
  expect([counts, failures]).toEqual([{ opened: 0, reread: 0, failed: 1 }, ['audit/0@1: too large']]);
});
