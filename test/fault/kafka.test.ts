import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { auditRecords } from '../services/events.ts';
import { integration, services } from '../services/integration.ts';
import { eventually, type Running, start } from '../services/keywarden.ts';
import { ownKafka } from '../services/own.ts';
import { newRig } from '../services/rig.ts';
import { allCommitted, carryThrough, expectAccount, stopped, underLoad } from '../services/story.ts';
import { lag, produce } from '../services/topics.ts';

const EVENTS = 20_000;
const BETWEEN_MS = 3_000;
/** After this time Kubernetes kills. */
const GRACE_MS = 30_000;
const TIMEOUT_MS = 300_000;
/** Less than that, so that what stands still is shown with its log. */
const CARRY_MS = 200_000;

integration(
  'the broker restarted under load: every event once, by the same process',
  async () => {
    const broker = await ownKafka();
    services.kafka = broker.address;
    const { rig, running } = await underLoad(EVENTS);
    await broker.halt();
    await broker.begin();
    await produce(rig.audit, auditRecords(EVENTS, EVENTS));
    await allCommitted(rig, running, CARRY_MS);
    await stopped(running);
    await expectAccount(rig, EVENTS * 2);
  },
  TIMEOUT_MS,
);

integration(
  'the broker stands still and the process is asked to stop: it ends in time, and every event is there once',
  async () => {
    const broker = await ownKafka();
    services.kafka = broker.address;
    const { rig, running } = await underLoad(EVENTS);
    await broker.pause();
    const asked = Date.now();
    running.kill('SIGTERM');
    const { code } = await running.ended;
    expect([code, Date.now() - asked < GRACE_MS]).toEqual([0, true]);
    await broker.resume();
    await carryThrough(rig, CARRY_MS);
    await expectAccount(rig, EVENTS);
  },
  TIMEOUT_MS,
);

integration(
  'three processes that come and go every few seconds: every event once',
  async () => {
    const rig = await newRig();
    const config = rig.config(undefined, { bulk: { bytes: 50_000 } });
    const joins = async (): Promise<Running> => {
      const running = start(['run', '--config', config]);
      await eventually(async () => running.log().includes('partitions assigned'), running.log);
      return running;
    };
    const group = [await joins(), await joins(), await joins()];
    let produced = 0;
    for (let round = 0; round < 6; round += 1) {
      await produce(rig.audit, auditRecords(EVENTS / 4, produced));
      produced += EVENTS / 4;
      const leaver = group.shift();
      // Every second one leaves without a word.
      if (round % 2 === 1) leaver?.kill('SIGKILL');
      else if (leaver !== undefined) await stopped(leaver);
      await sleep(BETWEEN_MS);
      group.push(await joins());
    }
    await eventually(
      async () => (await lag(rig.group, rig.audit)).left === 0,
      () => group.map(({ log }) => log()).join(),
    );
    await Promise.all(group.map(stopped));
    await expectAccount(rig, produced);
  },
  TIMEOUT_MS,
);
