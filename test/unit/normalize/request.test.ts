import { expect, test } from '@jest/globals';
import { auditEvent, normalized } from './support.ts';

const requestOf = (fields: object): unknown => normalized(auditEvent(fields)).events[0]?.document.keywarden.request;

const patches: [name: string, operations: unknown, patched: unknown][] = [
  ['a field', [{ op: 'add', path: '/spec/hostPID', value: true }], { spec: { hostPID: true } }],
  ['the whole object', [{ op: 'replace', path: '', value: { spec: {} } }], { spec: {} }],
  [
    'fields of one element stay together',
    [
      { op: 'add', path: '/c/0/image', value: 'a' },
      { op: 'add', path: '/c/0/stdin', value: true },
      { op: 'add', path: '/c/1/image', value: 'b' },
    ],
    { c: [{ image: 'a', stdin: true }, { image: 'b' }] },
  ],
  ['an element from the end', [{ op: 'replace', path: '/c/-1/image', value: 'a' }], { c: [{ image: 'a' }] }],
  [
    'an element before one that was just written',
    [
      { op: 'add', path: '/c/0', value: 'a' },
      { op: 'add', path: '/c/0', value: 'b' },
    ],
    { c: [['a', 'b']] },
  ],
  ['escapes', [{ op: 'add', path: '/a/x~1y~01', value: '1' }], { a: { 'x/y~1': '1' } }],
  ['what stands before the first slash', [{ op: 'add', path: 'x/a', value: 1 }], { a: 1 }],
  ['a name of every object', [{ op: 'add', path: '/__proto__/a', value: 1 }], JSON.parse('{"__proto__":{"a":1}}')],
  [
    'a test and a removal write nothing',
    [
      { op: 'test', path: '/a', value: 1 },
      { op: 'remove', path: '/b' },
    ],
    undefined,
  ],
  ['a path that no object has', [{ op: 'add', path: '/a'.repeat(65), value: 1 }], undefined],
  ['operations that are none', [null, 'add', { op: 'add', path: 1, value: 1 }, {}], undefined],
  ['a merge patch', { spec: { hostPID: true } }, undefined],
];
for (const [name, requestObject, patched] of patches) {
  test(`a JSON Patch as a part of the object: ${name}`, () =>
    expect(requestOf({ verb: 'patch', requestObject })).toEqual(patched === undefined ? undefined : { patched }));
}

test('what a JSON Patch writes into a Secret is cut here too', () => {
  const requestObject = [{ op: 'replace', path: '/data/password', value: 'aHVudGVyMg==' }];
  const objectRef = { resource: 'secrets', namespace: 'dev', name: 'db' };
  const request = requestOf({ verb: 'patch', objectRef, requestObject });
  expect(request).toEqual({ patched: { data: { password: '[redacted by keywarden]' } } });
});

const namespaces: [user: string, namespace: string | undefined, foreign: boolean][] = [
  ['system:serviceaccount:dev:app', 'prod', true],
  ['system:serviceaccount:dev:app', 'dev', false],
  ['system:serviceaccount:dev-2:app', 'dev', true],
  ['system:serviceaccount:dev:app', undefined, false],
  ['alice', 'prod', false],
];
for (const [username, namespace, foreign] of namespaces) {
  test(`${username} in ${namespace ?? 'no namespace'} is ${foreign ? 'abroad' : 'not abroad'}`, () =>
    expect(requestOf({ user: { username }, objectRef: { resource: 'secrets', namespace } })).toEqual(
      foreign ? { foreign_namespace: true } : undefined,
    ));
}

const pod = { spec: { serviceAccountName: 'argo' } };
const of = (resource: string, subresource?: string): object => ({ resource, subresource, namespace: 'cd', name: 'x' });
const patch = [{ op: 'add', path: '/spec/template/spec/serviceAccountName', value: 'argo' }];
const argo = 'system:serviceaccount:cd:argo';
const accounts: [name: string, fields: object, account: string | undefined][] = [
  ['a token', { objectRef: of('serviceaccounts', 'token') }, 'system:serviceaccount:cd:x'],
  ['a service account itself', { objectRef: of('serviceaccounts') }, undefined],
  ['a pod', { objectRef: of('pods'), requestObject: pod }, argo],
  ['the old name of the field', { objectRef: of('pods'), requestObject: { spec: { serviceAccount: 'argo' } } }, argo],
  ['none', { objectRef: of('pods'), requestObject: { spec: { serviceAccountName: '' } } }, undefined],
  ['a template', { objectRef: of('daemonsets'), requestObject: { spec: { template: pod } } }, argo],
  [
    'a CronJob',
    { objectRef: of('cronjobs'), requestObject: { spec: { jobTemplate: { spec: { template: pod } } } } },
    argo,
  ],
  ['a PodTemplate', { objectRef: of('podtemplates'), requestObject: { template: pod } }, argo],
  ['a JSON Patch', { verb: 'patch', objectRef: of('deployments'), requestObject: patch }, argo],
  ['a patch of something else', { verb: 'patch', objectRef: of('pods'), requestObject: {}, responseObject: pod }, argo],
  ['a pod that is read', { verb: 'get', objectRef: of('pods'), responseObject: pod }, undefined],
  ['a kind that runs nothing', { objectRef: of('services'), requestObject: pod }, undefined],
];
for (const [name, fields, account] of accounts) {
  test(`whose identity is handed on: ${name}`, () =>
    expect(requestOf({ verb: 'create', ...fields })).toEqual(
      account === undefined ? undefined : expect.objectContaining({ service_account: account }),
    ));
}

const subjects = [
  { kind: 'User', name: 'mallory', apiGroup: 'rbac.authorization.k8s.io' },
  { kind: 'ServiceAccount', name: 'bot', namespace: 'ci' },
  { kind: 'Group', name: 'devs' },
];
const both = ['mallory', 'system:serviceaccount:ci:bot'];
const binding = { resource: 'clusterrolebindings', name: 'x' };
const local = { resource: 'rolebindings', namespace: 'dev', name: 'x' };
const bindings: [name: string, fields: object, bound: readonly string[] | undefined][] = [
  ['users and service accounts, no groups', { objectRef: binding, requestObject: { subjects } }, both],
  [
    'a patch of something else',
    { verb: 'patch', objectRef: binding, requestObject: {}, responseObject: { subjects } },
    both,
  ],
  [
    'a JSON Patch',
    { verb: 'patch', objectRef: binding, requestObject: [{ op: 'add', path: '/subjects', value: subjects }] },
    both,
  ],
  [
    'a service account of the namespace of the binding',
    { objectRef: local, requestObject: { subjects: [{ kind: 'ServiceAccount', name: 'bot' }] } },
    ['system:serviceaccount:dev:bot'],
  ],
  [
    'a service account of no namespace',
    { objectRef: binding, requestObject: { subjects: [{ kind: 'ServiceAccount', name: 'bot' }] } },
    undefined,
  ],
  ['a binding that is deleted', { verb: 'delete', objectRef: binding, responseObject: { subjects } }, undefined],
  ['no binding', { objectRef: { resource: 'roles', name: 'x' }, requestObject: { subjects } }, undefined],
  [
    'subjects that are none',
    { objectRef: binding, requestObject: { subjects: [null, 'x', {}, { name: 1 }] } },
    undefined,
  ],
  ['no list of subjects', { objectRef: binding, requestObject: { subjects: 'x' } }, undefined],
];
for (const [name, fields, bound] of bindings) {
  test(`to whom a binding gives its role: ${name}`, () =>
    expect((requestOf({ verb: 'create', ...fields }) as { bound?: unknown } | undefined)?.bound).toEqual(bound));
}

const definitions: [name: string, objectRef: object, defines: object | undefined][] = [
  [
    'a definition',
    { resource: 'customresourcedefinitions', name: 'widgets.example.com' },
    { type: 'widgets', group: 'example.com' },
  ],
  ['a definition in the making', { resource: 'customresourcedefinitions' }, undefined],
  ['a name without a group', { resource: 'customresourcedefinitions', name: 'widgets' }, undefined],
  ['a name without a type', { resource: 'customresourcedefinitions', name: '.example.com' }, undefined],
  ['another object', { resource: 'secrets', name: 'widgets.example.com' }, undefined],
];
for (const [name, objectRef, defines] of definitions) {
  test(`the kind that is defined: ${name}`, () =>
    expect(requestOf({ verb: 'delete', objectRef })).toEqual(defines === undefined ? undefined : { defines }));
}

const WEB = '/api/v1/namespaces/dev/pods/web';
const dryRuns: [name: string, fields: object, dryRun: string | undefined][] = [
  ['a parameter', { verb: 'create', requestURI: `${WEB}?dryRun=All` }, 'certain'],
  ['one of several', { verb: 'patch', requestURI: `${WEB}?fieldManager=x&dryRun=All&force=true` }, 'certain'],
  ['twice', { verb: 'update', requestURI: `${WEB}?dryRun=All&dryRun=All` }, 'certain'],
  ['a letter of the value in percent', { verb: 'create', requestURI: `${WEB}?dryRun=%41ll` }, 'certain'],
  ['a letter of the name in percent', { verb: 'create', requestURI: `${WEB}?%64ryRun=All` }, 'certain'],
  ['all letters in percent', { verb: 'create', requestURI: `${WEB}?%64%72%79%52%75%6e=%41%6C%6c` }, 'certain'],
  ['no parameters', { verb: 'create' }, undefined],
  ['others', { verb: 'create', requestURI: `${WEB}?fieldManager=a%20b` }, undefined],
  ['in the path', { verb: 'create', requestURI: '/api/v1/namespaces/dev/pods/dryRun=All' }, undefined],
  ['in another case', { verb: 'create', requestURI: `${WEB}?dryrun=All` }, undefined],
  ['in another’s value', { verb: 'create', requestURI: `${WEB}?fieldManager=dryRun=All` }, undefined],
  ['a name that begins so', { verb: 'create', requestURI: `${WEB}?dryRunX=All` }, undefined],
  ['a second question mark', { verb: 'create', requestURI: `${WEB}?a=b?dryRun=All` }, undefined],
  ['with a semicolon, which Go drops', { verb: 'create', requestURI: `${WEB}?dryRun=All;x` }, undefined],
  ['with a percent sign of no letter, which Go drops', { verb: 'create', requestURI: `${WEB}?dryRun=%4` }, undefined],
  ['a request that reads', { verb: 'get', requestURI: `${WEB}?dryRun=All` }, undefined],
  ['a deletion, without a body', { verb: 'delete', level: 'Request', requestURI: `${WEB}?dryRun=All` }, 'certain'],
  [
    'a deletion by its body',
    { verb: 'delete', level: 'Request', requestObject: { kind: 'DeleteOptions', dryRun: ['All'] } },
    'certain',
  ],
  [
    'a collection by its body',
    { verb: 'deletecollection', level: 'RequestResponse', requestObject: { dryRun: ['All'] } },
    'certain',
  ],
  [
    'a deletion whose body counts instead of the parameter',
    { verb: 'delete', level: 'Request', requestURI: `${WEB}?dryRun=All`, requestObject: { kind: 'DeleteOptions' } },
    undefined,
  ],
  ['a body with none', { verb: 'delete', level: 'Request', requestObject: { dryRun: [] } }, undefined],
  [
    'a deletion whose body nobody recorded',
    { verb: 'delete', level: 'Metadata', requestURI: `${WEB}?dryRun=All` },
    'claimed',
  ],
  [
    'a deletion whose body was cut',
    {
      verb: 'delete',
      level: 'Request',
      requestURI: `${WEB}?dryRun=All`,
      annotations: { 'audit.k8s.io/truncated': 'true' },
    },
    'claimed',
  ],
  [
    'an eviction by its body',
    {
      verb: 'create',
      objectRef: of('pods', 'eviction'),
      requestObject: { kind: 'Eviction', deleteOptions: { dryRun: ['All'] } },
    },
    'certain',
  ],
  ['another body', { verb: 'create', requestObject: { deleteOptions: { dryRun: ['All'] } } }, undefined],
];
for (const [name, fields, dryRun] of dryRuns) {
  test(`a request that only tries: ${name}`, () =>
    expect((requestOf(fields) as { dry_run?: unknown } | undefined)?.dry_run).toBe(dryRun));
}

test('a long query is looked through in linear time', () => {
  const requestURI = `${WEB}?${'%64'.repeat(500_000)}&${'dryRu%6&'.repeat(100_000)}`;
  const start = performance.now();
  expect(requestOf({ verb: 'create', requestURI })).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(2_000);
});

/** Made by openssl for /O=system:masters/O=ops/CN=mallory. */
const MASTERS =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIME1JR2JBZ0VBTURreEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVF3d0NnWURWUVFLREFOdgpjSE14RURBT0JnTlZCQU1NQjIxaGJHeHZjbmt3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVRQClp0OWpHQTgrYWtqRUg0SEtPR3Yrek1xNHhTakttRW5SS01pS0JiV2plS2grc1RwUUdZeGJ3b3RxbXk4Z2FQQW0Kc2xMS3RGZE5oUDc3bnBuQ3J1cURvQUF3Q2dZSUtvWkl6ajBFQXdJRFNBQXdSUUloQUlLL0VlcjFDQStnc0g2dQptNGpFdE8zcXl2VFBSTEZwMUxsQ0dmSnYvUEZ3QWlCZ21aRW9YK201Zmh2cGZuY21mazlqaXdIYlFpUFFvR1h5Cis3dXZVYmJackE9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';
/** The common name root as a BMPString. */
const WIDE =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUJvd0dBSUJBREFUTVJFd0R3WURWUVFESGdnQWNnQnZBRzhBZEE9PQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';

const block = (request: string): string => Buffer.from(request, 'base64').toString();
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const masters = { common_name: ['mallory'], organization: ['system:masters', 'ops'] };
const certificates: [name: string, request: unknown, certificate: unknown][] = [
  ['groups and user', MASTERS, masters],
  ['names of 16-bit characters', WIDE, { common_name: ['root'] }],
  [
    'an honest block before the one that counts',
    base64(`-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n${block(MASTERS)}`),
    masters,
  ],
  ['headers in the block', base64(block(MASTERS).replace('\n', '\nProc-Type: 4\n\n')), masters],
  ['broken off', base64(block(MASTERS).slice(0, 100)), undefined],
  ['no PEM', base64('hello'), undefined],
  [
    'a length beyond the end',
    base64('-----BEGIN CERTIFICATE REQUEST-----\nMIT/////\n-----END CERTIFICATE REQUEST-----'),
    undefined,
  ],
  ['no text', 7, undefined],
];
for (const [name, request, certificate] of certificates) {
  test(`the subject of a certificate signing request: ${name}`, () => {
    const objectRef = { resource: 'certificatesigningrequests', name: 'x', apiGroup: 'certificates.k8s.io' };
    expect(requestOf({ verb: 'create', objectRef, requestObject: { spec: { request } } })).toEqual(
      certificate === undefined ? undefined : { certificate },
    );
  });
}

test('the subject of a certificate signing request stands in the answer to a patch', () => {
  const objectRef = { resource: 'certificatesigningrequests', name: 'x', subresource: 'approval' };
  const request = requestOf({
    verb: 'patch',
    objectRef,
    requestObject: { status: {} },
    responseObject: { spec: { request: MASTERS } },
  });
  expect(request).toEqual({ certificate: masters });
});

test('of an approval the answer counts: what its request repeats is not kept', () => {
  const objectRef = { resource: 'certificatesigningrequests', name: 'x', subresource: 'approval' };
  const [requestObject, responseObject] = [{ spec: { request: WIDE } }, { spec: { request: MASTERS } }];
  expect(requestOf({ verb: 'update', objectRef, requestObject, responseObject })).toEqual({ certificate: masters });
});
