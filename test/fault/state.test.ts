import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { LISTS_AND_DELETIONS } from '../services/correlation.ts';
import { alertsIn, evaluated } from '../services/evaluated.ts';
import { auditRecord } from '../services/events.ts';
import { integration } from '../services/integration.ts';
import { start } from '../services/keywarden.ts';
import { peakKilobytes } from '../services/peak.ts';
import { newRig } from '../services/rig.ts';
import { stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const USERS = 200_000;
const CHUNK = 10_000;
const GROUPS = 5_000;
const PARTITIONS = 3;
const MAX_RSS_KB = 500 * 1_024;
const TIMEOUT_MS = 600_000;
const START = Date.parse('2026-01-01T00:00:00Z');

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-state-'));
const RULES = join(FOLDER, 'rules.yml');
writeFileSync(
  RULES,
  `${LISTS_AND_DELETIONS}---
title: Two lists in a day
id: 33333333-3333-4333-8333-333333333333
level: medium
correlation: { type: event_count, rules: [list], group-by: [user.name], timespan: 1d, condition: { gte: 2 } }
falsepositives: [none]
keywarden: { message: '{user.name} listed', look_first: Look at the user. }
---
title: Ten deletions in a day
id: 66666666-6666-4666-8666-666666666666
level: medium
correlation: { type: event_count, rules: [delete], group-by: [user.name], timespan: 1d, condition: { gte: 10 } }
falsepositives: [none]
keywarden: { message: '{user.name} deleted {count} times', look_first: Look at the user., suppress: 1d }
`,
);

/** Of many users one deletes something at times; each other one lists something once. A hundred in a second. */
function flood(count: number, from: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const at = new Date(START + n * 10).toISOString();
    const who =
      n % CHUNK === 0 ? { verb: 'delete', user: { username: 'mallory' } } : { user: { username: `user-${n}` } };
    return JSON.stringify({
      ...(JSON.parse(auditRecord(n)) as object),
      ...{ verb: 'list', ...who, requestReceivedTimestamp: at, stageTimestamp: at },
    });
  });
}

integration(
  'an attack on the state, groups without number: memory stays bounded, what had to go is counted, another rule sees all',
  async () => {
    const rig = await newRig();
    for (let from = 0; from < USERS; from += CHUNK) await produce(rig.audit, flood(CHUNK, from));
    const { signals: topic, state: stateTopic } = rig;
    const limits = { lateness: '2s', idleAfter: '5s', groups: GROUPS, held: GROUPS };
    const signals = { topic, stateTopic, partitions: PARTITIONS, ...limits };
    const running = start(['run', '--config', rig.config(undefined, {}, { rules: [RULES], signals })]);
    await evaluated(rig, START + (USERS - 1) * 10, running, TIMEOUT_MS);
    const peak = peakKilobytes(running.pid);
    const counts = await stopped(running);
    const { stateEvicted = 0, stateHeld = 0 } = counts;
    const told = (await alertsIn(rig)).map(({ rule: { name }, alert }) => [name, (alert as { count: number }).count]);
    expect(told).toEqual([['Ten deletions in a day', USERS / CHUNK]]);
    expect(counts['signals']).toBe(USERS);
    expect(stateHeld).toBeLessThanOrEqual(PARTITIONS * GROUPS + USERS / CHUNK);
    expect(stateEvicted + stateHeld).toBe(USERS);
    expect(peak).toBeLessThan(MAX_RSS_KB);
  },
  TIMEOUT_MS,
);
