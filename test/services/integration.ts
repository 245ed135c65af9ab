import { test } from '@jest/globals';

const TIMEOUT_MS = 120_000;

/** The broker and the node that all integration tests share. */
export const KAFKA = process.env['KAFKA_BROKERS'] ?? '';
export const ELASTICSEARCH = process.env['ELASTICSEARCH_URL'] ?? '';

const { skip } = test;
const isMissing = process.env['KEYWARDEN_TEST_MISSING'] !== undefined;

/** A test that needs the services; where they are missing it is skipped, and the setup has said why. */
export const integration = (name: string, body: () => Promise<void>, timeoutMs: number = TIMEOUT_MS): void =>
  (isMissing ? skip : test)(name, body, timeoutMs);
