import type { Client } from '@elastic/elasticsearch';
import type { Logger } from 'pino';
import { backoff, wait } from '../backoff.ts';
import { assertSetUp } from '../deliver/elasticsearch/setup.ts';
import { KeywardenError } from '../errors.ts';

/** Waits until Elasticsearch answers. Throws CONFIG where it answers and `keywarden setup` has not run. */
export async function untilSetUp(client: Client, namespace: string, log: Logger, stop: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await assertSetUp(client, namespace);
      return;
    } catch (error) {
      if (error instanceof KeywardenError) throw error;
      const ms = backoff(attempt);
      log.warn(
        { reason: error instanceof Error ? error.name : 'unknown error', attempt, ms },
        'waiting for Elasticsearch',
      );
      await wait(ms, stop);
    }
  }
}
