import { expect, test } from '@jest/globals';
import type { EcsDocument } from '../../../../src/model/event.ts';
import { normalized } from '../support.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
const documentOf = (record: object): EcsDocument => {
  const [event] = normalized(record).events;
  if (event === undefined) throw new Error('no event');
  return event.document;
};
const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');

const LINE = {
  ts: '2026-11-23T05:13:11.994845Z',
  msg: 'request stats',
  'start time': '2026-11-23T05:13:11.994845Z',
  'time spent': '364.156µs',
  remote: '10.0.0.7:41981',
  'response type': '/etcdserverpb.KV/Range',
  'request size': 38,
  'response count': 3,
  'response size': 847,
  'request content': 'key:"/registry/secrets/" range_end:"/registry/secrets0" limit:1 keys_only:true ',
};
const RECORD = {
  time: '2026-11-23T05:13:11.994845Z',
  remote: '10.0.0.7:41981',
  service: 'etcdserverpb.KV',
  method: 'Range',
  key: base64('/registry/secrets/'),
  range_end: base64('/registry/secrets0'),
  limit: 1,
  keys_only: true,
  duration_ns: 364_156,
  request_size: 38,
  response_size: 847,
  response_count: 3,
};
const record = (fields: object): object => ({ etcd_request: { ...RECORD, ...fields } });

test('a record of a call fills the fields that request stats fills', () => {
  const [a, b] = [documentOf(LINE), documentOf(record({}))].map(document => ({
    ...document,
    message: undefined,
    event: { ...document.event, id: undefined },
  }));
  expect(plain(b)).toEqual(plain(a));
});

type Pick = (document: EcsDocument) => unknown;
const facts: [name: string, fields: object, pick: Pick, expected: unknown][] = [
  [
    'plain text as a key',
    { key: undefined, key_text: '/registry/pods/a/b', range_end: undefined },
    d => [d.etcd?.key, d.orchestrator?.resource],
    ['/registry/pods/a/b', { type: 'pods', name: 'b' }],
  ],
  ['bytes as a key', { key: base64('\xff\x00'), range_end: undefined }, d => d.etcd?.key, '\\xff\\x00'],
  ['all keys', { key: base64('\0'), range_end: base64('\0') }, d => d.etcd?.key_span, 'all'],
  [
    'a client by its certificate',
    { common_name: 'backup' },
    d => [d.user, d.etcd?.client],
    [{ name: 'backup' }, { common_name: 'backup' }],
  ],
  ['no status', {}, d => d.event.outcome, 'unknown'],
  ['status 0', { status: 0 }, d => d.event.outcome, 'success'],
  ['status OK', { status: 'OK' }, d => d.event.outcome, 'success'],
  ['a status that is none', { status: 7 }, d => [d.event.outcome, d.event.reason], ['failure', 'gRPC status 7']],
  ['a put', { method: 'Put' }, d => [d.event.action, d.etcd?.operation], ['put', 'write']],
  [
    'a method without keys',
    { service: 'etcdserverpb.Maintenance', method: 'Snapshot', key: undefined, range_end: undefined },
    d => [d.etcd?.rpc, d.etcd?.operation, d.etcd?.key],
    [{ service: 'Maintenance', method: 'Snapshot' }, 'maintenance', undefined],
  ],
  [
    'a guarded transaction',
    {
      method: 'Txn',
      guarded: true,
      operations: [
        { method: 'Put', key_text: '/registry/secrets/a/b' },
        { method: 'DeleteRange', key_text: '/x' },
      ],
    },
    d => [d.etcd?.operation, d.etcd?.txn, d.etcd?.keys, d.orchestrator?.namespace],
    ['delete', { guarded: true, operations: 2, like_api_server: false }, ['/registry/secrets/a/b', '/x'], 'a'],
  ],
  [
    'a guarded transaction that an API server could have made',
    { method: 'Txn', guarded: true, operations: [{ method: 'Put', key_text: '/registry/secrets/a/b' }] },
    d => [d.etcd?.txn, d.etcd?.creates],
    [{ guarded: true, operations: 1 }, undefined],
  ],
  [
    'a transaction without compare',
    { method: 'Txn', operations: [{ method: 'Put', key_text: '/x' }] },
    d => d.etcd?.txn,
    { guarded: false, operations: 1, like_api_server: false },
  ],
  [
    'an operation of a hostile name',
    { method: 'Txn', operations: [{ method: 'constructor', key_text: '/x' }] },
    d => d.etcd?.txn,
    { guarded: false, operations: 0, like_api_server: false },
  ],
  ['no time', { time: 'soon' }, d => d.keywarden.missing, ['time']],
];
for (const [name, fields, pick, expected] of facts) {
  test(`etcd_request: ${name}`, () => expect(plain(pick(documentOf(record(fields))))).toEqual(plain(expected)));
}

const faults: [name: string, fields: object, reason: string][] = [
  ['no service', { service: undefined }, 'etcd_request.service: expected a name such as etcdserverpb.KV'],
  ['an odd method', { method: 'a b' }, 'etcd_request.method: expected a name such as Range'],
  ['a key that is no text', { key: [1] }, 'etcd_request.key: expected text'],
];
for (const [name, fields, reason] of faults) {
  test(`etcd_request with ${name} is a dead letter`, () =>
    expect(normalized(record(fields)).deadLetters.map(letter => letter.reason)).toEqual([reason]));
}

test('an access log of Envoy tells method, client and how it ended', () => {
  const document = documentOf({
    start_time: '2026-11-23T05:13:11.994Z',
    method: 'POST',
    path: '/etcdserverpb.KV/DeleteRange?token=swordfish',
    protocol: 'HTTP/2',
    response_code: 200,
    grpc_status: 'PermissionDenied',
    duration: 12,
    bytes_received: 38,
    bytes_sent: 9,
    downstream_remote_address: '10.0.0.7:41981',
    downstream_peer_subject: 'CN=kube-apiserver-etcd-client,O=system:masters',
  });
  expect(plain(document)).toMatchObject({
    '@timestamp': '2026-11-23T05:13:11.994Z',
    event: { action: 'delete_range', type: ['deletion'], outcome: 'failure', duration: 12_000_000 },
    source: { ip: '10.0.0.7', port: 41981 },
    user: { name: 'kube-apiserver-etcd-client' },
    etcd: {
      line: 'request',
      rpc: { method: 'DeleteRange' },
      operation: 'delete',
      request: { size: 38 },
      response: { size: 9 },
    },
  });
});
