import { expect, test } from '@jest/globals';
import { speaksOf } from '../../../src/sigma/logsource.ts';

type Logsource = Parameters<typeof speaksOf>[0];

const LOG = { product: 'kubernetes', service: 'audit' };

/** Section "LogSource" of the Sigma rules specification 2.1. */
const cases: [rule: Logsource, log: Logsource, speaks: boolean][] = [
  [{ product: 'kubernetes', service: 'audit' }, LOG, true],
  [{ product: 'Kubernetes', service: 'AUDIT' }, LOG, true],
  [{ product: 'kubernetes' }, LOG, true],
  [{ product: 'kubernetes', service: 'application' }, LOG, false],
  [{ product: 'etcd', service: 'audit' }, LOG, false],
  [{ service: 'audit' }, LOG, false],
  [{}, LOG, false],
  [{ category: 'process_creation', product: 'kubernetes' }, LOG, true],
  [{ category: 'a', product: 'kubernetes' }, { ...LOG, category: 'b' }, false],
  [{ category: 'a', product: 'kubernetes' }, { ...LOG, category: 'A' }, true],
  [{ category: 'a' }, { category: 'a' }, true],
];
for (const [rule, log, speaks] of cases) {
  test(`a rule of ${JSON.stringify(rule)} ${speaks ? 'speaks' : 'does not speak'} of ${JSON.stringify(log)}`, () =>
    expect(speaksOf(rule, log)).toBe(speaks));
}
