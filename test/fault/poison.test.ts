import { expect } from '@jest/globals';
import { auditRecords } from '../services/events.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { newRig } from '../services/rig.ts';
import { carryThrough, expectAccount } from '../services/story.ts';
import { consume, produce } from '../services/topics.ts';

const EVENTS = 10_000;
const POISON = '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":7}';

integration('a poison record among 10,000 is one dead letter, and its neighbours are documents', async () => {
  const rig = await newRig();
  const records = auditRecords(EVENTS);
  await produce(rig.audit, [...records.slice(0, 5_000), POISON, ...records.slice(5_000)], 0);
  await carryThrough(rig);
  await expectAccount(rig, EVENTS + 1, 1);
  const letters = (await consume(rig.deadLetters, 1)).map(text => JSON.parse(text));
  expect(letters).toMatchObject([
    { reason: 'auditID: expected text, found a number', origin: { topic: rig.audit, partition: 0, offset: 5_000 } },
  ]);
  const neighbours = { terms: { 'keywarden.origin.offset': [4_999, 5_001] } };
  expect(await documents(rig.indices.kubernetes, neighbours)).toHaveLength(2);
});
