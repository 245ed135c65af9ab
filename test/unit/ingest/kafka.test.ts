import { expect, test } from '@jest/globals';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { recordOf } from '../../../src/ingest/kafka.ts';
import { originHeaders } from '../../../src/ingest/replayed.ts';
import type { Event } from '../../../src/model/event.ts';
import { normalize } from '../../../src/normalize/normalize.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';
import { NOW } from '../normalize/support.ts';

const message = (fields: { readonly timestamp?: string; readonly headers?: IHeaders } = {}): KafkaMessage => ({
  key: null,
  value: Buffer.from('{}'),
  timestamp: '1795000000000',
  attributes: 0,
  offset: '17',
  headers: {},
  ...fields,
});

const times: [timestamp: string, receivedAt: number | undefined][] = [
  ['1795000000000', 1_795_000_000_000],
  ['0', 0],
  ['-1', undefined],
  ['9223372036854775807', undefined],
];
for (const [timestamp, receivedAt] of times) {
  test(`a record of Kafka’s time ${timestamp}`, () =>
    expect(recordOf(message({ timestamp }), 'audit', 0, undefined).receivedAt).toBe(receivedAt));
}

const HERE = { topic: 'audit', partition: 2, offset: 17 };
const FIRST = { topic: 'audit', partition: 0, offset: 4 };
const headers = (topic: unknown, partition: unknown, offset: unknown): IHeaders => {
  const bytes = (value: unknown) => (typeof value === 'string' ? Buffer.from(value) : (value as IHeaders[string]));
  return {
    'keywarden-origin-topic': bytes(topic),
    'keywarden-origin-partition': bytes(partition),
    'keywarden-origin-offset': bytes(offset),
  };
};
const places: [name: string, headers: IHeaders | undefined, origin: object][] = [
  ['no headers', undefined, HERE],
  ['headers of others', { trace: Buffer.from('1') }, HERE],
  ['the headers of a replay', headers('audit', '0', '4'), FIRST],
  [
    'the largest place',
    headers('audit', '2147483647', '9007199254740991'),
    { ...HERE, partition: 2147483647, offset: 9007199254740991 },
  ],
  ['another topic', headers('etcd', '0', '4'), HERE],
  ['no topic', headers(undefined, '0', '4'), HERE],
  ['no partition', headers('audit', undefined, '4'), HERE],
  ['no offset', headers('audit', '0', undefined), HERE],
  ['a negative offset', headers('audit', '0', '-4'), HERE],
  ['a fraction', headers('audit', '0', '4.5'), HERE],
  ['a number written otherwise', headers('audit', '0x1', '4e3'), HERE],
  ['a partition that cannot be', headers('audit', '2147483648', '4'), HERE],
  ['an offset that no number holds', headers('audit', '0', '9007199254740993'), HERE],
  ['a megabyte of digits', headers('audit', '0', '1'.repeat(1_000_000)), HERE],
  ['a header given twice', headers([Buffer.from('audit'), Buffer.from('audit')], '0', '4'), HERE],
  ['nothing in them', headers('', '', ''), HERE],
];
for (const [name, given, origin] of places) {
  test(`the origin of a record with ${name}`, () => {
    const one = given === undefined ? message() : message({ headers: given });
    expect(recordOf(one, 'audit', 2, undefined).origin).toEqual(origin);
  });
}

test('what is put back reads as the same record', () => {
  const put = Object.entries(originHeaders(FIRST)).map(([name, value]) => [name, Buffer.from(value)]);
  const again = recordOf(message({ headers: Object.fromEntries(put) }), 'audit', 2, undefined);
  const events: Event[] = [];
  for (const record of [again, { ...again, origin: FIRST }]) {
    normalize(
      { ...record, bytes: Buffer.from('{"level":"info","msg":"no identity"}') },
      normalizeSettings('test', () => NOW),
      {
        event: event => events.push(event),
        deadLetter: () => {},
      },
    );
  }
  expect(events.map(({ id, document }) => [id, document.keywarden.origin])).toEqual(
    Array.from({ length: 2 }, () => [events[0]?.id, FIRST]),
  );
});
