import { expect } from '@jest/globals';
import { documents, update } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, start } from '../services/keywarden.ts';
import { killedAt, MANY_BODIES } from '../services/killed.ts';
import { expectCounted, matches, RULE_FILE } from '../services/matches.ts';
import { seeded } from '../services/random.ts';
import { newRig } from '../services/rig.ts';
import { allCommitted, carryThrough, stopped } from '../services/story.ts';
import { lag, produce } from '../services/topics.ts';

const KILLS = 15;
const EVENTS_A_KILL = 400;
const SEED = 20_261_125;
/** Above the time that a whole test run of twenty starts takes on a slow machine. */
const TIMEOUT_MS = 600_000;

/** The moments that an alert's delivery has: a body, the look-ups after an assignment, and what is read after a conflict. */
const PLACES = [
  ['/_bulk', 'answered'],
  ['/_bulk', 'asked'],
  ['alerts', 'answered'],
  ['/_bulk', 'answered'],
  ['/_search', 'answered'],
] as const;

const MORE = { rules: [RULE_FILE] };

integration(
  'killed at fifteen seeded moments, with alerts closed between: every match is counted once',
  async () => {
    const rig = await newRig();
    const random = seeded(SEED);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await produce(rig.audit, matches(EVENTS_A_KILL, kill * EVENTS_A_KILL));
      const [path, phase] = PLACES[kill % PLACES.length] ?? PLACES[0];
      const nth = 1 + Math.floor(random() * 6);
      await killedAt({ path, phase, nth }, rig, MORE, running => allCommitted(rig, running));
      if (kill % 4 === 3) await closeOne(rig.indices.alerts);
    }
    await carryThrough(rig, undefined, MORE);
    await expectCounted(rig, KILLS * EVENTS_A_KILL);
    expect((await lag('nobody', rig.deadLetters)).total).toBe(0);
  },
  TIMEOUT_MS,
);

integration(
  'two processes that come and go share the partitions: every match is counted once',
  async () => {
    const rig = await newRig();
    const config = rig.config(undefined, MANY_BODIES, MORE);
    const run = () => start(['run', '--config', config]);
    await produce(rig.audit, matches(2_000));
    const first = run();
    await eventually(async () => (await lag(rig.group, rig.audit)).left < 2_000, first.log);
    const second = run();
    for (const part of [1, 2, 3]) await produce(rig.audit, matches(1_000, 1_000 + part * 1_000));
    await allCommitted(rig, second);
    await produce(rig.audit, matches(2_000, 5_000));
    await stopped(first);
    await allCommitted(rig, second);
    await stopped(second);
    await expectCounted(rig, 7_000);
  },
  TIMEOUT_MS,
);

async function closeOne(index: string): Promise<void> {
  const [alert] = await documents(index, { term: { 'keywarden.alert.status': 'open' } });
  if (alert !== undefined) await update(alert._index, alert._id, { keywarden: { alert: { status: 'closed' } } });
}
