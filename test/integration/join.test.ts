import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { Alert } from '../../src/model/alert.ts';
import type { EcsDocument } from '../../src/model/event.ts';
import { ApiServer, auditOf, keyOf, type Request, type Target } from '../services/etcd/api-server.ts';
import { type OwnEtcd, ownEtcd } from '../services/etcd/etcd.ts';
import { etcdTest } from '../services/etcd/etcd-test.ts';
import { impatientRules } from '../services/impatient.ts';
import { documents } from '../services/index.ts';
import { services } from '../services/integration.ts';
import { eventually, type Running, start } from '../services/keywarden.ts';
import { newRig, type Rig } from '../services/rig.ts';
import { stopped } from '../services/story.ts';

const TIMEOUT_MS = 900_000;
const JUDGED_MS = 60_000;
const AT_ONCE = 40;

/** Two API servers before one etcd that is collected; each has a partition of the audit topic. */
let rig: Rig;
let etcd: OwnEtcd;
let producer: Producer;
let config: string;
let reading: Running[] = [];
let collecting: Running;

/** Events of an API server that are held back instead of sent. */
const held: (string[] | undefined)[] = [undefined, undefined];
let sending: Promise<unknown> = Promise.resolve();
const outbox: { value: string; partition: number }[] = [];

function tell(server: number, event: string): void {
  const kept = held[server];
  if (kept !== undefined) kept.push(event);
  else outbox.push({ value: event, partition: server });
  if (outbox.length >= 200) flush();
}

function flush(): void {
  const messages = outbox.splice(0);
  if (messages.length === 0) return;
  sending = sending.then(() => producer.send({ topic: rig.audit, messages }));
}

/** Sends what was held back. */
function release(server: number): void {
  for (const value of held[server] ?? []) outbox.push({ value, partition: server });
  held[server] = undefined;
  flush();
}

const servers = (): readonly ApiServer[] => [0, 1].map(n => new ApiServer(etcd.writer, event => tell(n, event)));
let apiServers: readonly ApiServer[] = [];
let heartbeat: NodeJS.Timeout;

beforeAll(async () => {
  [rig, etcd] = await Promise.all([newRig(), ownEtcd()]);
  producer = new Kafka({ brokers: [services.kafka], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const { endpoint, pki } = etcd;
  const tls = { caFile: pki.ca, certFile: pki.cert('keywarden'), keyFile: pki.key('keywarden') };
  config = rig.config(undefined, undefined, {
    rules: [impatientRules('4s')],
    collector: { endpoints: [endpoint], tls, topic: rig.etcd, progressEvery: 500 },
    signals: {
      topic: rig.signals,
      stateTopic: rig.state,
      partitions: 3,
      lateness: '2s',
      idleAfter: '5s',
      blindAfter: '30s',
    },
  });
  apiServers = servers();
  heartbeat = setInterval(() => {
    for (const n of [0, 1]) tell(n, alive());
    flush();
  }, 500);
}, TIMEOUT_MS);

afterAll(async () => {
  clearInterval(heartbeat);
  await sending;
  await producer.disconnect();
});

/** What an API server that has nothing to do is asked all the time. */
const alive = (): string =>
  auditOf(
    { verb: 'get', resource: 'leases', group: 'coordination.k8s.io', namespace: 'kube-system', name: 'kube-scheduler' },
    new Date(),
    new Date(),
  );

async function collect(): Promise<Running> {
  const running = start(['collect', 'etcd', '--config', config]);
  await eventually(async () => running.log().includes('"msg":"watching"'), running.log);
  return running;
}

async function read(): Promise<Running> {
  const running = start(['run', '--config', config]);
  await eventually(async () => running.log().includes('"msg":"reading"'), running.log);
  return running;
}

/** Serves the requests, several at a time, by both servers in turn. */
async function serve(requests: readonly Request[], server?: number): Promise<void> {
  for (let i = 0; i < requests.length; i += AT_ONCE) {
    const batch = requests.slice(i, i + AT_ONCE);
    await Promise.all(batch.map((request, n) => apiServers[server ?? n % 2]?.serve(request)));
  }
}

/** Writes as an API server does, with its certificate and from its address, and without a request. */
const intrude = (target: Target): Promise<number> => etcd.writer.guarded(keyOf(target), 'k8s\0mallory', 0);

/** All alerts that something in etcd is explained by no request: the object, and how often. */
async function unexplained(): Promise<readonly string[]> {
  const alerts = (await documents<Alert>(rig.indices.alerts)).map(({ _source }) => _source);
  return alerts
    .filter(({ rule: { name } }) => name.includes('API request'))
    .map(
      ({ orchestrator, keywarden: { alert } }) =>
        `${alert.count} ${orchestrator?.resource?.type}/${orchestrator?.namespace}/${orchestrator?.resource?.name}`,
    )
    .sort();
}

const GAPS = { term: { 'event.kind': 'pipeline_error' } };

/** What was said of streams of explanations that were missing, in order. */
async function blindnesses(): Promise<readonly string[]> {
  const events = (await documents<EcsDocument>(rig.indices.kubernetes, GAPS)).map(({ _source }) => _source);
  return events
    .filter(({ event: { action } }) => ['blind', 'sight_returned'].includes(action))
    .toSorted((a, b) => (a['@timestamp'] < b['@timestamp'] ? -1 : 1))
    .map(({ event: { action } }) => action);
}

/** A test while the collector and a process read. Everything is judged in real time. */
function joinTest(name: string, body: () => Promise<void>): void {
  const whole = async (): Promise<void> => {
    collecting = await collect();
    reading = [await read()];
    await body();
    for (const running of [...reading, collecting]) await stopped(running);
  };
  etcdTest(name, whole, TIMEOUT_MS);
}

const found = new Set<string>();

/** Waits until these, and those of before, are found, and then that nothing else is. */
async function expectFound(targets: readonly Target[]): Promise<void> {
  for (const target of targets) found.add(`1 ${textOf(target)}`);
  await untilFound(targets);
  // All of before is judged when a further one is found.
  const mark = { resource: 'secrets', namespace: 'marks', name: `mark-${Date.now()}` };
  found.add(`1 ${textOf(mark)}`);
  await intrude(mark);
  await untilFound([mark]);
  expect(await unexplained()).toEqual([...found].sort());
}

async function untilFound(targets: readonly Target[]): Promise<void> {
  let missing: readonly string[] = [];
  const areFound = async (): Promise<boolean> => {
    const seen = await unexplained();
    missing = targets.map(textOf).filter(text => !seen.some(one => one.endsWith(` ${text}`)));
    return missing.length === 0;
  };
  await eventually(areFound, () => `not found: ${missing}\n${logs()}`, JUDGED_MS);
}

const textOf = ({ resource, namespace, name }: Target): string => `${resource}/${namespace}/${name}`;
const logs = (): string => reading.map(({ log }) => log()).join('\n');

/** Distinct objects of legitimate work. */
function work(count: number, label: string): readonly Request[] {
  const kinds = [
    { resource: 'configmaps' },
    { resource: 'pods' },
    { resource: 'secrets' },
    { resource: 'deployments', group: 'apps' },
    { resource: 'rolebindings', group: 'rbac.authorization.k8s.io' },
  ];
  return Array.from({ length: count }, (_, n) => ({
    ...(kinds[n % kinds.length] ?? { resource: 'pods' }),
    namespace: `ns-${n % 7}`,
    name: `${label}-${n}`,
    verb: 'create' as const,
  }));
}

const evil = (label: string, count = 5): readonly Target[] =>
  Array.from({ length: count }, (_, n) => ({
    resource: ['secrets', 'pods', 'rolebindings', 'serviceaccounts', 'roles'][n % 5] ?? 'pods',
    namespace: `ns-${n % 7}`,
    name: `${label}-${n}`,
  }));

joinTest('of 10,000 writes with their requests none is found, and every one of an intruder among them', async () => {
  const targets = evil('evil', 25);
  const intruding = (async () => {
    for (const target of targets) {
      await sleep(200);
      await intrude(target);
    }
  })();
  await serve(work(200, 'w'));
  await serve(work(200, 'w').map(request => ({ ...request, verb: 'update' })));
  await serve(work(100, 'w').map(request => ({ ...request, verb: 'delete' })));
  await intruding;
  await expectFound(targets);
});

joinTest('objects whose names the server makes up explain no others', async () => {
  const targets = ['evil-abc12', 'other-xyz34'].map(name => ({ resource: 'pods', namespace: 'ns-0', name }));
  const creates = Array.from({ length: 400 }, (_, n) => ({
    resource: 'pods',
    namespace: 'ns-0',
    name: `web-${n.toString(36).padStart(5, '0')}`,
    generateName: 'web-',
    verb: 'create' as const,
    level: 'Request' as const,
  }));
  await Promise.all([serve(creates), ...targets.map(intrude)]);
  await expectFound(targets);
});

joinTest('a request to delete an object does not explain that it is made again', async () => {
  const targets = ['secrets', 'pods'].map(resource => ({ resource, namespace: 'ns-0', name: 'planted' }));
  await serve(targets.map(target => ({ ...target, verb: 'create' as const })));
  // The request that made it does not reach so far.
  await sleep(3_000);
  await serve(targets.map(target => ({ ...target, verb: 'delete' as const })));
  for (const target of targets) await intrude(target);
  await expectFound(targets);
});

joinTest('Events that end with their leases are no deletions by hand', async () => {
  const lease = await etcd.writer.grant(2);
  const events = work(200, 'event').map(({ namespace, name, verb }) => ({
    resource: 'events',
    namespace,
    name,
    verb,
    lease,
  }));
  await serve(events);
  // The lease and etcd's look at it.
  await sleep(5_000);
  await expectFound([]);
});

joinTest('what happens while the collector is away is judged when it is back', async () => {
  await stopped(collecting);
  await serve(work(300, 'unseen'));
  const targets = evil('away', 3);
  for (const target of targets) await intrude(target);
  await sleep(15_000);
  collecting = await collect();
  await expectFound(targets);
});

joinTest('an API server whose audit events lag makes no guilt, and hides none', async () => {
  held[1] = [];
  await serve(work(300, 'lagging'));
  const targets = evil('lag', 3);
  for (const target of targets) await intrude(target);
  await sleep(20_000);
  expect(await unexplained()).toEqual([...found].sort());
  release(1);
  await expectFound(targets);
});

joinTest('processes that come and go in the middle of a window change nothing', async () => {
  const targets = evil('moved', 5);
  const [first] = reading;
  const intruding = (async () => {
    for (const target of targets) {
      await sleep(1_500);
      await intrude(target);
    }
  })();
  const working = serve(work(2_000, 'moving'));
  reading.push(await read());
  await sleep(2_000);
  first?.kill('SIGKILL');
  await first?.ended;
  reading = reading.slice(1);
  reading.push(await read());
  await Promise.all([intruding, working]);
  await expectFound(targets);
});

joinTest(
  'without any audit stream it is said once that nothing is judged, and all is judged when it comes',
  async () => {
    held[0] = [];
    held[1] = [];
    await serve(work(300, 'silent'));
    const targets = evil('silence', 3);
    for (const target of targets) await intrude(target);
    await eventually(
      async () => (await blindnesses()).length > 0,
      () => reading.map(({ log }) => log()).join('\n'),
      120_000,
    );
    await sleep(5_000);
    expect(await unexplained()).toEqual([...found].sort());
    release(0);
    release(1);
    await expectFound(targets);
    expect(await blindnesses()).toEqual(['blind', 'sight_returned']);
  },
);
