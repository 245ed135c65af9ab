import { expect } from '@jest/globals';
import { PLANTED, USER_PATHS } from '../fixtures/secrets.ts';
import { documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { keywarden, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { allCommitted } from '../services/story.ts';
import { consume, lag, produce } from '../services/topics.ts';

/** Stands in a field that is never cut, where Elasticsearch refuses it and quotes it in its reason. */
const QUOTED = 'c3dvcmRmaXNoquoted';
const REFUSED = JSON.stringify({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  auditID: 'refused',
  stage: 'ResponseComplete',
  responseStatus: { code: 200, reason: { nested: QUOTED } },
});

integration('no planted secret is in anything that is written: indices, topics, logs, terminal', async () => {
  const rig = await newRig();
  const records = PLANTED.map(({ record }) => record);
  await produce(rig.audit, [...records, REFUSED]);
  const config = rig.config(undefined, {}, { redact: USER_PATHS, log: { level: 'trace' } });
  const running = start(['run', '--config', config]);
  await allCommitted(rig, running);
  running.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  expect(code).toBe(0);

  const { kubernetes, etcd, alerts } = rig.indices;
  const indexed = await Promise.all([kubernetes, etcd, alerts].map(index => documents(index)));
  const letters = await consume(rig.deadLetters, (await lag('nobody', rig.deadLetters)).total);
  expect(indexed.map(({ length }) => length > 0)).toEqual([true, true, true]);
  expect(letters.filter(letter => letter.includes('"stage":"deliver"'))).toHaveLength(1);
  expect(JSON.stringify([letters, stderr])).not.toContain(QUOTED);

  const input = records.join('\n');
  const redact = USER_PATHS.flatMap(path => ['--redact', path]);
  const hunted = await Promise.all(
    ['table', 'jsonl', 'json'].map(format => keywarden(['hunt', '-', '--format', format, ...redact], {}, input)),
  );
  const normalized = await keywarden(['normalize', '-', ...redact], {}, input);
  const written = JSON.stringify([indexed, letters, stdout, stderr, hunted, normalized]);
  expect(PLANTED.filter(({ secret }) => written.includes(secret)).map(({ where }) => where)).toEqual([]);
});
