import { afterAll } from '@jest/globals';
import { dockerElasticsearch, dockerKafka, hasDocker } from './docker.ts';
import { localElasticsearch } from './local/elasticsearch.ts';
import { localKafka } from './local/kafka.ts';
import type { Service } from './service.ts';

/** A broker of one test file alone, which may stop, pause and restart it. */
export const ownKafka = async (): Promise<Service> => owned((await hasDocker()) ? dockerKafka() : localKafka());

/** A node of one test file alone, in the version that is asked for. */
export const ownElasticsearch = async (version?: string): Promise<Service> =>
  owned((await hasDocker()) ? dockerElasticsearch(version) : localElasticsearch(version));

const mine: Service[] = [];

afterAll(() => Promise.all(mine.map(service => service.stop())));

async function owned(starting: Promise<Service | string>): Promise<Service> {
  const service = await starting;
  if (typeof service === 'string') throw new Error(service);
  mine.push(service);
  return service;
}
