import { expect, test } from '@jest/globals';
import { normalized } from './support.ts';

const entry = (payload: object = {}, more: object = {}): object => ({
  insertId: '3c9a1f2e-77a0-4a6e-9a36-2f6f9d1c8a11',
  logName: 'projects/p/logs/cloudaudit.googleapis.com%2Fdata_access',
  timestamp: '2026-11-23T05:13:03.080123Z',
  receiveTimestamp: '2026-11-23T05:13:09.1Z',
  operation: { id: '846bbec9-f873-4a5a-b2e2-7421efc0f6b1', producer: 'k8s.io', first: true, last: true },
  resource: { type: 'k8s_cluster', labels: { cluster_name: 'prod', location: 'europe-west1', project_id: 'p' } },
  labels: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': 'access granted by IAM' },
  protoPayload: {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    serviceName: 'k8s.io',
    methodName: 'io.k8s.core.v1.secrets.get',
    resourceName: 'core/v1/namespaces/shop/secrets/db',
    authenticationInfo: { principalEmail: 'carol@example.com' },
    authorizationInfo: [{ granted: true, permission: 'io.k8s.core.v1.secrets.get', resource: 'x' }],
    requestMetadata: { callerIp: '203.0.113.9', callerSuppliedUserAgent: 'kubectl/v1.34.4' },
    status: {},
    ...payload,
  },
  ...more,
});
const documentOf = (record: object): Record<string, Record<string, unknown>> => {
  const { events, deadLetters } = normalized(record);
  expect(deadLetters).toEqual([]);
  return JSON.parse(JSON.stringify(events[0]?.document ?? {}));
};

test('an entry of GKE becomes the audit event that it tells of', () => {
  const { event, data_stream: _stream, ecs: _ecs, ...document } = documentOf(entry());
  expect(event).toMatchObject({ action: 'get', type: ['access'], outcome: 'success' });
  expect(document).toEqual({
    '@timestamp': '2026-11-23T05:13:03.080123Z',
    user: { name: 'carol@example.com' },
    user_agent: { original: 'kubectl/v1.34.4' },
    source: { ip: '203.0.113.9' },
    client: { ip: ['203.0.113.9'] },
    orchestrator: {
      type: 'kubernetes',
      cluster: { name: 'prod' },
      namespace: 'shop',
      api_version: 'audit.k8s.io/v1',
      resource: { type: 'secrets', name: 'db' },
    },
    related: { ip: ['203.0.113.9'], user: ['carol@example.com'] },
    keywarden: { origin: { file: 'test.log', line: 1 }, envelope: 'gke', missing: ['level'] },
    kubernetes: {
      audit: {
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        auditID: '846bbec9-f873-4a5a-b2e2-7421efc0f6b1',
        stage: 'ResponseComplete',
        verb: 'get',
        user: { username: 'carol@example.com' },
        sourceIPs: ['203.0.113.9'],
        userAgent: 'kubectl/v1.34.4',
        objectRef: { resource: 'secrets', apiVersion: 'v1', namespace: 'shop', name: 'db' },
        responseStatus: { code: 200 },
        requestReceivedTimestamp: '2026-11-23T05:13:03.080123Z',
        stageTimestamp: '2026-11-23T05:13:03.080123Z',
        annotations: {
          'authorization_k8s_io/decision': 'allow',
          'authorization_k8s_io/reason': 'access granted by IAM',
        },
      },
    },
  });
});

const references: [method: string, name: string, verb: string, reference: object | undefined][] = [
  [
    'io.k8s.core.v1.pods.exec.create',
    'core/v1/namespaces/shop/pods/web/exec',
    'create',
    { resource: 'pods', subresource: 'exec', apiVersion: 'v1', namespace: 'shop', name: 'web' },
  ],
  [
    'io.k8s.core.v1.secrets.list',
    'core/v1/namespaces/shop/secrets',
    'list',
    { resource: 'secrets', apiVersion: 'v1', namespace: 'shop' },
  ],
  ['io.k8s.core.v1.secrets.list', 'core/v1/secrets', 'list', { resource: 'secrets', apiVersion: 'v1' }],
  [
    'io.k8s.core.v1.namespaces.finalize.update',
    'core/v1/namespaces/shop/finalize',
    'update',
    { resource: 'namespaces', subresource: 'finalize', apiVersion: 'v1', namespace: 'shop', name: 'shop' },
  ],
  [
    'io.k8s.authorization.rbac.v1.clusterrolebindings.create',
    'rbac.authorization.k8s.io/v1/clusterrolebindings/oops',
    'create',
    { resource: 'clusterrolebindings', apiGroup: 'rbac.authorization.k8s.io', apiVersion: 'v1', name: 'oops' },
  ],
  [
    'com.example.v1beta2.widgets.deletecollection',
    'example.com/v1beta2/namespaces/a/widgets',
    'deletecollection',
    { resource: 'widgets', apiGroup: 'example.com', apiVersion: 'v1beta2', namespace: 'a' },
  ],
  ['io.k8s.get', 'healthz', 'get', undefined],
  ['', '', '', undefined],
  ['io.k8s.core.v1.secrets', '//', 'secrets', undefined],
];
for (const [methodName, resourceName, verb, reference] of references) {
  test(`GKE: ${methodName || 'no method'} of ${resourceName || 'nothing'}`, () => {
    const { audit } = documentOf(entry({ methodName, resourceName }))['kubernetes'] as Record<string, object>;
    expect([(audit as { verb?: string }).verb, (audit as { objectRef?: object }).objectRef]).toEqual([verb, reference]);
  });
}

const EXEC = { methodName: 'io.k8s.core.v1.pods.exec.create', resourceName: 'core/v1/namespaces/a/pods/b/exec' };
const RUNNING = { operation: { id: 'a', first: true } };
const facts: [name: string, record: object, audit: object][] = [
  ['permission denied is 403', entry({ status: { code: 7, message: 'no' } }), { responseStatus: { code: 403 } }],
  ['unauthenticated is 401', entry({ status: { code: 16 } }), { responseStatus: { code: 401 } }],
  [
    'a status of its own goes before',
    entry({ status: { code: 2 }, response: { '@type': 'core.k8s.io/v1.Status', code: 422 } }),
    { responseStatus: { code: 422 } },
  ],
  ['an unknown code is an error', entry({ status: { code: 77 } }), { responseStatus: { code: 500 } }],
  ['no status is success', entry({ status: undefined }), { responseStatus: { code: 200 } }],
  [
    'what goes on has but started',
    entry({ methodName: 'io.k8s.core.v1.pods.watch' }, RUNNING),
    { stage: 'ResponseStarted', responseStatus: { code: 200 } },
  ],
  [
    'a session that goes on has switched protocols',
    entry(EXEC, RUNNING),
    { stage: 'ResponseStarted', responseStatus: { code: 101 } },
  ],
  [
    'without labels the permission tells the decision',
    entry({ authorizationInfo: [{ permission: 'x' }] }, { labels: undefined }),
    { annotations: { 'authorization_k8s_io/decision': 'forbid' } },
  ],
  [
    'without an operation the entry is the audit id',
    entry({}, { operation: undefined }),
    { auditID: '3c9a1f2e-77a0-4a6e-9a36-2f6f9d1c8a11' },
  ],
];
for (const [name, record, audit] of facts) {
  test(`GKE: ${name}`, () => expect(documentOf(record)['kubernetes']?.['audit']).toMatchObject(audit));
}

test('GKE: a session that goes on is judged when it starts', () => {
  expect(normalized(entry(EXEC, RUNNING)).events[0]?.judged).toBe(true);
});

test('GKE: the values of a Secret are cut, and a body of nobody knows what is left out', () => {
  const response = { '@type': 'core.k8s.io/v1.Secret', data: { password: 'aHVudGVyMg==' } };
  for (const payload of [{ response }, { response, methodName: 'odd', request: response }]) {
    expect(JSON.stringify(documentOf(entry(payload)))).not.toContain('aHVudGVyMg');
  }
});

test('GKE: two entries of one request are two events', () => {
  const ids = [entry(EXEC, RUNNING), entry(EXEC)].map(record => normalized(record).events[0]?.id);
  expect(new Set(ids).size).toBe(2);
});
