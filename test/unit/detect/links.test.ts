import { expect, test } from '@jest/globals';
import { linksOf } from '../../../src/detect/links.ts';
import { auditEvent, normalized } from '../normalize/support.ts';

const linksIn = (record: object): readonly string[] => normalized(record).events.flatMap(event => linksOf(event));

const secret = (namespace: string, name: string) => ({ resource: 'secrets', namespace, name, apiVersion: 'v1' });

const cases: [name: string, fields: object, links: string[]][] = [
  ['user, address and object', {}, ['user:alice', 'address:10.0.0.7', 'object:/pods/dev/web']],
  [
    'whom a user acts as',
    { impersonatedUser: { username: 'bob' }, objectRef: undefined },
    ['user:alice', 'user:bob', 'address:10.0.0.7'],
  ],
  [
    'the credential that is used',
    {
      user: { username: 'alice', extra: { 'authentication.kubernetes.io/credential-id': ['JTI=1'] } },
      objectRef: undefined,
    },
    ['user:alice', 'credential:JTI=1', 'address:10.0.0.7'],
  ],
  [
    'the credential that is issued, and the account that it is for',
    {
      verb: 'create',
      objectRef: {
        resource: 'serviceaccounts',
        subresource: 'token',
        namespace: 'dev',
        name: 'robot',
        apiVersion: 'v1',
      },
      annotations: { 'authentication.kubernetes.io/issued-credential-id': 'JTI=1' },
    },
    ['user:alice', 'user:system:serviceaccount:dev:robot', 'credential:JTI=1', 'address:10.0.0.7'],
  ],
  [
    'to whom rights are given',
    {
      level: 'Request',
      verb: 'create',
      objectRef: {
        resource: 'clusterrolebindings',
        name: 'b',
        apiGroup: 'rbac.authorization.k8s.io',
        apiVersion: 'v1',
      },
      requestObject: {
        subjects: [
          { kind: 'User', name: 'mallory' },
          { kind: 'Group', name: 'g' },
        ],
      },
    },
    ['user:alice', 'user:mallory', 'address:10.0.0.7', 'object:rbac.authorization.k8s.io/clusterrolebindings//b'],
  ],
  ['not the address of the machine itself', { sourceIPs: ['127.0.0.1'], objectRef: undefined }, ['user:alice']],
  [
    'another address of loopback',
    { sourceIPs: ['127.0.0.2'], objectRef: undefined },
    ['user:alice', 'address:127.0.0.2'],
  ],
  ['not who is nobody', { user: { username: 'system:anonymous' }, objectRef: undefined }, ['address:10.0.0.7']],
  [
    'not an object of a system namespace',
    { objectRef: secret('kube-system', 's') },
    ['user:alice', 'address:10.0.0.7'],
  ],
  [
    'not a system namespace',
    { objectRef: { resource: 'namespaces', name: 'kube-system', namespace: 'kube-system', apiVersion: 'v1' } },
    ['user:alice', 'address:10.0.0.7'],
  ],
  [
    'not a node',
    { objectRef: { resource: 'nodes', name: 'n1', apiVersion: 'v1' } },
    ['user:alice', 'address:10.0.0.7'],
  ],
  [
    'a namespace of its own',
    { objectRef: { resource: 'namespaces', name: 'dev', namespace: 'dev', apiVersion: 'v1' } },
    ['user:alice', 'address:10.0.0.7', 'object:/namespaces//dev'],
  ],
  [
    'no object without a name',
    { objectRef: { resource: 'secrets', namespace: 'dev', apiVersion: 'v1' } },
    ['user:alice', 'address:10.0.0.7'],
  ],
];
for (const [name, fields, links] of cases) {
  test(`links: ${name}`, () => expect(linksIn(auditEvent(fields))).toEqual(links));
}

test('links: a key of etcd is the object that it stores', () => {
  const line = {
    level: 'debug',
    ts: '2026-11-23T05:13:11.999Z',
    msg: 'request stats',
    'start time': '2026-11-23T05:13:11.998Z',
    'time spent': '1ms',
    remote: '10.0.0.9:1',
    'response type': '/etcdserverpb.KV/Range',
    'request count': 0,
    'request size': 1,
    'response count': 1,
    'response size': 1,
    'request content': 'key:"/registry/secrets/dev/app" ',
  };
  expect(linksIn(line)).toEqual(['address:10.0.0.9', 'object:/secrets/dev/app']);
});

test('links: bounded, whatever a binding names', () => {
  const subjects = Array.from({ length: 1_000 }, (_, i) => ({ kind: 'User', name: `u${i}${'x'.repeat(i)}` }));
  const links = linksIn(
    auditEvent({
      level: 'Request',
      verb: 'create',
      objectRef: {
        resource: 'rolebindings',
        namespace: 'dev',
        name: 'b',
        apiGroup: 'rbac.authorization.k8s.io',
        apiVersion: 'v1',
      },
      requestObject: { subjects },
    }),
  );
  expect(links).toHaveLength(16);
});
