import { Encrypter } from 'age-encryption';
import { z } from 'zod';
import { isRedactable, REDACTABLE } from '../model/redaction.ts';

const duration = z.string().regex(/^[1-9]\d*[smhd]$/, 'a time span such as 30d, 12h, 5m or 10s');
const suppression = z
  .string()
  .regex(/^(0|[1-9]\d{0,5})[smhd]$/, 'a time span such as 10m, 30s, 12h or 7d; 0s for an alert each');
const broker = z.string().regex(/^[^\s,:]+:\d{1,5}$|^\[[\da-f:.]+\]:\d{1,5}$/i, 'host:port');
const topic = z.string().regex(/^[\w.-]{1,249}$/, 'a Kafka topic name (letters, digits, . _ -)');
const url = z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' });
const file = z.string().min(1, 'the path of a file');
const redactionPath = z.string().refine(isRedactable, REDACTABLE);
const namespace = z.string().regex(/^[a-z0-9][a-z0-9_.]{0,99}$/, 'lower-case letters, digits, _ and . (no -)');

const recipient = z.string().refine(isRecipient, 'an age X25519 recipient (age1…, as age-keygen prints it)');

const Tls = z.strictObject({
  enabled: z.boolean().default(true),
  /** PEM file of the authorities to trust instead of the system's. */
  caFile: file.optional(),
  /** PEM files of our own certificate and key, for servers that ask for one. */
  certFile: file.optional(),
  keyFile: file.optional(),
  verify: z.boolean().default(true),
});

const Sasl = z.strictObject({
  mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: z.string().min(1),
  password: z.string().optional(),
  passwordFile: file.optional(),
});

const Topic = z.strictObject({
  name: topic,
  /** `orchestrator.cluster.name` of the events in this topic. */
  cluster: z.string().min(1).optional(),
});

const Kafka = z.strictObject({
  brokers: z.array(broker).min(1),
  clientId: z.string().min(1).default('keywarden'),
  groupId: z.string().min(1).default('keywarden'),
  topics: z
    .array(Topic)
    .min(1)
    .default([{ name: 'kubernetes-audit' }, { name: 'etcd-audit' }]),
  deadLetterTopic: topic.default('keywarden.dead-letters'),
  /** Where a group without committed offsets begins. */
  fromBeginning: z.boolean().default(true),
  /** How many partitions are worked on at once. */
  partitionsConcurrently: z.int().min(1).max(64).default(3),
  /** Milliseconds without a heartbeat after which the group gives our partitions away. */
  sessionTimeout: z.int().min(6_000).max(300_000).default(30_000),
  tls: Tls.optional(),
  sasl: Sasl.optional(),
  /** For `keywarden setup`. */
  create: z
    .strictObject({
      partitions: z.int().min(1).max(1_000).default(3),
      replicationFactor: z.int().min(-1).max(9).default(-1),
      /** Bytes; a large object makes an event of several MB. */
      maxMessageBytes: z.int().min(1_048_576).max(134_217_728).default(16_777_216),
    })
    .prefault({}),
});

const Elasticsearch = z.strictObject({
  nodes: z.array(url).min(1),
  namespace: namespace.default('keywarden'),
  apiKey: z.string().min(1).optional(),
  apiKeyFile: file.optional(),
  username: z.string().min(1).optional(),
  password: z.string().optional(),
  passwordFile: file.optional(),
  tls: Tls.omit({ enabled: true, certFile: true, keyFile: true }).optional(),
  /** Milliseconds. */
  requestTimeout: z.int().min(1_000).max(600_000).default(60_000),
  bulk: z
    .strictObject({
      /** Bytes at which a body is sent. */
      bytes: z.int().min(10_000).max(50_000_000).default(2_000_000),
      inFlight: z.int().min(1).max(32).default(4),
      /** Milliseconds that a body may wait to fill. */
      linger: z.int().min(1).max(60_000).default(500),
    })
    .prefault({}),
  retention: z.strictObject({ events: duration.default('30d') }).prefault({}),
});

/** `age1` and 58 characters of bech32 (https://age-encryption.org/v1, X25519); the checksum is age's to check. */
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return RECIPIENT.test(text);
  } catch {
    return false;
  }
}

const DeadLetters = z.strictObject({
  /** Who may open the bytes of dead letters; without any, no bytes are kept. */
  recipients: z.array(recipient).max(20).default([]),
});

const Collector = z.strictObject({
  /** The clients' URLs of etcd's members; one is watched at a time. */
  endpoints: z.array(url).min(1),
  tls: Tls.omit({ enabled: true }).optional(),
  /** What is watched: kube-apiserver's `--etcd-prefix`, with a slash at its end. */
  prefix: z
    .string()
    .regex(/^\/.*\/$/, 'a prefix of keys such as /registry/')
    .default('/registry/'),
  topic: topic.default('etcd-revisions'),
  /** Tells several etcds of one cluster apart (`--etcd-servers-overrides`): each has a place of its own in the topic. */
  name: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'letters, digits, . _ -')
    .default('etcd'),
  /** Keys the hash of values; without it values get none. */
  hashKey: z.string().min(1).optional(),
  hashKeyFile: file.optional(),
  /** Milliseconds between two looks at how far etcd has come. */
  progressEvery: z.int().min(100).max(60_000).default(1_000),
});

/** The configuration of `run`, `setup` and `replay`; docs/configuration.md explains every key. */
export const ConfigSchema = z.strictObject({
  /** `orchestrator.cluster.name` of events whose topic names none. */
  cluster: z.string().min(1).optional(),
  kafka: Kafka,
  elasticsearch: Elasticsearch,
  deadLetters: DeadLetters.prefault({}),
  /** For `collect etcd`, and for `setup`, which makes its topic. */
  collector: Collector.optional(),
  /** Folders and files of rules and lists that are used instead of the shipped rules. */
  rules: z.array(file).min(1).optional(),
  /** Folders and files of lists that replace shipped lists of the same name. */
  lists: z.array(file).min(1).optional(),
  /** Folders and files of field maps that are used beside the shipped ones. */
  fields: z.array(file).min(1).optional(),
  /** Files that `keywarden baseline learn` has written: what rules with `first_seen` know from before. */
  baselines: z.array(file).min(1).optional(),
  /** Folders and files of filters: what of the events is left out of the index. None where nothing is said. */
  filters: z.array(file).min(1).optional(),
  alerts: z
    .strictObject({
      /** How long further matches of one case only raise its count, where the rule does not say. */
      suppress: suppression.default('10m'),
      /** How long a match of a rule of one event may wait for streams that are behind, so that it is told in order. */
      hold: suppression.default('1m'),
      /** How long after the last alert of a story a linked one still belongs to it; 0s: no stories. */
      story: suppression.default('1h'),
    })
    .prefault({}),
  /** Folders and files of silences: alerts that nobody is told of for a time. None where nothing is said. */
  silences: z.array(file).min(1).optional(),
  /** Milliseconds between two looks at rules, lists and filters; 0 for none but at a SIGHUP. */
  reloadEvery: z.int().min(0).max(86_400_000).default(10_000),
  /** What events are enriched with before the rules see them; nothing where nothing is said. */
  enrichment: z
    .strictObject({
      /** MaxMind databases (.mmdb): countries, cities, autonomous systems. */
      geoip: z.array(file).min(1).optional(),
      /** Folders and files of labels for addresses and users. */
      labels: z.array(file).min(1).optional(),
    })
    .prefault({}),
  /** What counts as a gap in an audit stream. */
  gaps: z
    .strictObject({
      /** Milliseconds without a record in a partition. */
      silence: z.int().min(1_000).max(86_400_000).default(300_000),
      /** Milliseconds by which the time of a partition's events may step. */
      jump: z.int().min(60_000).max(86_400_000).default(300_000),
    })
    .prefault({}),
  /** The topic in which matches meet that only together say something; docs/state.md. */
  signals: z
    .strictObject({
      topic: topic.default('keywarden.signals'),
      /** Holds what rules of more than one event have seen, compacted. */
      stateTopic: topic.default('keywarden.state'),
      /** Of both, fixed: with another number the same case would be in two places. */
      partitions: z.int().min(1).max(1_000).default(12),
      /** How much later than others an event may come and still be evaluated in its order. */
      lateness: duration.default('10s'),
      /** How long a stream may be silent until it holds back the others no more. */
      idleAfter: duration.default('30s'),
      /** How long the events of a stream may stay away until what depends on them is called blind. */
      blindAfter: duration.default('5m'),
      /** For `keywarden setup`: at least the longest time span of a rule, and the longest time that a process may be away. */
      retention: duration.default('3d'),
      /** Signals of one partition that may wait for the slowest stream. */
      waiting: z.int().min(1_000).max(10_000_000).default(200_000),
      /** Signals, and groups of them, that one rule may hold in one partition. */
      held: z.int().min(1_000).max(20_000_000).default(200_000),
      groups: z.int().min(1_000).max(20_000_000).default(100_000),
    })
    .prefault({}),
  /** Where Prometheus finds `/metrics`, as `host:port`; nowhere where nothing is said. */
  metrics: z.strictObject({ listen: broker.optional() }).prefault({}),
  /** Paths below the audit event whose values are cut besides what always is. */
  redact: z.array(redactionPath).min(1).optional(),
  log: z
    .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info') })
    .prefault({}),
});

export type Config = z.output<typeof ConfigSchema>;

/** The configuration of `collect etcd`, which knows no Elasticsearch. */
export const CollectorConfigSchema = ConfigSchema.extend({
  elasticsearch: Elasticsearch.optional(),
  collector: Collector,
});

export type CollectorConfig = z.output<typeof CollectorConfigSchema>;

/** Keys whose values are never shown, not even in an error about them. */
export const SECRET_KEYS: ReadonlySet<string> = new Set(['password', 'apiKey', 'hashKey']);
