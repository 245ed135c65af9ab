import type { Client } from '@elastic/elasticsearch';
import { Kafka, type KafkaConfig } from 'kafkajs';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { readPem, secret } from '../config/secrets.ts';
import { createClient, type ElasticsearchConnection, statusOf } from '../deliver/elasticsearch/client.ts';
import { KeywardenError } from '../errors.ts';
import { kafkaLogCreator } from '../telemetry/log.ts';

/** Runs `work` with a client of the brokers. What kafkajs throws becomes KAFKA with their addresses. */
export async function withKafka<T>(config: Config, log: Logger, work: (kafka: Kafka) => Promise<T>): Promise<T> {
  try {
    return await work(new Kafka({ ...kafkaConnection(config), logCreator: kafkaLogCreator(log) }));
  } catch (cause) {
    if (cause instanceof KeywardenError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new KeywardenError('KAFKA', `${config.kafka.brokers.join(', ')}: ${why}`, { cause });
  }
}

/** Runs `work` with a client of Elasticsearch. What the client throws becomes ELASTICSEARCH with the nodes. */
export async function withElasticsearch<T>(config: Config, work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient(elasticsearchConnection(config));
  try {
    return await work(client);
  } catch (cause) {
    if (cause instanceof KeywardenError) throw cause;
    throw new KeywardenError('ELASTICSEARCH', `${config.elasticsearch.nodes.join(', ')}: ${whyOf(cause)}`, { cause });
  } finally {
    await client.close();
  }
}

function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (statusOf(cause) === 404) return 'the alert index is not there; run "keywarden setup" once';
  return cause.message.split('\n', 1)[0] ?? cause.name;
}

/** What kafkajs needs to reach the brokers, secrets read. */
export function kafkaConnection({
  kafka,
}: Pick<Config, 'kafka'>): Pick<KafkaConfig, 'brokers' | 'clientId'> & Partial<KafkaConfig> {
  const { brokers, clientId, tls, sasl } = kafka;
  return {
    brokers,
    clientId,
    ...(tls?.enabled ? { ssl: tlsOptions(tls) } : {}),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
  };
}

function tlsOptions({ caFile, certFile, keyFile, verify }: NonNullable<Config['kafka']['tls']>) {
  return {
    rejectUnauthorized: verify,
    ...(caFile === undefined ? {} : { ca: readPem(caFile, 'kafka.tls.caFile') }),
    ...(certFile === undefined ? {} : { cert: readPem(certFile, 'kafka.tls.certFile') }),
    ...(keyFile === undefined ? {} : { key: readPem(keyFile, 'kafka.tls.keyFile') }),
  };
}

function saslOptions({ mechanism, username, password: given, passwordFile }: NonNullable<Config['kafka']['sasl']>) {
  const password = secret(given, passwordFile, 'kafka.sasl.password');
  if (password === undefined) throw missing('kafka.sasl.password');
  // kafkajs has a type for each mechanism; their fields are the same.
  return { mechanism: mechanism as 'plain', username, password };
}

const missing = (key: string): KeywardenError =>
  new KeywardenError('CONFIG', `${key}: is missing; give it by the environment, or as a file by ${key}File`);

/** What the Elasticsearch client needs, secrets read. */
export function elasticsearchConnection({ elasticsearch }: Config): ElasticsearchConnection {
  const { nodes, tls, requestTimeout } = elasticsearch;
  const ca = tls?.caFile === undefined ? undefined : readPem(tls.caFile, 'elasticsearch.tls.caFile');
  return {
    nodes,
    ...credentials(elasticsearch),
    tls: tls === undefined ? undefined : { verify: tls.verify, ca },
    requestTimeout,
  };
}

function credentials({ apiKey, apiKeyFile, username, password, passwordFile }: Config['elasticsearch']) {
  const key = secret(apiKey, apiKeyFile, 'elasticsearch.apiKey');
  const word = secret(password, passwordFile, 'elasticsearch.password');
  if (key !== undefined && username !== undefined) {
    throw new KeywardenError('CONFIG', 'elasticsearch.apiKey and elasticsearch.username: give one of them, not both');
  }
  if (username !== undefined && word === undefined) throw missing('elasticsearch.password');
  if (username === undefined && word !== undefined) {
    throw new KeywardenError('CONFIG', 'elasticsearch.username: is missing; the password is whose?');
  }
  return { apiKey: key, username, password: word };
}
