import { afterEach, test } from '@jest/globals';
import { killAll } from './keywarden.ts';

const TIMEOUT_MS = 120_000;

/** The broker and the node: those that all integration tests share, unless a test file puts its own in their place. */
export const services = {
  kafka: process.env['KAFKA_BROKERS'] ?? '',
  elasticsearch: process.env['ELASTICSEARCH_URL'] ?? '',
};

// A test that failed must not leave a process that reads on.
afterEach(killAll);

const { skip } = test;
const isMissing = process.env['KEYWARDEN_TEST_MISSING'] !== undefined;

/** A test that needs the services; where they are missing it is skipped, and the setup has said why. */
export const integration = (name: string, body: () => Promise<void>, timeoutMs: number = TIMEOUT_MS): void =>
  (isMissing ? skip : test)(name, body, timeoutMs);
