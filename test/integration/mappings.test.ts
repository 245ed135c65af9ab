import { expect } from '@jest/globals';
import { CLOUDS } from '../fixtures/clouds.ts';
import { RECORDED } from '../fixtures/recorded.ts';
import { account } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { allRead, stopped } from '../services/story.ts';
import { lag, produce } from '../services/topics.ts';

integration('Elasticsearch refuses nothing of the recordings, of EKS, AKS and GKE', async () => {
  const rig = await newRig();
  const records = [...RECORDED, ...CLOUDS.records];
  await produce(rig.audit, records);
  const running = start(['run', '--config', rig.config()]);
  await allRead(rig, running);
  const counts = await stopped(running);
  expect(counts).toMatchObject({ records: records.length, refused: 0, deadLetters: 0 });
  expect((await lag('nobody', rig.deadLetters)).total).toBe(0);
  const [audit, etcd] = [await account(rig.indices.kubernetes), await account(rig.indices.etcd)];
  expect(audit.documents + etcd.documents).toBe(counts['events']);
});
