import { dockerElasticsearch, dockerKafka, hasDocker } from './docker.ts';
import { localElasticsearch } from './local/elasticsearch.ts';
import { localKafka } from './local/kafka.ts';
import { say } from './local/process.ts';
import type { Service } from './service.ts';

/**
 * Gives all integration tests one broker and one Elasticsearch node: those that KAFKA_BROKERS and ELASTICSEARCH_URL name,
 * else containers, else JVMs of our own. What cannot be had is named in KEYWARDEN_TEST_MISSING.
 */
export default async function setup(): Promise<void> {
  const docker = await hasDocker();
  const services = [
    ['KAFKA_BROKERS', 'Kafka', docker ? dockerKafka : localKafka],
    ['ELASTICSEARCH_URL', 'Elasticsearch', docker ? dockerElasticsearch : localElasticsearch],
  ] as const;
  const started: Service[] = [];
  stopLater(started);
  const missing = await Promise.all(
    services.map(async ([variable, name, make]) => {
      if (process.env[variable] !== undefined) return [];
      const began = Date.now();
      const service = await make();
      if (typeof service === 'string') return [service];
      started.push(service);
      process.env[variable] = service.address;
      say(`${name} ready at ${service.address} in ${((Date.now() - began) / 1_000).toFixed(1)} s`);
      return [];
    }),
  );
  report(missing.flat());
}

function report(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const text = missing.join('; ');
  if (process.env['CI'] === 'true') throw new Error(`integration tests cannot run: ${text}`);
  say(`integration tests are skipped: ${text}`);
  process.env['KEYWARDEN_TEST_MISSING'] = text;
}

/** Jest loads setup and teardown apart, so they meet on the global object. */
function stopLater(started: readonly Service[]): void {
  Object.assign(globalThis, { keywardenServices: started });
}
