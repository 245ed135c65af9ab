import { expect, test } from '@jest/globals';
import type { EcsDocument } from '../../../src/model/event.ts';
import { auditEvent, NOW, normalized } from './support.ts';

const documentOf = (fields: object): EcsDocument => {
  const [event] = normalized(auditEvent(fields)).events;
  if (event === undefined) throw new Error('no event');
  return event.document;
};

test('a usual event becomes the document of Elastic’s Kubernetes integration', () => {
  const raw = auditEvent();
  const [event] = normalized(raw, 17, 'prod').events;
  expect(JSON.parse(JSON.stringify(event?.document))).toEqual({
    '@timestamp': '2026-11-23T05:13:03.080000Z',
    ecs: { version: '8.17.0' },
    data_stream: { type: 'logs', dataset: 'kubernetes.audit_logs', namespace: 'keywarden' },
    event: {
      id: event?.id,
      kind: 'event',
      module: 'kubernetes',
      dataset: 'kubernetes.audit_logs',
      action: 'get',
      type: ['access'],
      outcome: 'success',
      start: '2026-11-23T05:13:03.076759Z',
    },
    user: { name: 'alice', id: 'u1' },
    user_agent: { original: 'kubectl/v1.34.4' },
    source: { ip: '10.0.0.7' },
    client: { ip: ['10.0.0.7'] },
    orchestrator: {
      type: 'kubernetes',
      cluster: { name: 'prod' },
      namespace: 'dev',
      api_version: 'audit.k8s.io/v1',
      resource: { type: 'pods', name: 'web' },
    },
    related: { ip: ['10.0.0.7'], user: ['alice'] },
    keywarden: { origin: { file: 'test.log', line: 17 } },
    kubernetes: {
      audit: {
        ...raw,
        annotations: { 'authorization_k8s_io/decision': 'allow' },
      },
    },
  });
});

type Pick = (document: EcsDocument) => unknown;
const facts: [name: string, fields: object, pick: Pick, expected: unknown][] = [
  [
    'an allowed request that is answered with 500 is a failure',
    { responseStatus: { code: 500 } },
    d => d.event.outcome,
    'failure',
  ],
  [
    '101 of an exec is a success',
    { stage: 'ResponseStarted', responseStatus: { code: 101 } },
    d => d.event.outcome,
    'success',
  ],
  [
    'a forbidden request without an answer is a failure',
    { responseStatus: undefined, annotations: { 'authorization.k8s.io/decision': 'forbid' } },
    d => d.event.outcome,
    'failure',
  ],
  ['a panic is a failure', { stage: 'Panic', responseStatus: undefined }, d => d.event.outcome, 'failure'],
  [
    'a request that is only received has no outcome yet',
    { stage: 'RequestReceived', responseStatus: undefined },
    d => d.event.outcome,
    'unknown',
  ],
  ['the last address is the real peer', { sourceIPs: ['1.2.3.4', '10.0.0.9'] }, d => d.source, { ip: '10.0.0.9' }],
  [
    'all claimed addresses are client.ip',
    { sourceIPs: ['1.2.3.4', '10.0.0.9'] },
    d => d.client,
    { ip: ['1.2.3.4', '10.0.0.9'] },
  ],
  [
    'what a request says it was forwarded for',
    { sourceIPs: ['1.2.3.4', '10.0.0.9'] },
    d => d.network,
    { forwarded_ip: ['1.2.3.4'] },
  ],
  ['a request that was not forwarded', { sourceIPs: ['10.0.0.9'] }, d => d.network, undefined],
  [
    'the path behind a proxy, decoded',
    {
      objectRef: { resource: 'nodes', subresource: 'proxy', name: 'n' },
      requestURI: '/api/v1/nodes/n/proxy/%72un/a?x=1',
    },
    d => d.url,
    { path: '/api/v1/nodes/n/proxy/run/a' },
  ],
  [
    'a path for no object',
    { objectRef: undefined, requestURI: '/debug/pprof/heap' },
    d => d.url,
    { path: '/debug/pprof/heap' },
  ],
  ['a path that cannot be decoded', { objectRef: undefined, requestURI: '/%zz' }, d => d.url, { path: '/%zz' }],
  ['a path that names an object', { requestURI: '/api/v1/namespaces/dev/pods/web' }, d => d.url, undefined],
  [
    'what is no address is left out',
    { sourceIPs: ['evil', '::1'] },
    d => [d.source, d.client],
    [{ ip: '::1' }, { ip: ['::1'] }],
  ],
  [
    'an impersonated user is the effective one',
    { impersonatedUser: { username: 'root' } },
    d => [d.user?.effective, d.related?.user],
    [{ name: 'root' }, ['alice', 'root']],
  ],
  ['a 401 has an empty user', { user: {} }, d => d.user, undefined],
  [
    'a creation is named by its answer',
    { objectRef: { resource: 'pods' }, responseObject: { metadata: { name: 'web-x7' } } },
    d => d.orchestrator?.resource,
    { type: 'pods', name: 'web-x7' },
  ],
  [
    'the group of a resource is kept',
    { objectRef: { resource: 'deployments', apiGroup: 'apps' } },
    d => d.orchestrator?.resource,
    { type: 'deployments', group: 'apps' },
  ],
  [
    'a time with an offset is turned to UTC',
    { stageTimestamp: '2026-11-23T07:13:03+02:00' },
    d => d['@timestamp'],
    '2026-11-23T05:13:03.000Z',
  ],
  [
    'a time without a zone is UTC',
    { stageTimestamp: '2026-11-23T05:13:03' },
    d => d['@timestamp'],
    '2026-11-23T05:13:03.000Z',
  ],
  [
    'a start with an offset is turned to UTC',
    { requestReceivedTimestamp: '2026-11-23T07:13:03+02:00' },
    d => d.event.start,
    '2026-11-23T05:13:03.000Z',
  ],
  ['a start that is no time is left out', { requestReceivedTimestamp: 'soon' }, d => d.event.start, undefined],
  [
    'without its own time an event has that of its request',
    { stageTimestamp: undefined },
    d => [d['@timestamp'], d.keywarden.missing],
    ['2026-11-23T05:13:03.076759Z', ['stageTimestamp']],
  ],
  [
    'without any time it has that of its reading',
    { stageTimestamp: 'soon', requestReceivedTimestamp: undefined },
    d => [d['@timestamp'], d.keywarden.missing],
    [new Date(NOW).toISOString(), ['requestReceivedTimestamp', '@timestamp']],
  ],
  [
    'the command of an exec by the kubelet, in a path that is encoded',
    {
      objectRef: { resource: 'nodes', subresource: 'proxy', name: 'n' },
      requestURI: '/api/v1/nodes/n/proxy/%65xec/dev/web/c?command=cat&command=%2Fetc%2Fshadow',
    },
    d => d.process,
    { args: ['cat', '/etc/shadow'], command_line: 'cat /etc/shadow' },
  ],
  [
    'the command that the kubelet runs',
    {
      objectRef: { resource: 'nodes', subresource: 'proxy', name: 'n' },
      requestURI: '/api/v1/nodes/n/proxy/run/dev/web/c?cmd=cat+%2Fetc%2Fshadow',
    },
    d => d.process?.command_line,
    'cat /etc/shadow',
  ],
  [
    'a command with its end behind a thousand arguments',
    {
      objectRef: { resource: 'pods', subresource: 'exec' },
      requestURI: `/api/v1/namespaces/dev/pods/web/exec?command=env${'&command=A%3D1'.repeat(1_000)}&command=id`,
    },
    d => [d.process?.args.length, d.process?.command_line.slice(-7)],
    [256, 'A=1 id'.padStart(7)],
  ],
  [
    'the command of an exec is decoded from the URI',
    {
      objectRef: { resource: 'pods', subresource: 'exec' },
      requestURI: '/api/v1/namespaces/dev/pods/web/exec?command=sh&command=-c&command=cat+%2Fetc%2Fpasswd&stdin=true',
    },
    d => d.process,
    { args: ['sh', '-c', 'cat /etc/passwd'], command_line: 'sh -c cat /etc/passwd' },
  ],
];
for (const [name, fields, pick, expected] of facts) {
  test(`kubernetes: ${name}`, () =>
    expect(JSON.parse(JSON.stringify([pick(documentOf(fields))]))).toEqual(JSON.parse(JSON.stringify([expected]))));
}

const stages: [stage: string, fields: object, judged: boolean][] = [
  ['RequestReceived', {}, false],
  ['ResponseStarted', { responseStatus: { code: 200 }, verb: 'get' }, false],
  ['ResponseStarted', { responseStatus: { code: 200 }, verb: 'watch' }, true],
  ['ResponseStarted', { responseStatus: { code: 101 } }, true],
  ['ResponseStarted', { responseStatus: { code: 401 } }, true],
  ['ResponseComplete', {}, true],
  ['Panic', {}, true],
];
for (const [stage, fields, judged] of stages) {
  test(`rules ${judged ? 'see' : 'skip'} ${stage} ${JSON.stringify(fields)}`, () => {
    expect(normalized(auditEvent({ stage, ...fields })).events[0]?.judged).toBe(judged);
  });
}

const identities: [name: string, fields: object][] = [
  ['stage', { stage: 'Panic' }],
  ['audit id', { auditID: 'other' }],
  ['time of receipt', { requestReceivedTimestamp: '2026-11-23T05:13:03.076760Z' }],
  ['time of the stage', { stageTimestamp: '2026-11-23T05:13:03.080001Z' }],
  ['user', { user: { username: 'mallory' } }],
  ['verb', { verb: 'delete' }],
  ['URI', { requestURI: '/other' }],
];
/** The same instant of the same request, but for one thing. */
const pairs: [name: string, one: object, other: object, clusters?: [string, undefined]][] = [
  ['no user and one who is called undefined', { user: {} }, { user: { username: 'undefined' } }],
  ['no user and one without a name', { user: {} }, { user: { username: '' } }],
  ['no verb and one that is called undefined', { verb: undefined }, { verb: 'undefined' }],
  ['no cluster and one that is called undefined', {}, {}, ['undefined', undefined]],
  [
    'objects, where no URI tells them',
    { requestURI: undefined, objectRef: { resource: 'pods', name: 'a' } },
    { requestURI: undefined, objectRef: { resource: 'pods', name: 'b' } },
  ],
];
for (const [name, one, other, [cluster, none] = [undefined, undefined]] of pairs) {
  test(`an event is another by ${name}`, () => expect(idOf(one, 1, cluster)).not.toBe(idOf(other, 1, none)));
}

const NULLED = ['objectRef', 'responseStatus', 'user', 'impersonatedUser', 'userAgent', 'requestURI', 'verb', 'level'];
const nulls: [name: string, withNull: object, without: object][] = [
  ...NULLED.map((name): [string, object, object] => [name, { [name]: null }, { [name]: undefined }]),
  ['user.uid', { user: { username: 'a', uid: null } }, { user: { username: 'a' } }],
  ['objectRef.name', { objectRef: { resource: 'pods', name: null } }, { objectRef: { resource: 'pods' } }],
  ['responseStatus.code', { responseStatus: { code: null } }, { responseStatus: {} }],
];
for (const [name, withNull, without] of nulls) {
  test(`${name}: null is as good as absent`, () => expect(documentOf(withNull)).toEqual(documentOf(without)));
}

const idOf = (fields: object, line = 1, cluster?: string): string | undefined =>
  normalized(auditEvent(fields), line, cluster).events[0]?.id;
for (const [name, fields] of identities) {
  test(`another ${name} is another event`, () => expect(idOf(fields)).not.toBe(idOf({})));
}
test('the same event has the same id wherever it is read', () => expect(idOf({}, 1)).toBe(idOf({}, 99)));
test('the same event in another cluster is another event', () => expect(idOf({}, 1, 'a')).not.toBe(idOf({}, 1, 'b')));
test('two equal events without identity are told apart by their place', () => {
  expect(idOf({ auditID: undefined, stage: 'Panic' }, 1)).not.toBe(idOf({ auditID: undefined, stage: 'Panic' }, 2));
  expect(idOf({ auditID: undefined, stage: 'Panic' }, 1)).toBe(idOf({ auditID: undefined, stage: 'Panic' }, 1));
});
