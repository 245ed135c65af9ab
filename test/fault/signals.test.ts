import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { activity, CORRELATIONS, FIRST_SEEN, SINGLE, timeOf, WITHOUT } from '../services/correlation.ts';
import { alertsIn, evaluated, type Told } from '../services/evaluated.ts';
import { integration } from '../services/integration.ts';
import { type Running, start } from '../services/keywarden.ts';
import { seeded } from '../services/random.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const KILLS = 5;
const EVENTS_A_KILL = 2_000;
const SEED = 20_261_125;
const TIMEOUT_MS = 600_000;

const MORE = { rules: [CORRELATIONS, FIRST_SEEN, WITHOUT, SINGLE] };
const END = timeOf(KILLS * EVENTS_A_KILL - 1);

const run = (rig: Rig): Running => start(['run', '--config', rig.config(undefined, { bulk: { linger: 50 } }, MORE)]);

/** So many processes read the topics from the beginning and stop in order. */
async function readBy(processes: number, logs: Rig): Promise<readonly Told[]> {
  const rig = await newRig(logs);
  const running = Array.from({ length: processes }, () => run(rig));
  await evaluated(rig, END, { log: () => running.map(({ log }) => log()).join('\n') }, 180_000);
  for (const one of running) await stopped(one);
  return alertsIn(rig);
}

/** Three processes read while it is written; one after the other is killed and begins again. */
async function readByTheKilled(rig: Rig): Promise<readonly Told[]> {
  const random = seeded(SEED);
  const running = [run(rig), run(rig), run(rig)];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await produce(rig.audit, activity(EVENTS_A_KILL, kill * EVENTS_A_KILL));
    await sleep(300 + random() * 6_000);
    const which = kill % running.length;
    running[which]?.kill('SIGKILL');
    running[which] = run(rig);
    // While it restores what it had.
    if (kill % 3 !== 2) continue;
    await sleep(1_000 + random() * 2_000);
    running[which]?.kill('SIGKILL');
    running[which] = run(rig);
  }
  await evaluated(rig, END, { log: () => running.map(({ log }) => log()).join('\n') }, 180_000);
  for (const one of running) await stopped(one);
  return alertsIn(rig);
}

integration(
  'one process, three, and three of which one after the other is killed make the same alerts of one topic',
  async () => {
    const rig = await newRig();
    const killed = await readByTheKilled(rig);
    const one = await readBy(1, rig);
    const three = await readBy(3, rig);
    expect(new Set(one.map(({ rule }) => rule.name)).size).toBe(5);
    expect(three).toEqual(one);
    expect(killed).toEqual(one);
  },
  TIMEOUT_MS,
);
