import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import type { EcsDocument } from '../../src/model/event.ts';
import type { FilterSummary } from '../../src/model/filter.ts';
import { count, documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { allCommitted, stopped } from '../services/story.ts';
import { lag } from '../services/topics.ts';

const AUDIT = 'deploy/sample/kube-apiserver-audit.jsonl';
const LINES = 1_663;
const TYPICAL = 'deploy/filters/typical-cluster.yml';

integration('what filters leave out is not in the index, is counted there, and holds back no offset', async () => {
  const rig = await newRig();
  const config = rig.config(undefined, {}, { filters: [TYPICAL] });
  expect((await keywarden(['replay', AUDIT, '--topic', rig.audit, '--config', config])).code).toBe(0);
  const running = start(['run', '--config', config]);
  await allCommitted(rig, running);
  await stopped(running);
  expect(await lag(rig.group, rig.audit)).toEqual({ left: 0, total: LINES });
  await eventually(async () => (await count(rig.indices.filters)) > 0, running.log);

  const events = await documents<EcsDocument>(rig.indices.kubernetes);
  const summaries = await documents<FilterSummary>(rig.indices.filters);
  const dropped = summaries.reduce((sum, { _source }) => sum + _source.keywarden.filter.dropped, 0);
  expect(dropped).toBeGreaterThan(0);
  expect(events.length + dropped).toBe(LINES);

  const stripped = events.filter(({ _source }) => _source.keywarden.filter?.left_out !== undefined);
  expect(stripped.length).toBeGreaterThan(0);
  expect(stripped.filter(({ _source }) => _source.kubernetes?.audit['requestObject'] !== undefined)).toEqual([]);

  const ids = new Set(events.map(({ _id }) => _id));
  const alerts = await documents<Alert>(rig.indices.alerts);
  expect(alerts.length).toBeGreaterThan(0);
  const evidence = alerts.flatMap(({ _source }) => _source.keywarden.alert.evidence);
  expect(evidence.filter(({ event_id: id }) => !ids.has(id))).toEqual([]);
});

integration('a filter that cannot be used stops the start', async () => {
  const rig = await newRig();
  const { code, stderr } = await keywarden([
    'run',
    '--config',
    rig.config(undefined, {}, { filters: ['package.json'] }),
  ]);
  expect([code, stderr.includes('the filter cannot be used: package.json:1:')]).toEqual([2, true]);
});
