import { auditRecords } from '../services/events.ts';
import { rollOver } from '../services/index.ts';
import { integration, services } from '../services/integration.ts';
import { start } from '../services/keywarden.ts';
import { faultyProxy, type Moment } from '../services/proxy.ts';
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
      const [place, phase] = PLACES[kill % PLACES.length] ?? PLACES[0];
      const nth = 1 + Math.floor(random() * 4);
      let seen = 0;
      const reached = Promise.withResolvers<void>();
      // The moment stands still: what follows it never happens.
      const witness = (moment: Moment): Promise<void> | undefined => {
        if (!moment.path.includes(place) || moment.phase !== phase || ++seen < nth) return undefined;
        reached.resolve();
        return new Promise(() => {});
      };
      const proxy = await faultyProxy(services.elasticsearch, { witness });
      const settings = { bulk: { linger: 50, bytes: 20_000 } };
      const running = start(['run', '--config', rig.config(proxy.address, settings)]);
      await reached.promise;
      running.kill('SIGKILL');
      await running.ended;
      await proxy.close();
      if (kill % 5 === 4) await rollOver(rig.indices.kubernetes);
    }
    await carryThrough(rig);
    await expectAccount(rig, KILLS * EVENTS_A_KILL);
  },
  TIMEOUT_MS,
);
