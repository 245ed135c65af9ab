import { expect } from '@jest/globals';
import type { Alert } from '../../src/model/alert.ts';
import type { EcsDocument } from '../../src/model/event.ts';
import { evaluated } from '../services/evaluated.ts';
import { auditRecord } from '../services/events.ts';
import { count, documents } from '../services/index.ts';
import { integration } from '../services/integration.ts';
import { eventually, keywarden, start } from '../services/keywarden.ts';
import { newRig } from '../services/rig.ts';
import { consume, lag, produce } from '../services/topics.ts';

const AUDIT = 'deploy/sample/kube-apiserver-audit.jsonl';
const ETCD = 'deploy/sample/etcd.jsonl';
const AUDIT_LINES = 1_663;
const ETCD_LINES = 1_351;
/** Until then every stream has to be seen, before a write is found that no request explains. */
const LATER = '2026-11-23T05:15:30.000Z';
const PARTITIONS = [0, 1, 2];

/** What etcd said two minutes after the recording. */
const LATER_LINE = JSON.stringify({ level: 'info', ts: LATER, caller: 'embed/etcd.go:1', msg: 'still here' });

/** A request two minutes after the recording. */
const later = (partition: number): string =>
  JSON.stringify({
    ...(JSON.parse(auditRecord(partition)) as object),
    user: { username: 'kubernetes-admin', groups: ['system:authenticated'] },
    requestReceivedTimestamp: LATER,
    stageTimestamp: LATER,
  });

integration(
  'recorded logs go through Kafka and the real process: every event once, the expected alerts with their evidence',
  async () => {
    const rig = await newRig();
    const config = rig.config();
    for (const [file, topic] of [
      [AUDIT, rig.audit],
      [ETCD, rig.etcd],
    ] as const) {
      expect((await keywarden(['replay', file, '--topic', topic, '--config', config])).code).toBe(0);
    }
    for (const partition of PARTITIONS) {
      await produce(rig.audit, [later(partition)], partition);
      await produce(rig.etcd, [LATER_LINE], partition);
    }
    const running = start(['run', '--config', config]);
    const total = async (): Promise<number> => (await count(rig.indices.kubernetes)) + (await count(rig.indices.etcd));
    await eventually(async () => (await total()) >= AUDIT_LINES + ETCD_LINES + 2 * PARTITIONS.length, running.log);
    // Rules of more than one event are evaluated when the clock has passed the last.
    await evaluated(rig, Date.parse(LATER), running, 100_000);
    running.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    expect([code, stderr.includes('unexpected')]).toEqual([0, false]);

    const audit = await documents<EcsDocument>(rig.indices.kubernetes);
    const etcd = await documents<EcsDocument>(rig.indices.etcd);
    expect([audit.length, etcd.length]).toEqual([AUDIT_LINES + PARTITIONS.length, ETCD_LINES + PARTITIONS.length]);
    const places = [...audit, ...etcd].map(({ _source }) => JSON.stringify(_source.keywarden.origin));
    expect(new Set(places).size).toBe(AUDIT_LINES + ETCD_LINES + 2 * PARTITIONS.length);
    expect(new Set([...audit, ...etcd].map(({ _source }) => _source.orchestrator?.cluster?.name))).toEqual(
      new Set(['lab']),
    );

    const alerts = await documents<Alert>(rig.indices.alerts);
    const inFiles = (await keywarden(['hunt', AUDIT, ETCD, '--format', 'jsonl', '--cluster', 'lab'])).stdout
      .trimEnd()
      .split('\n');
    const fromFiles = inFiles.map(line => JSON.parse(line) as Alert);
    expect(summaries(alerts.map(({ _source }) => _source))).toEqual(summaries(fromFiles));
    const ids = new Set([...audit, ...etcd].map(({ _id }) => _id));
    const evidence = alerts.flatMap(({ _source }) => _source.keywarden.alert.evidence);
    expect(evidence.filter(({ event_id: id }) => !ids.has(id))).toEqual([]);

    expect(await lag(rig.group, rig.audit)).toEqual({ left: 0, total: AUDIT_LINES + PARTITIONS.length });
    expect(await lag(rig.group, rig.etcd)).toEqual({ left: 0, total: ETCD_LINES + PARTITIONS.length });
  },
);

/**
 * A log that is spread over partitions shows less: no name of a client on another line, no saturation. Which match opens an
 * alert, and so its sentence, goes by the order in which partitions are read.
 */
const summaries = (alerts: readonly Alert[]): readonly string[] =>
  alerts
    .filter(({ keywarden: { alert } }) => alert.level !== 'informational')
    .map(alert => `${alert['@timestamp']} ${alert.keywarden.alert.level} ${alert.rule.name}`)
    .sort();

type Letter = { readonly reason: string; readonly origin: { readonly offset: number } };
const byOffset = (a: Letter, b: Letter): number => a.origin.offset - b.origin.offset;

integration('what is no event is a dead letter with its reason and place, and its neighbours arrive', async () => {
  const rig = await newRig();
  const good = (id: string): string =>
    JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', auditID: id, stage: 'Panic' });
  const huge = JSON.stringify({ ...JSON.parse(good('huge')), requestObject: { blob: 'x'.repeat(5_000_000) } });
  const records: (string | Buffer | null)[] = [
    good('first'),
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1"',
    'plain text',
    Buffer.from([0xff, 0xfe, 0x00]),
    null,
    '[]',
    '{"kind":"Pod"}',
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":7}',
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"proto","stage":"Panic","__proto__":{"verb":"x"},"objectRef":{"__proto__":{"resource":"secrets"}}}',
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"twice","verb":"get","verb":"list","stage":"Panic"}',
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"body","stage":"Panic","requestObject":{"spec":"text"}}',
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"surrogate","stage":"Panic","userAgent":"\\ud800"}',
    Buffer.concat([
      Buffer.from('{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"utf8","stage":"Panic","userAgent":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]),
    huge,
    good('last'),
  ];
  await produce(rig.audit, records, 0);
  const running = start(['run', '--config', rig.config()]);
  const events = ['first', 'proto', 'twice', 'body', 'surrogate', 'utf8', 'huge', 'last'];
  await eventually(async () => (await count(rig.indices.kubernetes)) >= events.length, running.log);
  const letters = (await consume(rig.deadLetters, 7)).map(text => JSON.parse(text) as Letter).sort(byOffset);
  running.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
  const found = await documents<EcsDocument>(rig.indices.kubernetes);
  expect(found.map(({ _source }) => _source.kubernetes?.audit['auditID']).sort()).toEqual(events.sort());
  expect(letters.map(({ reason, origin }) => [origin, reason])).toEqual(
    [
      [1, 'not valid JSON'],
      [2, 'not valid JSON'],
      [3, 'not valid JSON, and not valid UTF-8 either'],
      [4, 'the record is empty'],
      [5, 'the list is empty'],
      [6, 'neither a Kubernetes audit event nor an etcd log line'],
      [7, 'verb: expected text, found a number'],
    ].map(([offset, reason]) => [{ topic: rig.audit, partition: 0, offset }, reason]),
  );
  expect(await lag(rig.group, rig.audit)).toEqual({ left: 0, total: records.length });
});
