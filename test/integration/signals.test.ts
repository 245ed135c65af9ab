import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import { activity, CORRELATIONS, FIRST_SEEN, listBy, momentOf, timeOf } from '../services/correlation.ts';
import { evaluated } from '../services/evaluated.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { keywarden, start } from '../services/keywarden.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const EVENTS = 2_000;

const alertsOf = async (rig: Rig): Promise<readonly Alert[]> =>
  (await documents<Alert>(rig.indices.alerts)).map(({ _source }) => _source);

/** Runs until all before that moment is evaluated, and stops. */
async function runUntil(rig: Rig, ms: number, more: object) {
  const running = start(['run', '--config', rig.config(undefined, {}, more)]);
  await evaluated(rig, ms, running);
  return stopped(running);
}

integration('matches of three partitions meet in the signals topic and make the alerts of correlations', async () => {
  const rig = await newRig();
  await produce(rig.audit, activity(EVENTS));
  const counts = await runUntil(rig, timeOf(EVENTS - 1), { rules: [CORRELATIONS] });
  const alerts = await alertsOf(rig);
  expect(counts).toMatchObject({ signalsLate: 0, signalsHurried: 0, alertsCreated: alerts.length });
  expect(new Set(alerts.map(({ rule }) => rule.name))).toEqual(new Set(['Many deletions', 'Lists, then a deletion']));
  const many = alerts.find(({ rule }) => rule.name === 'Many deletions');
  expect(many?.message).toMatch(/^user-\d+ deleted \d+ times$/);
  expect(many?.keywarden.alert.count).toBeGreaterThanOrEqual(3);
});

integration('what was seen is known after a restart', async () => {
  const rig = await newRig();
  const more = { rules: [FIRST_SEEN] };
  await produce(
    rig.audit,
    [...Array(20).keys()].map(n => listBy(n % 2 === 0 ? 'alice' : 'bob', n * 10)),
  );
  await runUntil(rig, momentOf(190), more);
  expect(await alertsOf(rig)).toEqual([]);
  await produce(rig.audit, [listBy('alice', 600), listBy('mallory', 601), listBy('bob', 602)]);
  await runUntil(rig, momentOf(602), more);
  expect((await alertsOf(rig)).map(({ message }) => message)).toEqual(['mallory was never seen before']);
});

integration('with another number of partitions than the topics have, run does not begin', async () => {
  const rig = await newRig();
  const signals = { topic: rig.signals, stateTopic: rig.state, partitions: 4 };
  const { code, stderr } = await keywarden(['run', '--config', rig.config(undefined, {}, { signals })]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(`signals.partitions: is 4, and ${rig.signals} has 3`)]);
});
