import { expect } from '@jest/globals';
import { auditRecords } from '../services/events.ts';
import { rollOver } from '../services/index.ts';
import { integration, services } from '../services/integration.ts';
import { start } from '../services/keywarden.ts';
import { faultyProxy, type Moment, type ProxyOptions, type Verdict } from '../services/proxy.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { allCommitted, expectAccount, stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const EVENTS = 6_000;
const LATE_MS = 2_000;

/** Every body of the first ten goes wrong in this way, unless it is the third, sixth or ninth. */
const spoiled: [name: string, verdict: Verdict, timeoutMs: number, duplicates: boolean][] = [
  ['429 for whole requests', 'throttle', 30_000, false],
  ['429 for every second operation', 'throttle-items', 30_000, false],
  ['connections cut in the middle of an answer', 'cut', 30_000, true],
  ['answers that come too late', 'late', LATE_MS / 2, true],
];
for (const [name, verdict, timeoutMs, duplicates] of spoiled) {
  integration(`Elasticsearch answers badly, ${name}: every event once`, async () => {
    const rig = await newRig();
    await produce(rig.audit, auditRecords(EVENTS));
    let bodies = 0;
    const isSpoiled = (path: string): boolean => path.startsWith('/_bulk') && ++bodies <= 10 && bodies % 3 !== 0;
    const counts = await through(rig, timeoutMs, path => (isSpoiled(path) ? verdict : 'pass'));
    await expectAccount(rig, EVENTS);
    expect(counts['written']).toBe(EVENTS - (counts['duplicates'] ?? 0));
    expect((counts['duplicates'] ?? 0) > 0).toBe(duplicates);
  });
}

integration('a rollover between a lost answer and the next try: no event is in both indices', async () => {
  const rig = await newRig();
  await produce(rig.audit, auditRecords(EVENTS));
  let bodies = 0;
  const judge = (path: string): Verdict => (path.startsWith('/_bulk') && ++bodies === 2 ? 'cut' : 'pass');
  const witness = async ({ path, phase }: Moment): Promise<void> => {
    if (bodies === 2 && phase === 'answered' && path.startsWith('/_bulk')) await rollOver(rig.indices.kubernetes);
  };
  const counts = await through(rig, 30_000, judge, witness);
  await expectAccount(rig, EVENTS);
  expect(counts['duplicates']).toBeGreaterThan(0);
});

async function through(
  rig: Rig,
  timeoutMs: number,
  judge: (path: string) => Verdict,
  witness?: ProxyOptions['witness'],
): Promise<Readonly<Record<string, number>>> {
  const proxy = await faultyProxy(services.elasticsearch, {
    judge,
    lateMs: LATE_MS,
    ...(witness === undefined ? {} : { witness }),
  });
  const settings = { requestTimeout: timeoutMs, bulk: { linger: 100, bytes: 200_000 } };
  const running = start(['run', '--config', rig.config(proxy.address, settings)]);
  await allCommitted(rig, running);
  const counts = await stopped(running);
  await proxy.close();
  return counts;
}
