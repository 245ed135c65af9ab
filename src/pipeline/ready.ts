import type { Client } from '@elastic/elasticsearch';
import type { Producer } from 'kafkajs';
import type { Logger } from 'pino';
import { backoff, wait } from '../backoff.ts';
import { statusOf } from '../deliver/elasticsearch/client.ts';
import { assertSetUp } from '../deliver/elasticsearch/setup.ts';
import { KeywardenError } from '../errors.ts';

/** Waits until Elasticsearch answers. Throws CONFIG where it answers and `keywarden setup` has not run. */
export const untilSetUp = (client: Client, namespace: string, log: Logger, stop: AbortSignal): Promise<void> =>
  untilDone('Elasticsearch', () => assertSetUp(client, namespace), log, stop);

/** Waits until a broker answers. */
export const untilConnected = (producer: Producer, log: Logger, stop: AbortSignal): Promise<void> =>
  untilDone('Kafka', () => producer.connect(), log, stop);

/** Tries again, with backoff, for as long as it lasts or until `stop`, which ends the wait by throwing its reason. */
async function untilDone(service: string, work: () => Promise<void>, log: Logger, stop: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (error instanceof KeywardenError) throw error;
      const ms = Math.round(backoff(attempt));
      log.warn({ reason: reasonOf(error), attempt, ms }, `waiting for ${service}`);
      await wait(ms, stop);
    }
  }
}

/** The message of an Elasticsearch error may quote a request, so its name and status have to do. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const status = statusOf(error);
  return status === undefined ? error.name : `${error.name} ${status}`;
}
