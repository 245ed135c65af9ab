import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { EcsDocument } from '../../../../src/model/event.ts';
import { REDACTED } from '../../../../src/normalize/redact/marker.ts';
import { normalized } from '../support.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const documentOf = (line: object): EcsDocument => {
  const [event] = normalized({ level: 'info', ts: '2026-11-23T05:13:11.995213Z', ...line }).events;
  if (event === undefined) throw new Error('no event');
  return event.document;
};
const request = (method: string, content: string, more: object = {}): object => ({
  msg: 'request stats',
  'start time': '2026-11-23T05:13:11.994845Z',
  'time spent': '364.156µs',
  remote: '10.0.0.7:41981',
  'response type': `/etcdserverpb.${method}`,
  'request count': 0,
  'request size': 38,
  'response count': 3,
  'response size': 847,
  'request content': content,
  ...more,
});
const apply = (content: string, more: object = {}): object => ({
  msg: 'apply request took too long',
  took: '1m2.5s',
  request: content,
  ...more,
});

test('request stats: one call with its client, its keys and what they store', () => {
  const document = documentOf(request('KV/Range', 'key:"/registry/secrets/dev/db" limit:1 '));
  expect(plain({ ...document, ecs: undefined, data_stream: undefined, keywarden: undefined })).toEqual({
    '@timestamp': '2026-11-23T05:13:11.995213Z',
    event: {
      id: document.event.id,
      kind: 'event',
      module: 'etcd',
      dataset: 'etcd.audit_logs',
      action: 'range',
      type: ['access'],
      category: ['database'],
      outcome: 'unknown',
      start: '2026-11-23T05:13:11.994845Z',
      duration: 364156,
    },
    message: 'request stats',
    source: { ip: '10.0.0.7', port: 41981 },
    orchestrator: { type: 'kubernetes', namespace: 'dev', resource: { type: 'secrets', name: 'db' } },
    related: { ip: ['10.0.0.7'] },
    log: { level: 'info' },
    etcd: {
      line: 'request',
      rpc: { service: 'KV', method: 'Range' },
      operation: 'read',
      key: '/registry/secrets/dev/db',
      key_span: 'key',
      registry: true,
      resources: ['secrets'],
      limit: 1,
      request: { size: 38, count: 0 },
      response: { size: 847, count: 3 },
    },
  });
});

type Pick = (document: EcsDocument) => unknown;
const TXN =
  'compare:<target:MOD key:"/registry/pods/dev/a" mod_revision:0 > success:<request_put:<key:"/registry/pods/dev/a" value_size:636 >> failure:<>';
const facts: [name: string, line: object, pick: Pick, expected: unknown][] = [
  [
    'a put is a write',
    request('KV/Put', 'key:"/registry/x/y" value_size:13 lease:42 '),
    d => [d.etcd?.operation, d.event.type, d.etcd?.lease],
    ['write', ['change'], '42'],
  ],
  [
    'a deletion',
    request('KV/DeleteRange', 'key:"/registry/events" range_end:"/registry/eventt" '),
    d => [d.etcd?.operation, d.event.action, d.etcd?.key_span],
    ['delete', 'delete_range', 'prefix'],
  ],
  [
    'a guarded transaction',
    request('KV/Txn', TXN),
    d => [d.etcd?.operation, d.etcd?.txn, d.etcd?.keys],
    ['write', { guarded: true, operations: 1, like_api_server: true }, ['/registry/pods/dev/a']],
  ],
  [
    'a transaction without a compare',
    request('KV/Txn', 'compare:<> success:<request_put:<key:"/registry/a/b" value_size:1 >> failure:<>'),
    d => d.etcd?.txn,
    { guarded: false, operations: 1, like_api_server: false },
  ],
  [
    'a transaction that writes and deletes is a deletion',
    request(
      'KV/Txn',
      'compare:<key:"/registry/x" version:0 > success:<request_put:<key:"/registry/x" value_size:1 > request_delete_range:<key:"/registry/clusterrolebindings/pwn" > > failure:<request_range:<key:"/registry/x" > >',
    ),
    d => [d.etcd?.operation, d.etcd?.txn?.operations, d.etcd?.keys],
    ['delete', 3, ['/registry/x', '/registry/clusterrolebindings/pwn']],
  ],
  [
    'operations of a nested transaction count',
    request(
      'KV/Txn',
      'compare:<key:"a" version:0 > success:<request_txn:<compare:<> success:<request_delete_range:<key:"/registry/secrets/a/b" > > failure:<>>> failure:<>',
    ),
    d => [d.etcd?.operation, d.etcd?.resources, d.etcd?.registry],
    ['delete', ['secrets'], true],
  ],
  [
    'a transaction that only reads',
    request(
      'KV/Txn',
      'compare:<> success:<request_range:<key:"/registry/secrets/" range_end:"/registry/secrets0" > > failure:<>',
    ),
    d => [d.etcd?.operation, d.etcd?.key_span],
    ['read', 'prefix'],
  ],
  [
    'keys only, counted, serializable',
    request('KV/Range', 'key:"/registry/a" serializable:true keys_only:true count_only:true '),
    d => [d.etcd?.keys_only, d.etcd?.count_only, d.etcd?.serializable],
    [true, true, true],
  ],
  [
    'a call without content',
    request('Cluster/MemberList', '', { 'request size': -1 }),
    d => [d.event.action, d.etcd?.operation, d.etcd?.request],
    ['member_list', 'cluster', { count: 0 }],
  ],
  [
    'an address over IPv6',
    request('KV/Range', '', { remote: '[2001:db8::1]:99' }),
    d => d.source,
    { ip: '2001:db8::1', port: 99 },
  ],
  ['what is no address', request('KV/Range', '', { remote: 'evil' }), d => d.source, undefined],
  [
    'a write seen by raft names the certificate',
    apply(
      'header:<ID:1 username:"intruder" auth_revision:1 > put:<key:"/registry/clusterrolebindings/b" value_size:613 >',
    ),
    d => [d.event.action, d.etcd?.client, d.user, d.etcd?.rpc?.method, d.orchestrator?.resource],
    [
      'apply',
      { common_name: 'intruder' },
      { name: 'intruder' },
      'Put',
      { type: 'clusterrolebindings', name: 'b', group: 'rbac.authorization.k8s.io' },
    ],
  ],
  [
    'a read seen by raft',
    apply('key:"/registry/pods/" range_end:"/registry/pods0" limit:5 ', { prefix: 'read-only range ' }),
    d => [d.etcd?.operation, d.etcd?.client, d.event.duration],
    ['read', undefined, 62_500_000_000],
  ],
  [
    'a transaction seen by raft',
    apply(`header:<ID:1 username:"k" auth_revision:1 > txn:<${TXN}>`),
    d => [d.etcd?.rpc?.method, d.etcd?.txn?.guarded, d.etcd?.key],
    ['Txn', true, '/registry/pods/dev/a'],
  ],
  [
    'a change of users seen by raft',
    apply('header:<ID:1 username:"root" auth_revision:8 > auth_enable:<> '),
    d => [d.etcd?.rpc, d.etcd?.operation, d.user],
    [{ service: 'Auth', method: 'AuthEnable' }, 'auth', { name: 'root' }],
  ],
  [
    'what raft refused is a failure',
    apply('header:<ID:1 username:"x" > put:<key:"/registry/a/b" value_size:1 >', { error: 'auth: permission denied' }),
    d => [d.event.outcome, d.event.reason],
    ['failure', 'auth: permission denied'],
  ],
  [
    'what raft does for itself',
    apply('header:<ID:1 > cluster_version_set:<ver:"3.6.0" > '),
    d => [d.etcd?.rpc, d.etcd?.operation],
    [undefined, undefined],
  ],
  [
    'a rejected client',
    {
      msg: 'rejected connection on client endpoint',
      'remote-addr': '127.0.0.2:46481',
      'server-name': '',
      error: 'tls: bad',
    },
    d => [d.event.action, d.event.outcome, d.source, d.etcd?.tls],
    ['connection_rejected', 'failure', { ip: '127.0.0.2', port: 46481 }, { endpoint: 'client', error: 'tls: bad' }],
  ],
  [
    'a rejected peer',
    { msg: 'rejected connection on peer endpoint', 'remote-addr': '127.0.0.2:1', error: 'x' },
    d => d.etcd?.tls?.endpoint,
    'peer',
  ],
  [
    'a rejected client of 3.4',
    { msg: 'rejected connection', 'remote-addr': '127.0.0.2:1', error: 'EOF' },
    d => d.event.action,
    'connection_rejected',
  ],
  [
    'a role is granted',
    { msg: 'granted a role to a user', 'user-name': 'evil', 'user-roles': ['root'], 'added-role-name': 'root' },
    d => [d.event.action, d.etcd?.auth],
    ['user_role_granted', { user: 'evil', role: 'root', roles: ['root'] }],
  ],
  [
    'a permission is granted',
    {
      msg: 'granted/updated a permission to a user',
      'user-name': 'k8s',
      'permission-name': 'READWRITE',
      key: '/registry/',
      'range-end': '/registry0',
    },
    d => [d.event.action, d.etcd?.auth, d.etcd?.key],
    ['permission_granted', { user: 'k8s', permission: 'READWRITE' }, '/registry/'],
  ],
  [
    'a wrong password',
    { msg: 'invalid authentication was requested', user: 'evil', error: 'auth: failed' },
    d => [d.event.action, d.event.outcome, d.etcd?.auth?.user],
    ['authentication_failed', 'failure', 'evil'],
  ],
  [
    'a member is added',
    {
      msg: 'added member',
      'cluster-id': 'c1',
      'added-peer-id': 'p1',
      'added-peer-peer-urls': ['https://x:2380'],
      'added-peer-is-learner': true,
    },
    d => [d.event.action, d.etcd?.member, d.etcd?.cluster],
    ['member_added', { id: 'p1', peer_urls: ['https://x:2380'], learner: true }, { id: 'c1' }],
  ],
  [
    'a snapshot is sent',
    { msg: 'successfully sent database snapshot to client', 'total-bytes': 389120 },
    d => [d.event.action, d.etcd?.snapshot],
    ['snapshot_sent', { size: 389120 }],
  ],
  [
    'arguments',
    {
      msg: 'Running: ',
      args: [
        'etcd',
        '--listen-client-urls',
        'https://a:1,https://b:2',
        '--client-cert-auth',
        '--enable-v2=false',
        '--log-level=debug',
      ],
    },
    d => [d.etcd?.server, d.process?.args.length],
    [
      {
        listen_client_urls: ['https://a:1', 'https://b:2'],
        client_cert_auth: true,
        enable_v2: false,
        log_level: 'debug',
      },
      6,
    ],
  ],
  [
    'arguments without passwords, with what rules need',
    {
      msg: 'Running: ',
      args: [
        'etcd',
        '--discovery-password=swordfish',
        '--initial-cluster-token',
        'etcd-1',
        '--auth-token=jwt,pub-key=/pki/jwt.pub',
        '--trusted-ca-file=/pki/ca.crt',
      ],
    },
    d => d.process?.args,
    [
      'etcd',
      `--discovery-password=${REDACTED}`,
      '--initial-cluster-token',
      'etcd-1',
      '--auth-token=jwt,pub-key=/pki/jwt.pub',
      '--trusted-ca-file=/pki/ca.crt',
    ],
  ],
  [
    'a service and an operation of hostile names',
    request('constructor/Foo', 'constructor:<key:"/registry/secrets/a/b" >'),
    d => [d.etcd?.operation, d.event.type],
    ['read', ['access']],
  ],
  [
    'a transaction whose request is __proto__',
    request('KV/Txn', 'success:<__proto__:<key:"/registry/secrets/a/b" > >'),
    d => [d.etcd?.operation, d.etcd?.txn?.operations],
    ['read', 0],
  ],
  [
    'an entry of a hostile name',
    apply('constructor:<key:"a" >'),
    d => [d.etcd?.rpc, d.event.type],
    [undefined, ['info']],
  ],
  [
    'how clients are authenticated',
    {
      msg: 'starting with client TLS',
      'tls-info':
        'cert = /a, key = /b, client-cert=, client-key=, trusted-ca = , client-cert-auth = false, crl-file = ',
    },
    d => d.etcd?.server,
    { client_tls: true, client_cert_auth: false, trusted_ca: false },
  ],
  [
    'no TLS at all',
    { msg: 'serving client traffic insecurely; this is strongly discouraged!' },
    d => [d.event.action, d.etcd?.server],
    ['client_tls_missing', { client_tls: false }],
  ],
  [
    'any other line keeps only its message',
    { msg: 'ready to serve client requests', password: 'swordfish' },
    d => [d.etcd, d.message],
    [{ line: 'log' }, 'ready to serve client requests'],
  ],
  [
    'a debug line keeps what comes before a quotation',
    { level: 'debug', msg: 'Putting key "swordfish"' },
    d => d.message,
    'Putting key ',
  ],
  [
    'so does a line of an odd level',
    { level: 'DEBUG', msg: 'Putting key "swordfish"' },
    d => d.message,
    'Putting key ',
  ],
  ['and one without', { level: undefined, msg: 'Putting key "swordfish"' }, d => d.message, 'Putting key '],
  [
    'the time of 3.4',
    { msg: 'x', ts: '2020-01-02T03:04:05.678+0100' },
    d => d['@timestamp'],
    '2020-01-02T02:04:05.678Z',
  ],
  ['a time in seconds', { msg: 'x', ts: 1577934245.5 }, d => d['@timestamp'], '2020-01-02T03:04:05.500Z'],
  [
    'no time',
    { msg: 'x', ts: undefined },
    d => [d['@timestamp'], d.keywarden.missing],
    ['2026-11-23T12:00:00.000Z', ['ts']],
  ],
];
for (const [name, line, pick, expected] of facts) {
  test(`etcd: ${name}`, () => expect(plain([pick(documentOf(line))])).toEqual(plain([expected])));
}

const LOGS = [
  ...readdirSync('test/fixtures/lab')
    .filter(name => /^etcd.*(?<!actions)\.jsonl$/.test(name))
    .map(name => `test/fixtures/lab/${name}`),
  'deploy/sample/etcd.jsonl',
];
for (const file of LOGS) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  test(`every line of ${file} is read, and nothing of a value stays`, () => {
    const outcomes = lines.map((line, i) => normalized(line, i + 1));
    expect(outcomes.flatMap(({ deadLetters }) => deadLetters)).toEqual([]);
    const text = JSON.stringify(outcomes.flatMap(({ events }) => events.map(({ document }) => document)));
    for (const secret of ['TOPSECRET', 'value:', 'hashed_password', '$2a$']) expect(text).not.toContain(secret);
  });
}

test('the same line read twice is one event, two equal lines are two', () => {
  const idAt = (line: number): string | undefined =>
    normalized({ msg: 'x', ts: '2026-11-23T05:13:11Z' }, line).events[0]?.id;
  expect(idAt(1)).toBe(idAt(1));
  expect(idAt(1)).not.toBe(idAt(2));
});
