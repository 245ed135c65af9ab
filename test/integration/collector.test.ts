import { cpSync, rmSync } from 'node:fs';
import { expect } from '@jest/globals';
import type { CollectorRecord, ProgressRecord, RevisionRecord, WatchRecord } from '../../src/model/revision.ts';
import { type OwnEtcd, ownEtcd } from '../services/etcd/etcd.ts';
import { etcdTest } from '../services/etcd/etcd-test.ts';
import { services } from '../services/integration.ts';
import { configFile, eventually, keywarden, type Running, start } from '../services/keywarden.ts';
import { uniqueName } from '../services/names.ts';
import { createTopic, recorded } from '../services/topics.ts';

/** No record may hold it. */
const VALUE = 'the-value-of-a-secret';
const CONFIGURATION = 2;

/** An etcd, and a collector's place in Kafka. */
type Rig = { readonly etcd: OwnEtcd; readonly topic: string; readonly config: (more?: object) => string };

async function newRig(): Promise<Rig> {
  const etcd = await ownEtcd();
  const topic = uniqueName('revisions');
  await createTopic(topic, 3);
  const { endpoint, pki } = etcd;
  const tls = { caFile: pki.ca, certFile: pki.cert('keywarden'), keyFile: pki.key('keywarden') };
  const collector = { endpoints: [endpoint], tls, topic, hashKey: 'a key for the hashes', progressEvery: 200 };
  const config = (more: object = {}): string =>
    configFile({ cluster: 'lab', kafka: { brokers: [services.kafka] }, collector: { ...collector, ...more } });
  return { etcd, topic, config };
}

const records = async (topic: string): Promise<readonly WatchRecord[]> =>
  (await recorded(topic)).map(text => (JSON.parse(text) as { readonly etcd_watch: WatchRecord }).etcd_watch);

const isRevision = (record: WatchRecord): record is RevisionRecord => record.type === 'revision';
const isProgress = (record: WatchRecord): record is ProgressRecord => record.type === 'progress';
const isCollector = (record: WatchRecord): record is CollectorRecord => record.type === 'collector';

const nameOf = ({ revision, key, history }: RevisionRecord): string => `${history} ${revision} ${key}`;

/** Starts one and waits until it watches. */
async function collecting(config: string): Promise<Running> {
  const running = start(['collect', 'etcd', '--config', config]);
  await eventually(async () => running.log().includes('"msg":"watching"'), running.log);
  return running;
}

async function ended(running: Running): Promise<string> {
  running.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining('"msg":"stopped"')]);
  return stderr;
}

/** Waits until the collector says that all up to this revision is told. */
const told = ({ topic }: Rig, revision: number, running: Running): Promise<void> =>
  eventually(
    async () => (await records(topic)).some(record => isProgress(record) && record.revision >= revision),
    running.log,
  );

/** Writes one after the other, several at a time. */
async function burst({ writer }: OwnEtcd, from: number, to: number): Promise<readonly string[]> {
  const written: string[] = [];
  const write = async (i: number): Promise<void> => {
    const key = `/registry/configmaps/default/c${i % 500}`;
    written.push(`0 ${await writer.put(key, `${VALUE} ${i}`)} ${key}`);
  };
  for (let i = from; i < to; i += 50)
    await Promise.all(Array.from({ length: Math.min(50, to - i) }, (_, n) => write(i + n)));
  return written;
}

const byRevision = (a: string, b: string): number => Number(a.split(' ')[1]) - Number(b.split(' ')[1]);

etcdTest(
  'every revision of a burst stands in the topic once and in order, whatever it deletes, and nothing of a value',
  async () => {
    const rig = await newRig();
    const running = await collecting(rig.config());
    const written = [...(await burst(rig.etcd, 0, 3_000))];
    const many = ['a', 'b', 'c'].map(name => `/registry/secrets/default/${name}`);
    const together = await rig.etcd.writer.putAll(many, VALUE);
    written.push(...many.map(key => `0 ${together} ${key}`));
    const gone = await rig.etcd.writer.remove(many[0] ?? '');
    written.push(`0 ${gone} ${many[0]}`);
    await rig.etcd.writer.put('/elsewhere', VALUE);
    await told(rig, gone, running);
    await ended(running);
    const all = await records(rig.topic);
    expect(all.filter(isRevision).map(nameOf)).toEqual(written.sort(byRevision));
    expect((await recorded(rig.topic)).filter(text => text.includes(VALUE))).toEqual([]);
    expect(all.findLast(isRevision)).toMatchObject({
      cluster: 'lab',
      operation: 'delete',
      key: many[0],
      version: 1,
      create_revision: together,
      previous_revision: together,
      value_size: VALUE.length,
    });
  },
);

etcdTest('a collector that is killed and one that is stopped go on where Kafka has their records', async () => {
  const rig = await newRig();
  const first = await collecting(rig.config());
  const writing = burst(rig.etcd, 0, 3_000);
  await eventually(async () => (await records(rig.topic)).filter(isRevision).length > 500, first.log);
  first.kill('SIGKILL');
  await first.ended;
  const second = await collecting(rig.config());
  const written = [...(await writing)];
  await ended(second);
  written.push(...(await burst(rig.etcd, 3_000, 3_500)));
  const third = await collecting(rig.config());
  await told(rig, Number(written.sort(byRevision).at(-1)?.split(' ')[1]), third);
  await ended(third);
  const names = (await records(rig.topic)).filter(isRevision).map(nameOf);
  expect([...new Set(names)].sort(byRevision)).toEqual(written);
  // At most the revision at which it was cut is told again.
  expect(names.length - written.length).toBeLessThanOrEqual(2);
});

etcdTest(
  'a write lies between the times that its record names, also one from while the collector was down',
  async () => {
    const rig = await newRig();
    await ended(await collecting(rig.config()));
    const times = new Map<number, number>();
    const write = async (): Promise<number> => {
      const revision = await rig.etcd.writer.put('/registry/pods/default/a', VALUE);
      times.set(revision, Date.now());
      return revision;
    };
    await write();
    const down = Date.now();
    const running = await collecting(rig.config());
    for (let i = 0; i < 20; i += 1) await write();
    await told(rig, await write(), running);
    await ended(running);
    const spans = (await records(rig.topic)).filter(isRevision).map(({ revision, after = '', seen }) => {
      const at = times.get(revision) ?? 0;
      return { holds: Date.parse(after) <= at && at <= Date.parse(seen) + 5, caughtUp: Date.parse(after) < down };
    });
    expect(spans).toHaveLength(22);
    expect(spans.filter(({ holds }) => !holds)).toEqual([]);
    expect(spans.filter(({ caughtUp }) => caughtUp)).toHaveLength(1);
  },
);

etcdTest('revisions that were compacted while the collector was down are named, and the rest is told', async () => {
  const rig = await newRig();
  const first = await collecting(rig.config());
  const before = await rig.etcd.writer.put('/registry/pods/default/a', VALUE);
  await told(rig, before, first);
  await ended(first);
  const written = await burst(rig.etcd, 0, 100);
  await rig.etcd.writer.compact(before + 60);
  const second = await collecting(rig.config());
  await told(rig, before + 100, second);
  await ended(second);
  const all = await records(rig.topic);
  expect(all.filter(isCollector).slice(1)).toMatchObject([
    { action: 'revisions_lost', from: before + 1, to: before + 59, next: before + 60, history: 0 },
  ]);
  expect(all.filter(isRevision).slice(1).map(nameOf)).toEqual([...written].sort(byRevision).slice(59));
});

etcdTest('the end of a lease is told from a deletion by hand', async () => {
  const rig = await newRig();
  const running = await collecting(rig.config());
  const { writer } = rig.etcd;
  const events = (name: string): string => `/registry/events/default/${name}`;
  const short = await writer.grant(1);
  await writer.put(events('expires'), VALUE, short);
  const long = await writer.grant(600);
  for (const name of ['by-hand', 'revoked-1', 'revoked-2']) await writer.put(events(name), VALUE, long);
  const deleted = async (): Promise<readonly RevisionRecord[]> =>
    (await records(rig.topic)).filter(isRevision).filter(({ operation }) => operation === 'delete');
  // What comes right after a deletion, nobody can tell any more when the lease is asked for.
  await told(rig, await writer.remove(events('by-hand')), running);
  await writer.revoke(long);
  await eventually(async () => (await deleted()).length === 4, running.log);
  await ended(running);
  const facts = (await deleted()).map(({ key, lease, lease_ended }) => [key?.split('/').at(-1), lease, lease_ended]);
  expect(facts.sort()).toEqual([
    ['by-hand', long, false],
    ['expires', short, true],
    ['revoked-1', long, true],
    ['revoked-2', long, true],
  ]);
});

etcdTest(
  'an etcd that was restored from an older copy of its data, and one that is another cluster, are told',
  async () => {
    const rig = await newRig();
    const { etcd } = rig;
    const copy = `${etcd.data}-copy`;
    const key = '/registry/secrets/default/a';
    const running = await collecting(rig.config());
    await told(rig, await etcd.writer.put(key, VALUE), running);
    await etcd.halt();
    cpSync(etcd.data, copy, { recursive: true });
    await etcd.begin();
    await burst(etcd, 0, 20);
    const last = await etcd.writer.put(key, VALUE);
    await told(rig, last, running);
    await etcd.halt();
    rmSync(etcd.data, { recursive: true });
    cpSync(copy, etcd.data, { recursive: true });
    await etcd.begin();
    const collectorSaid = async (action: string): Promise<CollectorRecord | undefined> =>
      (await records(rig.topic)).filter(isCollector).find(record => record.action === action);
    await eventually(async () => (await collectorSaid('revision_went_back')) !== undefined, running.log);
    const otherwise = await etcd.writer.put(key, `${VALUE} otherwise`);
    await told(rig, otherwise, running);
    await etcd.kill();
    rmSync(etcd.data, { recursive: true });
    await etcd.begin('second');
    await eventually(async () => (await collectorSaid('cluster_replaced')) !== undefined, running.log);
    await told(rig, await etcd.writer.put(key, VALUE), running);
    await ended(running);
    const all = await records(rig.topic);
    const [began, back, replaced, ...more] = all.filter(isCollector);
    expect([began?.action, more]).toEqual(['collection_began', []]);
    expect(back).toMatchObject({ action: 'revision_went_back', from: last, history: 1, next: 1 });
    expect(back?.to).toBeLessThan(last);
    expect(replaced).toMatchObject({ action: 'cluster_replaced', history: 2, previous_cluster_id: began?.cluster_id });
    expect(replaced?.cluster_id).not.toBe(began?.cluster_id);
    // One revision of two histories is two writes.
    expect(otherwise).toBeLessThan(last);
    const histories = all.filter(isRevision).filter(record => record.key === key && record.revision === otherwise);
    expect(all.filter(isRevision).map(({ history }) => history)).toEqual(expect.arrayContaining([0, 1, 2]));
    expect(histories.map(({ history }) => history)).toContain(1);
  },
);

etcdTest('a refused certificate, a missing permission and a wrong port end the start and say what to do', async () => {
  const rig = await newRig();
  const { pki, endpoint } = rig.etcd;
  const refused = async (more: object): Promise<string> => {
    const { code, stderr } = await keywarden(['collect', 'etcd', '--config', rig.config(more)]);
    expect([code, stderr]).toEqual([CONFIGURATION, expect.stringContaining('keywarden: ')]);
    return stderr.split('\n').findLast(line => line.startsWith('keywarden: ')) ?? '';
  };
  const stranger = { caFile: pki.ca, certFile: pki.cert('stranger'), keyFile: pki.key('stranger') };
  expect(await refused({ tls: stranger })).toMatch(/certificate.*collector\.tls\.certFile/);
  expect(await refused({ tls: { caFile: pki.ca } })).toMatch(/client certificate.*collector\.tls\.certFile/);
  expect(await refused({ tls: { ...stranger, caFile: pki.cert('stranger') } })).toMatch(/collector\.tls\.caFile/);
  await rig.etcd.writer.enableAuth('keywarden', '');
  expect(await refused({})).toContain(`${endpoint}: etcdserver: permission denied; the user`);
  const unreachable = start(['collect', 'etcd', '--config', rig.config({ endpoints: ['https://127.0.0.1:1'] })]);
  await eventually(async () => unreachable.log().includes('ECONNREFUSED'), unreachable.log);
  await ended(unreachable);
});

etcdTest('a user that may read the prefix and nothing else is enough', async () => {
  const rig = await newRig();
  await rig.etcd.writer.enableAuth('keywarden', '/registry/');
  const running = await collecting(rig.config());
  const lease = await rig.etcd.writer.grant(600);
  await rig.etcd.writer.put('/registry/pods/default/a', VALUE, lease);
  await told(rig, await rig.etcd.writer.remove('/registry/pods/default/a'), running);
  await ended(running);
  expect((await records(rig.topic)).filter(isRevision)).toMatchObject([{ lease }, { lease, lease_ended: false }]);
});
