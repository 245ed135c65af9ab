import { expect } from '@jest/globals';
import type { EcsDocument } from '../../src/model/event.ts';
import { auditRecords } from '../services/events.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, start } from '../services/keywarden.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { allRead, carryThrough, stopped } from '../services/story.ts';
import { dropRecords, produce } from '../services/topics.ts';

const gapsIn = async (rig: Rig): Promise<readonly EcsDocument[]> => {
  const query = { term: { 'event.kind': 'pipeline_error' } };
  return (await documents<EcsDocument>(rig.indices.kubernetes, query)).map(({ _source }) => _source);
};

integration('records that retention drops before they are read are an event that counts them', async () => {
  const rig = await newRig();
  await produce(rig.audit, auditRecords(100), 0);
  await carryThrough(rig);
  await produce(rig.audit, auditRecords(50, 100), 0);
  await dropRecords(rig.audit, 0, 130);
  const running = start(['run', '--config', rig.config()]);
  await eventually(async () => (await gapsIn(rig)).length > 0, running.log);
  await allRead(rig, running);
  const counts = await stopped(running);
  expect(counts).toMatchObject({ records: 20, gaps: { lost: 30 } });
  expect(await gapsIn(rig)).toMatchObject([
    {
      event: { action: 'records_lost', kind: 'pipeline_error' },
      orchestrator: { cluster: { name: 'lab' } },
      keywarden: { lost: 30, origin: { topic: rig.audit, partition: 0, offset: 100 } },
    },
  ]);
  expect(running.log()).toContain('30 records of');
});

integration('a partition that falls silent while another goes on is an event', async () => {
  const rig = await newRig();
  const running = start(['run', '--config', rig.config(undefined, {}, { gaps: { silence: 2_000 } })]);
  await produce(rig.audit, auditRecords(1), 0);
  let more = 1;
  const speaks = async (): Promise<void> => produce(rig.audit, auditRecords(1, more++), 1);
  await eventually(async () => {
    await speaks();
    return (await gapsIn(rig)).length > 0;
  }, running.log);
  await stopped(running);
  expect((await gapsIn(rig))[0]).toMatchObject({
    event: { action: 'stream_silent' },
    message: expect.stringContaining(`${rig.audit}/0`),
  });
});
