import { expect } from '@jest/globals';
import type { EcsDocument } from '../../src/model/event.ts';
import { count, documents } from '../services/index.ts';
import { integration, services } from '../services/integration.ts';
import { eventually, start } from '../services/keywarden.ts';
import { faultyProxy } from '../services/proxy.ts';
import { newRig } from '../services/rig.ts';
import { lag, produce } from '../services/topics.ts';

const EVENTS = 3_000;

const record = (n: number): string =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID: `id-${n}`,
    stage: 'ResponseComplete',
    verb: 'get',
  });

integration(
  'killed after Elasticsearch took a body and before the commit: every event is there, none twice',
  async () => {
    const rig = await newRig();
    await produce(
      rig.audit,
      Array.from({ length: EVENTS }, (_, n) => record(n)),
    );
    // Elasticsearch has indexed when the answer is held, and Keywarden cannot know it: nothing is committed.
    const proxy = await faultyProxy(services.elasticsearch, {
      judge: path => (path.startsWith('/_bulk') ? 'hold' : 'pass'),
    });
    const first = start(['run', '--config', rig.config(proxy.address)]);
    await proxy.held;
    first.kill('SIGKILL');
    await first.ended;
    await proxy.close();
    const taken = await count(rig.indices.kubernetes);
    expect(taken).toBeGreaterThan(0);
    expect(await lag(rig.group, rig.audit)).toEqual({ left: EVENTS, total: EVENTS });

    const second = start(['run', '--config', rig.config()]);
    await eventually(async () => (await lag(rig.group, rig.audit)).left === 0, second.log);
    second.kill('SIGTERM');
    const { code, stderr } = await second.ended;
    expect(code).toBe(0);
    const found = await documents<EcsDocument>(rig.indices.kubernetes);
    const ids = found.map(({ _source }) => _source.kubernetes?.audit['auditID']);
    expect([found.length, new Set(ids).size]).toEqual([EVENTS, EVENTS]);
    const stopped = stderr.split('\n').flatMap(line => (line.includes('"stopped"') ? [JSON.parse(line)] : []))[0];
    // Bodies that were in flight at the kill may have been taken after the count.
    expect(stopped).toMatchObject({ records: EVENTS, refused: 0 });
    expect(stopped.written + stopped.duplicates).toBe(EVENTS);
    expect(stopped.duplicates).toBeGreaterThanOrEqual(taken);
  },
);
