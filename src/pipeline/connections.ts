import type { KafkaConfig } from 'kafkajs';
import type { Config } from '../config/schema.ts';
import { readPem, secret } from '../config/secrets.ts';
import type { ElasticsearchConnection } from '../deliver/elasticsearch/client.ts';

/** What kafkajs needs to reach the brokers, secrets read. */
export function kafkaConnection({ kafka }: Config): Pick<KafkaConfig, 'brokers' | 'clientId'> & Partial<KafkaConfig> {
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

const saslOptions = ({ mechanism, username, password, passwordFile }: NonNullable<Config['kafka']['sasl']>) => ({
  mechanism: mechanism as 'plain',
  username,
  password: secret(password, passwordFile, 'kafka.sasl.password') ?? '',
});

/** What the Elasticsearch client needs, secrets read. */
export function elasticsearchConnection({ elasticsearch }: Config): ElasticsearchConnection {
  const { nodes, apiKey, apiKeyFile, username, password, passwordFile, tls, requestTimeout } = elasticsearch;
  return {
    nodes,
    apiKey: secret(apiKey, apiKeyFile, 'elasticsearch.apiKey'),
    username,
    password: secret(password, passwordFile, 'elasticsearch.password'),
    tls:
      tls === undefined
        ? undefined
        : {
            verify: tls.verify,
            ca: tls.caFile === undefined ? undefined : readPem(tls.caFile, 'elasticsearch.tls.caFile'),
          },
    requestTimeout,
  };
}
