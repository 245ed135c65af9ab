import { beforeAll, test } from '@jest/globals';
import { integration } from '../integration.ts';
import { say } from '../local/process.ts';
import { findEtcd } from './etcd.ts';

const BUILD_MS = 600_000;
const { skip } = test;
const found = await findEtcd();

if (typeof found === 'string') {
  if (process.env['CI'] === 'true') throw new Error(found);
  say(`tests of the collector are skipped: ${found}`);
} else {
  // The first run builds it.
  beforeAll(found.prepare, BUILD_MS);
}

/** A test that needs an etcd besides the other services; where none can be had it is skipped, and says why. */
export const etcdTest = (name: string, body: () => Promise<void>): void =>
  typeof found === 'string' ? skip(name, body) : integration(name, body);
