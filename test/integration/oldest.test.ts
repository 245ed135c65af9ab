import { expect } from '@jest/globals';
import { account, documents } from '../services/index.ts';
import { integration, services } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { ownElasticsearch } from '../services/own.ts';
import { newRig } from '../services/rig.ts';
import { stopped } from '../services/story.ts';
import { lag } from '../services/topics.ts';

const OLDEST = '8.19.0';
const AUDIT = 'deploy/sample/kube-apiserver-audit.jsonl';
const ETCD = 'deploy/sample/etcd.jsonl';

integration(`Elasticsearch ${OLDEST}, the oldest that is promised, takes the sample and its alerts`, async () => {
  services.elasticsearch = (await ownElasticsearch(OLDEST)).address;
  const rig = await newRig();
  const config = rig.config();
  for (const [file, topic] of [
    [AUDIT, rig.audit],
    [ETCD, rig.etcd],
  ] as const) {
    expect((await keywarden(['replay', file, '--topic', topic, '--config', config])).code).toBe(0);
  }
  const running = start(['run', '--config', config]);
  const left = async (): Promise<number> =>
    (await lag(rig.group, rig.audit)).left + (await lag(rig.group, rig.etcd)).left;
  await eventually(async () => (await left()) === 0, running.log);
  await stopped(running);
  const { kubernetes, etcd, alerts } = rig.indices;
  expect(await account(kubernetes)).toEqual({ documents: 1_663, ids: 1_663 });
  expect(await account(etcd)).toEqual({ documents: 1_351, ids: 1_351 });
  // Of a log that is spread over partitions it is not seen that it is saturated.
  const loud = { bool: { must_not: { term: { 'keywarden.alert.level': 'informational' } } } };
  const found = (await keywarden(['hunt', AUDIT, ETCD, '--format', 'jsonl'])).stdout.trimEnd().split('\n');
  // What no request explains is judged once the logs have gone on, which here they do not.
  const isOfOneEvent = (text: string): boolean => !text.includes('without an API request');
  const expected = found.filter(line => !line.includes('"informational"') && isOfOneEvent(line));
  const indexed = (await documents(alerts, loud)).filter(hit => isOfOneEvent(JSON.stringify(hit)));
  expect(indexed.length).toBe(expected.length);
  expect((await lag('nobody', rig.deadLetters)).total).toBe(0);
});
