import { auditRecords } from '../services/events.ts';
import { rollOver } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { killedAt } from '../services/killed.ts';
import { seeded } from '../services/random.ts';
import { newRig } from '../services/rig.ts';
import { carryThrough, expectAccount } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const KILLS = 20;
const EVENTS_A_KILL = 1_000;
const SEED = 20_261_124;
/** Above the time that a whole test run of twenty starts takes on a slow machine. */
const TIMEOUT_MS = 600_000;

/** The moments that a delivery has: a body, the look-up after an assignment, and its refresh, before and after each is done. */
const PLACES = [
  ['/_bulk', 'answered'],
  ['/_bulk', 'asked'],
  ['/_search', 'asked'],
  ['/_search', 'answered'],
  ['/_refresh', 'answered'],
] as const;

integration(
  'killed at twenty seeded moments, with rollovers between: every event once',
  async () => {
    const rig = await newRig();
    const random = seeded(SEED);
    for (let kill = 0; kill < KILLS; kill += 1) {
      await produce(rig.audit, auditRecords(EVENTS_A_KILL, kill * EVENTS_A_KILL));
      const [path, phase] = PLACES[kill % PLACES.length] ?? PLACES[0];
      await killedAt({ path, phase, nth: 1 + Math.floor(random() * 4) }, rig);
      if (kill % 5 === 4) await rollOver(rig.indices.kubernetes);
    }
    await carryThrough(rig);
    await expectAccount(rig, KILLS * EVENTS_A_KILL);
  },
  TIMEOUT_MS,
);
