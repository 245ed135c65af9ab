import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import { untilDone } from '../backoff.ts';
import { statusOf } from '../deliver/elasticsearch/client.ts';
import { assertSetUp } from '../deliver/elasticsearch/setup.ts';
import { KeywardenError } from '../errors.ts';

/** Waits until Elasticsearch answers. Throws CONFIG where it answers and `keywarden setup` has not run. */
export const untilSetUp = (client: Client, namespace: string, log: Logger, stop: AbortSignal): Promise<void> =>
  untilDone(() => assertSetUp(client, namespace), waitingFor('Elasticsearch', log), stop);

/** Waits until a broker answers. */
export const untilConnected = (client: Connectable, log: Logger, stop: AbortSignal): Promise<void> =>
  untilDone(() => client.connect(), waitingFor('Kafka', log), stop);

type Connectable = { readonly connect: () => Promise<void> };

/** Says in the log what is waited for, and why. */
export const waitingFor = (service: string, log: Logger) => (error: unknown, attempt: number, ms: number) =>
  log.warn({ reason: reasonOf(error), attempt, ms: Math.round(ms) }, `waiting for ${service}`);

/** What a log may say of an error. The message of an Elasticsearch error may quote a request, so its name and status have to do. */
export function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (!(error instanceof Error)) return 'unknown error';
  if (error instanceof KeywardenError) return error.message;
  const status = statusOf(error);
  if (status !== undefined) return `${error.name} ${status}`;
  return error.name.startsWith('KafkaJS') ? `${error.name}: ${error.message}` : error.name;
}
