import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import { secret } from '../../../src/config/secrets.ts';
import { KeywardenError } from '../../../src/errors.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-config-'));
const FILE = join(FOLDER, 'keywarden.yml');
/** Of an identity that nobody kept. */
const RECIPIENT = 'age1uy3xyf52v8gwmf0eullshx5739j7fhgesns5l3xngth8rkrhyv4qpldm48';
const MINIMAL = { kafka: { brokers: ['kafka:9092'] }, elasticsearch: { nodes: ['http://localhost:9200'] } };

function load(config: object | string, environment: Record<string, string> = {}) {
  writeFileSync(FILE, typeof config === 'string' ? config : stringify(config));
  return loadConfig(FILE, environment);
}

test('two addresses are enough, all else has a default', () => {
  expect(load(MINIMAL)).toMatchObject({
    kafka: {
      topics: [{ name: 'kubernetes-audit' }, { name: 'etcd-audit' }],
      groupId: 'keywarden',
      fromBeginning: true,
    },
    elasticsearch: { namespace: 'keywarden', bulk: { bytes: 2_000_000, inFlight: 4 }, retention: { events: '30d' } },
    log: { level: 'info' },
  });
});

const variables: [
  variable: string,
  value: string,
  pick: (config: ReturnType<typeof load>) => unknown,
  expected: unknown,
][] = [
  ['KEYWARDEN_KAFKA__BROKERS', 'a:1, b:2', c => c.kafka.brokers, ['a:1', 'b:2']],
  ['KEYWARDEN_KAFKA__TOPICS', 'x,y', c => c.kafka.topics, [{ name: 'x' }, { name: 'y' }]],
  ['KEYWARDEN_KAFKA__SESSION_TIMEOUT', '7000', c => c.kafka.sessionTimeout, 7_000],
  ['KEYWARDEN_KAFKA__FROM_BEGINNING', 'false', c => c.kafka.fromBeginning, false],
  ['KEYWARDEN_ELASTICSEARCH__BULK__IN_FLIGHT', '2', c => c.elasticsearch.bulk.inFlight, 2],
  ['KEYWARDEN_ELASTICSEARCH__API_KEY', '12345', c => c.elasticsearch.apiKey, '12345'],
  ['KEYWARDEN_DEAD_LETTERS__RECIPIENTS', `${RECIPIENT},${RECIPIENT}`, c => c.deadLetters.recipients.length, 2],
  ['KEYWARDEN_CLUSTER', 'prod', c => c.cluster, 'prod'],
];
for (const [variable, value, pick, expected] of variables) {
  test(`${variable}=${value} lies over the file`, () =>
    expect(pick(load(MINIMAL, { [variable]: value }))).toEqual(expected));
}

test('the environment alone will do', () => {
  const environment = { KEYWARDEN_KAFKA__BROKERS: 'a:1', KEYWARDEN_ELASTICSEARCH__NODES: 'http://b:2' };
  expect(loadConfig(undefined, environment).elasticsearch.nodes).toEqual(['http://b:2']);
});

const unconfigured: [environment: Record<string, string>, lines: string[]][] = [
  [
    {},
    [
      'kafka: is missing; give a configuration by --config FILE, or KEYWARDEN_KAFKA__BROKERS in the environment',
      'elasticsearch: is missing; give a configuration by --config FILE, or KEYWARDEN_ELASTICSEARCH__NODES in the environment',
    ],
  ],
  [
    { KEYWARDEN_KAFKA__CLIENT_ID: 'x', KEYWARDEN_ELASTICSEARCH__NODES: 'http://b:2' },
    [
      'kafka.brokers: is missing; give a configuration by --config FILE, or KEYWARDEN_KAFKA__BROKERS in the environment',
    ],
  ],
  [
    { KEYWARDEN_KAFKA__BROKERS: 'a:1', KEYWARDEN_ELASTICSEARCH__NODES: 'http://b:2', KEYWARDEN_LOG__LEVEL: 'loud' },
    ['the environment: log.level: found "loud", allowed: trace, debug, info, warn, error, fatal'],
  ],
];
for (const [environment, lines] of unconfigured) {
  test(`without a file ${Object.keys(environment).join(', ') || 'nothing'} is not enough, which says how to give it`, () =>
    expect(() => loadConfig(undefined, environment)).toThrow(new KeywardenError('CONFIG', lines.join('\n'))));
}

const errors: [name: string, config: object | string, environment: Record<string, string>, message: string][] = [
  [
    'a wrong key',
    { ...MINIMAL, kafak: {} },
    {},
    'kafak: no such key, allowed: cluster, kafka, elasticsearch, deadLetters, collector, rules, lists, fields, baselines, filters, alerts, silences, reloadEvery, enrichment, gaps, signals, metrics, redact, log',
  ],
  [
    'a path that must not be cut',
    { ...MINIMAL, redact: ['sourceIPs'] },
    {},
    'redact.0: found "sourceIPs", allowed: a path below requestObject, responseObject, annotations, user.extra or impersonatedUser.extra, or userAgent or requestURI, such as requestObject.spec.containers.env.value',
  ],
  [
    'a wrong key further down',
    { ...MINIMAL, kafka: { brokers: ['a:1'], tls: { ca: 'x' } } },
    {},
    'kafka.tls.ca: no such key, allowed: enabled, caFile, certFile, keyFile, verify',
  ],
  [
    'a wrong key in a list',
    { ...MINIMAL, kafka: { brokers: ['a:1'], topics: [{ nam: 'x' }] } },
    {},
    'kafka.topics.0.nam: no such key, allowed: name, cluster',
  ],
  [
    'a wrong value',
    { ...MINIMAL, log: { level: 'loud' } },
    {},
    'log.level: found "loud", allowed: trace, debug, info, warn, error, fatal',
  ],
  ['a wrong type', { ...MINIMAL, kafka: { brokers: 'a:1' } }, {}, 'kafka.brokers: found "a:1", allowed: a list'],
  ['no port', { ...MINIMAL, kafka: { brokers: ['kafka'] } }, {}, 'kafka.brokers.0: found "kafka", allowed: host:port'],
  [
    'no address',
    { ...MINIMAL, elasticsearch: { nodes: ['localhost'] } },
    {},
    'elasticsearch.nodes.0: found "localhost", allowed: an http:// or https:// address',
  ],
  [
    'too much',
    { ...MINIMAL, elasticsearch: { nodes: ['http://a'], bulk: { inFlight: 99 } } },
    {},
    'elasticsearch.bulk.inFlight: found 99, allowed: at most 32',
  ],
  ['too few', { ...MINIMAL, kafka: { brokers: [] } }, {}, 'kafka.brokers: found [], allowed: at least 1 entry'],
  ['something missing', { kafka: MINIMAL.kafka }, {}, 'elasticsearch: is missing, allowed: keys and values'],
  [
    'a secret of the wrong type',
    { ...MINIMAL, elasticsearch: { nodes: ['http://a'], password: 4711 } },
    {},
    'elasticsearch.password: found a secret (not shown), allowed: text',
  ],
  [
    'an unknown variable',
    MINIMAL,
    { KEYWARDEN_KAFKA__BROKER: 'x' },
    'environment variable KEYWARDEN_KAFKA__BROKER names no setting; allowed here: brokers, ',
  ],
  ['a number that is none', MINIMAL, { KEYWARDEN_KAFKA__SESSION_TIMEOUT: 'long' }, 'kafka.sessionTimeout: found '],
  [
    'a recipient with a slip in it',
    { ...MINIMAL, deadLetters: { recipients: [RECIPIENT, RECIPIENT.replace('8gw', '9gw')] } },
    {},
    'deadLetters.recipients.1: found "age1uy3xyf52v9gw',
  ],
  [
    'a recipient of another kind',
    MINIMAL,
    { KEYWARDEN_DEAD_LETTERS__RECIPIENTS: 'ssh-ed25519 AAAA' },
    'deadLetters.recipients.0: found "ssh-ed25519 AAAA", allowed: an age X25519 recipient',
  ],
  [
    'an identity for a recipient',
    { ...MINIMAL, deadLetters: { recipients: ['AGE-SECRET-KEY-4711'] } },
    {},
    'deadLetters.recipients.0: found a secret (not shown), allowed: an age X25519 recipient',
  ],
  ['what is no YAML', 'kafka: [', {}, 'keywarden.yml: '],
  ['a key twice', 'kafka: {}\nkafka: {}', {}, 'Map keys must be unique'],
];
for (const [name, config, environment, message] of errors) {
  test(`an error is a line that names path, value and what is allowed: ${name}`, () => {
    expect(() => load(config, environment)).toThrow(message);
    try {
      load(config, environment);
    } catch (error) {
      expect(String(error)).not.toContain('4711');
    }
  });
}

test('a secret’s file is read without its final newline, and only one of both may be given', () => {
  const file = join(FOLDER, 'secret');
  writeFileSync(file, 'swordfish\n');
  expect(secret(undefined, file, 'x')).toBe('swordfish');
  expect(() => secret('a', file, 'x')).toThrow('x and xFile: give one of them, not both');
  expect(() => secret(undefined, join(FOLDER, 'nothing'), 'x')).toThrow('cannot be read (ENOENT)');
});

test('every configuration in the documentation and in deploy can be used', () => {
  const documented = ['README.md', 'docs/configuration.md'].flatMap(file => yamlBlocks(readFileSync(file, 'utf8')));
  const used = [...documented, readFileSync('deploy/docker/keywarden.yml', 'utf8')];
  expect(used.length).toBe(3);
  for (const yaml of used) expect(load(yaml).kafka.brokers.length).toBeGreaterThan(0);
});

/** The YAML in a page of Markdown, without the indentation of the list that it stands in. */
const yamlBlocks = (markdown: string): string[] =>
  [...markdown.matchAll(/^( *)```yaml\n(.*?)```/gms)].map(([, indent = '', yaml = '']) =>
    yaml.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
