import { expect, test } from '@jest/globals';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { recordOf } from '../../../src/ingest/kafka.ts';

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
