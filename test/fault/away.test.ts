import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { auditRecords } from '../services/events.ts';
import { integration, services } from '../services/integration.ts';
import { ownElasticsearch } from '../services/own.ts';
import { allCommitted, carryThrough, expectAccount, stopped, underLoad } from '../services/story.ts';
import { lag, produce } from '../services/topics.ts';

const EVENTS = 20_000;
const AWAY_MS = 30_000;
/** A node starts twice in each of these tests. */
const TIMEOUT_MS = 300_000;

integration(
  'Elasticsearch stopped for 30 seconds under load, then back: every event once, by the same process',
  async () => {
    const node = await ownElasticsearch();
    services.elasticsearch = node.address;
    const { rig, running } = await underLoad(EVENTS);
    await node.halt();
    await produce(rig.audit, auditRecords(EVENTS, EVENTS));
    await sleep(AWAY_MS);
    expect((await lag(rig.group, rig.audit)).left).toBeGreaterThan(0);
    await node.begin();
    await allCommitted(rig, running, TIMEOUT_MS);
    await stopped(running);
    await expectAccount(rig, EVENTS * 2);
  },
  TIMEOUT_MS,
);

integration(
  'Elasticsearch paused under full load, and the process killed in that state: every event once',
  async () => {
    const node = await ownElasticsearch();
    services.elasticsearch = node.address;
    const { rig, running } = await underLoad(EVENTS);
    await node.pause();
    await produce(rig.audit, auditRecords(EVENTS, EVENTS));
    running.kill('SIGKILL');
    await running.ended;
    await node.resume();
    await carryThrough(rig, TIMEOUT_MS);
    await expectAccount(rig, EVENTS * 2);
  },
  TIMEOUT_MS,
);
