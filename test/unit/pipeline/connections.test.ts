import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ConfigSchema } from '../../../src/config/schema.ts';
import { KeywardenError } from '../../../src/errors.ts';
import { elasticsearchConnection, kafkaConnection, withKafka } from '../../../src/pipeline/connections.ts';
import { createLog } from '../../../src/telemetry/log.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-connections-'));
const file = (name: string, text: string): string => {
  const path = join(FOLDER, name);
  writeFileSync(path, text);
  return path;
};
const CA = file('ca.pem', 'CA');
const CERT = file('cert.pem', 'CERT');
const KEY = file('key.pem', 'KEY');
const PASSWORD = file('password', 'swordfish\n');

const config = (kafka: object = {}, elasticsearch: object = {}) =>
  ConfigSchema.parse({
    kafka: { brokers: ['k:9092'], ...kafka },
    elasticsearch: { nodes: ['https://e:9200'], ...elasticsearch },
  });

const kafka: [name: string, kafka: object, expected: object][] = [
  ['plain', {}, { brokers: ['k:9092'], clientId: 'keywarden' }],
  ['TLS with the system’s authorities', { tls: {} }, { ssl: { rejectUnauthorized: true } }],
  [
    'TLS with all of one’s own',
    { tls: { caFile: CA, certFile: CERT, keyFile: KEY } },
    { ssl: { rejectUnauthorized: true, ca: 'CA', cert: 'CERT', key: 'KEY' } },
  ],
  ['TLS that trusts anybody', { tls: { verify: false } }, { ssl: { rejectUnauthorized: false } }],
  ['TLS switched off', { tls: { enabled: false } }, { brokers: ['k:9092'] }],
  [
    'SASL with a file',
    { sasl: { mechanism: 'scram-sha-512', username: 'u', passwordFile: PASSWORD } },
    { sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'swordfish' } },
  ],
  [
    'SASL with a password',
    { sasl: { mechanism: 'plain', username: 'u', password: 'p' } },
    { sasl: { mechanism: 'plain', username: 'u', password: 'p' } },
  ],
];
for (const [name, settings, expected] of kafka) {
  test(`Kafka: ${name}`, () => expect(kafkaConnection(config(settings))).toMatchObject(expected));
}

test('Kafka: TLS switched off is no TLS', () =>
  expect(kafkaConnection(config({ tls: { enabled: false } }))).not.toHaveProperty('ssl'));

const elasticsearch: [name: string, elasticsearch: object, expected: object][] = [
  ['an API key', { apiKey: 'k' }, { apiKey: 'k' }],
  ['an API key in a file', { apiKeyFile: PASSWORD }, { apiKey: 'swordfish' }],
  ['user and password', { username: 'u', passwordFile: PASSWORD }, { username: 'u', password: 'swordfish' }],
  ['an authority of one’s own', { tls: { caFile: CA } }, { tls: { ca: 'CA', verify: true } }],
];
for (const [name, settings, expected] of elasticsearch) {
  test(`Elasticsearch: ${name}`, () => expect(elasticsearchConnection(config({}, settings))).toMatchObject(expected));
}

const errors: [name: string, run: () => unknown, message: string][] = [
  [
    'SASL without a password',
    () => kafkaConnection(config({ sasl: { mechanism: 'plain', username: 'u' } })),
    'kafka.sasl.password: is missing',
  ],
  [
    'a user without a password',
    () => elasticsearchConnection(config({}, { username: 'u' })),
    'elasticsearch.password: is missing',
  ],
  [
    'a password without a user',
    () => elasticsearchConnection(config({}, { password: 'p' })),
    'elasticsearch.username: is missing',
  ],
  [
    'two ways to say who',
    () => elasticsearchConnection(config({}, { apiKey: 'k', username: 'u', password: 'p' })),
    'elasticsearch.apiKey and elasticsearch.username: give one of them',
  ],
  [
    'a certificate that is not there',
    () => kafkaConnection(config({ tls: { caFile: '/nowhere/ca.pem' } })),
    'kafka.tls.caFile: /nowhere/ca.pem cannot be read (ENOENT)',
  ],
];
for (const [name, run, message] of errors) {
  test(`an error names the key: ${name}`, () => expect(run).toThrow(message));
}

const OWN = new KeywardenError('USAGE', 'there is no letter');
const thrown: [name: string, error: unknown, code: string, message: string][] = [
  ['what kafkajs throws', new TypeError('no coordinator'), 'KAFKA', 'k:9092: no coordinator'],
  ['our own', OWN, 'USAGE', 'there is no letter'],
];
for (const [name, error, code, message] of thrown) {
  test(`with Kafka ${name} is ${code}`, async () => {
    const work = withKafka(config(), createLog('fatal'), () => Promise.reject(error));
    await expect(work).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
}
