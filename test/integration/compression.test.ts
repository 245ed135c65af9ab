import { expect } from '@jest/globals';
import { count } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { createCompressedTopic, produce } from '../services/topics.ts';

const EVENTS = 500;
const COMPRESSIONS = ['gzip', 'snappy', 'lz4', 'zstd'];

integration('batches are read in every compression that Kafka knows', async () => {
  const rig = await newRig();
  const topics = COMPRESSIONS.map(compression => `${rig.audit}-${compression}`);
  for (const [i, topic] of topics.entries()) {
    await createCompressedTopic(topic, COMPRESSIONS[i] ?? '');
    await produce(
      topic,
      Array.from({ length: EVENTS }, (_, n) =>
        JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: `${topic}-${n}`, stage: 'Panic' }),
      ),
    );
  }
  const running = start(['run', '--config', rig.config()], { KEYWARDEN_KAFKA__TOPICS: topics.join(',') });
  await eventually(async () => (await count(rig.indices.kubernetes)) >= EVENTS * topics.length, running.log);
  running.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  expect(await count(rig.indices.kubernetes)).toBe(EVENTS * topics.length);
});
