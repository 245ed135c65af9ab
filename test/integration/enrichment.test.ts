import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { EcsDocument } from '../../src/model/event.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { lag, produce } from '../services/topics.ts';
import { mmdb } from '../unit/enrich/mmdb.ts';
import { auditEvent } from '../unit/normalize/support.ts';

const OSLO = {
  country: { iso_code: 'NO', names: { en: 'Norway' } },
  location: { latitude: 59.91, longitude: 10.75 },
  autonomous_system_number: 64_500,
};

integration('what is known of addresses and users is in the index and can be searched', async () => {
  const rig = await newRig();
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-enrichment-'));
  const [database, labels] = [join(folder, 'a.mmdb'), join(folder, 'labels.yml')];
  writeFileSync(database, mmdb(6, { '81.2.69.0/24': OSLO }));
  writeFileSync(labels, 'labels: people\nentries: [{ user: alice, label: contractor }]\n');
  const config = rig.config(undefined, {}, { enrichment: { geoip: [database], labels: [labels] } });
  await produce(rig.audit, [JSON.stringify(auditEvent({ sourceIPs: ['81.2.69.7'] }))], 0);
  const running = start(['run', '--config', config]);
  await eventually(async () => (await lag(rig.group, rig.audit)).left === 0, running.log);
  running.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  const near = { geo_distance: { distance: '10km', 'source.geo.location': { lat: 59.9, lon: 10.7 } } };
  const query = { bool: { filter: [near, { term: { 'keywarden.labels': 'contractor' } }] } };
  const found = await documents<EcsDocument>(rig.indices.kubernetes, query);
  expect(found.map(({ _source }) => [_source.source?.as?.number, _source.source?.geo?.country_iso_code])).toEqual([
    [64_500, 'NO'],
  ]);
});

integration('a database that is none stops the start', async () => {
  const rig = await newRig();
  const config = rig.config(undefined, {}, { enrichment: { geoip: ['package.json'] } });
  const { code, stderr } = await keywarden(['run', '--config', config]);
  expect([code, stderr.includes('package.json: is no MaxMind database')]).toEqual([2, true]);
});
