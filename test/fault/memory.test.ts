import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import { auditRecords } from '../services/events.ts';
import { integration, services } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { peakKilobytes } from '../services/peak.ts';
import { faultyProxy } from '../services/proxy.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { lag } from '../services/topics.ts';

const EVENT_BYTES = 1_100;
const CHUNK = 50_000;
const DOWN_MS = 30_000;
const TIMEOUT_MS = 600_000;

/** What no rule looks for. */
const harmless = (record: string): string =>
  record.replace('system:serviceaccount:default:worker', 'somebody').replace('"verb":"list"', '"verb":"get"');
/** A service account without a token, which is an alert. */
const suspicious = (record: string): string => record;

const cases: [name: string, events: number, delivered: number, eventOf: (record: string) => string, mb: number][] = [
  // A tenth of it delivered: the memory has long found its level.
  ['a backlog of a million events', 1_000_000, 100_000, harmless, 300],
  ['a flood of which each event is an alert', 150_000, 130_000, suspicious, 450],
];
for (const [name, events, delivered, eventOf, mb] of cases) {
  integration(
    `${name} and Elasticsearch down, then back: never ${mb} MB`,
    async () => {
      const rig = await newRig();
      await fill(rig, events, eventOf);
      const began = Date.now();
      const isDown = (): boolean => Date.now() - began < DOWN_MS;
      const proxy = await faultyProxy(services.elasticsearch, {
        judge: path => (path.startsWith('/_bulk') && isDown() ? 'throttle' : 'pass'),
      });
      const running = start(['run', '--config', rig.config(proxy.address)]);
      const isDelivered = async () => (await lag(rig.group, rig.audit)).left <= events - delivered;
      await eventually(isDelivered, running.log, TIMEOUT_MS);
      const peak = peakKilobytes(running.pid);
      running.kill('SIGKILL');
      await running.ended;
      await proxy.close();
      expect(peak).toBeLessThan(mb * 1_024);
    },
    TIMEOUT_MS,
  );
}

/** By a process of its own: what is sent through the memory of all tests before costs minutes. */
async function fill(rig: Rig, events: number, eventOf: (record: string) => string): Promise<void> {
  const file = join(mkdtempSync(join(tmpdir(), 'keywarden-events-')), 'events.jsonl');
  for (let from = 0; from < events; from += CHUNK)
    appendFileSync(file, `${auditRecords(CHUNK, from, EVENT_BYTES).map(eventOf).join('\n')}\n`);
  const { code, stderr } = await keywarden(['replay', file, '--topic', rig.audit, '--config', rig.config()]);
  rmSync(dirname(file), { recursive: true });
  if (code !== 0) throw new Error(stderr);
}
