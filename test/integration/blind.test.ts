import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import type { EcsDocument } from '../../src/model/event.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { requestIn, UNEXPLAINED, writeIn } from '../services/join.ts';
import { eventually, start } from '../services/keywarden.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { stopped } from '../services/story.ts';
import { produce } from '../services/topics.ts';

const messagesOf = async (rig: Rig): Promise<readonly string[]> =>
  (await documents<Alert>(rig.indices.alerts)).map(({ _source }) => _source.message).sort();

const gapsOf = async (rig: Rig): Promise<readonly string[]> =>
  (await documents<EcsDocument>(rig.indices.kubernetes, { term: { 'event.kind': 'pipeline_error' } }))
    .map(({ _source }) => _source.event.action)
    .sort();

integration(
  'while the audit log is silent a write is not judged, said so once, and judged when it returns',
  async () => {
    const rig = await newRig();
    const signals = {
      topic: rig.signals,
      stateTopic: rig.state,
      partitions: 3,
      lateness: '2s',
      idleAfter: '3s',
      blindAfter: '20s',
    };
    const running = start(['run', '--config', rig.config(undefined, {}, { rules: [UNEXPLAINED], signals })]);
    await produce(
      rig.audit,
      [0, 10, 20, 30].map(second => requestIn('honest', second)),
      0,
    );
    await produce(
      rig.etcd,
      [writeIn('honest', 10), writeIn('secret', 15), writeIn('honest', 40), writeIn('secret', 45)],
      0,
    );
    const found = '/registry/configmaps/secret/cm15 was written and nobody asked for it';
    await eventually(async () => (await messagesOf(rig)).includes(found), running.log);

    // etcd's log goes on, and the API server's does not.
    for (const second of [60, 80, 100]) await produce(rig.etcd, [writeIn('honest', second)], 0);
    await eventually(async () => (await gapsOf(rig)).length === 1, running.log);
    expect(await gapsOf(rig)).toEqual(['blind']);
    const [blind, ...others] = (await messagesOf(rig)).filter(message => message !== found);
    expect([blind, others]).toEqual([expect.stringContaining('are blind since 2026-01-01T00:00:28.000Z'), []]);

    await produce(
      rig.audit,
      [40, 60, 80, 100, 110, 120].map(second => requestIn('honest', second)),
      0,
    );
    await eventually(async () => (await gapsOf(rig)).length === 2, running.log);
    expect(await gapsOf(rig)).toEqual(['blind', 'sight_returned']);
    await eventually(async () => (await messagesOf(rig)).length === 2, running.log);
    const evidence = async () =>
      (await documents<Alert>(rig.indices.alerts, { match_phrase: { message: found } }))
        .flatMap(({ _source }) => _source.keywarden.alert.evidence)
        .map(({ timestamp }) => timestamp);
    await eventually(async () => (await evidence()).length === 2, running.log);
    expect(await evidence()).toEqual(['2026-01-01T00:00:15.000Z', '2026-01-01T00:00:45.000Z']);
    const counts = await stopped(running);
    expect(counts).toMatchObject({ notJudged: 0, blind: 0 });
  },
);
