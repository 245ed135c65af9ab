import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import { auditRecord } from './events.ts';
import { documents } from './index.ts';
import type { Rig } from './rig.ts';

/** A rule that every event of `matches` fulfils: an alert for each user, until a minute passes without any. */
export const RULE_FILE = join(mkdtempSync(join(tmpdir(), 'keywarden-rule-')), 'rule.yml');
writeFileSync(
  RULE_FILE,
  `title: Somebody listed something
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: medium
logsource: { product: kubernetes, service: audit }
detection:
  s: { verb: list }
  condition: s
falsepositives: [none]
keywarden:
  group: [user.name]
  message: '{user.name} listed {objectRef.resource}'
  look_first: Look at the user.
  suppress: 60s
`,
);

const START = Date.parse('2026-01-01T00:00:00Z');
const USERS = 7;

/** Events `from` to `from + count - 1`, a tenth of a second apart; after each thousand, ten minutes pass. */
export const matches = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const at = new Date(START + n * 100 + Math.floor(n / 1_000) * 600_000).toISOString();
    return JSON.stringify({
      ...(JSON.parse(auditRecord(n)) as object),
      user: { username: `user-${n % USERS}` },
      requestReceivedTimestamp: at,
      stageTimestamp: at,
    });
  });

/** Fails unless the alerts count each of `count` matches once. */
export async function expectCounted(rig: Rig, count: number): Promise<readonly Alert[]> {
  const alerts = (await documents<Alert>(rig.indices.alerts)).map(({ _source }) => _source);
  const states = alerts.map(({ keywarden: { alert } }) => alert);
  expect(states.reduce((sum, state) => sum + state.count, 0)).toBe(count);
  const parts = states.map(({ counted = [] }) => counted.reduce((sum, part) => sum + part.count, 0));
  expect(parts).toEqual(states.map(state => state.count));
  const evidence = states.flatMap(state => state.evidence.map(({ event_id: id }) => id));
  expect(new Set(evidence).size).toBe(evidence.length);
  return alerts;
}
