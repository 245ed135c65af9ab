import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import { activity, CORRELATIONS } from '../services/correlation.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { allCommitted, stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

integration('matches of one topic meet in the signals topic and make the alerts of correlations', async () => {
  const rig = await newRig();
  await produce(rig.audit, activity(2_000));
  const running = start(['run', '--config', rig.config(undefined, {}, { rules: [CORRELATIONS] })]);
  await allCommitted(rig, running);
  const alerts = async () => (await documents<Alert>(rig.indices.alerts)).map(({ _source }) => _source);
  await eventually(async () => (await alerts()).length > 10, running.log);
  await stopped(running);
  const names = new Set((await alerts()).map(({ rule }) => rule.name));
  expect(names).toEqual(new Set(['Many lists', 'Lists, then a deletion']));
});
