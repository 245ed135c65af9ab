import { expect } from '@jest/globals';
import { auditRecords } from '../services/events.ts';
import { integration, services } from '../services/integration.ts';
import { eventually, start } from '../services/keywarden.ts';
import { peakKilobytes } from '../services/peak.ts';
import { faultyProxy } from '../services/proxy.ts';
import { newRig } from '../services/rig.ts';
import { lag, produce } from '../services/topics.ts';

const EVENTS = 1_000_000;
const EVENT_BYTES = 1_100;
const CHUNK = 50_000;
const DOWN_MS = 30_000;
const MAX_RSS_KB = 300 * 1_024;
const TIMEOUT_MS = 600_000;

integration(
  'a backlog of a million events and Elasticsearch down, then back: never 300 MB',
  async () => {
    const rig = await newRig();
    for (let from = 0; from < EVENTS; from += CHUNK) await produce(rig.audit, auditRecords(CHUNK, from, EVENT_BYTES));
    const began = Date.now();
    const isDown = (): boolean => Date.now() - began < DOWN_MS;
    const proxy = await faultyProxy(services.elasticsearch, {
      judge: path => (path.startsWith('/_bulk') && isDown() ? 'throttle' : 'pass'),
    });
    const running = start(['run', '--config', rig.config(proxy.address)]);
    // A tenth of it delivered: the memory has long found its level.
    await eventually(async () => (await lag(rig.group, rig.audit)).left < EVENTS * 0.9, running.log, TIMEOUT_MS);
    const peak = peakKilobytes(running.pid);
    running.kill('SIGKILL');
    await running.ended;
    await proxy.close();
    expect(peak).toBeLessThan(MAX_RSS_KB);
  },
  TIMEOUT_MS,
);
