import { expect, test } from '@jest/globals';
import type { EcsDocument } from '../../../../src/model/event.ts';
import { normalizedAll } from '../support.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const TS = '2026-11-23T05:13:11.995213Z';
const documentsOf = (...lines: readonly object[]): readonly EcsDocument[] =>
  normalizedAll(lines.map(line => ({ level: 'info', ts: TS, ...line }))).events.map(({ document }) => document);

/** Texts of etcd 3.4.13, 3.5.24 and 3.6.8; where they differ the version is named. */
const facts: [name: string, line: object, pick: (document: EcsDocument) => unknown, expected: unknown][] = [
  [
    'a role is taken away',
    {
      msg: 'revoked a role from a user',
      'user-name': 'ann',
      'old-user-roles': ['a', 'b'],
      'new-user-roles': ['a'],
      'revoked-role-name': 'b',
    },
    d => [d.event.action, d.etcd?.auth],
    ['user_role_revoked', { user: 'ann', role: 'b' }],
  ],
  [
    'a permission on all keys (3.6 names them)',
    {
      msg: 'granted/updated a permission to a user',
      'user-name': 'k8s',
      'permission-name': 'READ',
      key: '\0',
      'range-end': '\0',
    },
    d => [d.etcd?.registry, d.etcd?.key_span, d.etcd?.key],
    [true, 'all', '\\x00'],
  ],
  [
    'a token that etcd does not know, of which nothing is kept',
    { level: 'warn', msg: 'invalid auth token', token: 'fXonWfzhZVIdnuiN.12' },
    d => [d.event.action, d.event.outcome, JSON.stringify(d).includes('fXonWf')],
    ['token_refused', 'failure', false],
  ],
  [
    'the gateway: the name on its line is the server’s own, so nobody’s',
    {
      level: 'warn',
      msg: 'ignoring common name in gRPC-gateway proxy request',
      'common-name': 'etcd-server',
      'user-name': 'etcd-server',
    },
    d => [d.event.action, d.user, d.etcd],
    ['gateway_used', undefined, { line: 'auth' }],
  ],
  [
    'a write that failed, at level info',
    {
      level: 'warn',
      msg: 'failed to apply request',
      took: '119.88µs',
      request: 'header:<ID:1 username:"intruder" auth_revision:8 > put:<key:"/registry/a/b" value_size:1 >',
      response: '',
      error: 'auth: permission denied',
    },
    d => [d.event.action, d.event.outcome, d.event.reason, d.etcd?.line, d.etcd?.client?.common_name, d.etcd?.key],
    ['apply_failed', 'failure', 'auth: permission denied', 'apply', 'intruder', '/registry/a/b'],
  ],
  [
    'an alarm of 3.4 and 3.5',
    { level: 'warn', msg: 'alarm raised', alarm: 'NOSPACE', from: '768f24955bf833b1' },
    d => [d.event.action, d.etcd?.alarm, d.etcd?.member?.id],
    ['alarm_raised', 'NOSPACE', '768f24955bf833b1'],
  ],
  [
    'an alarm of 3.6, where raft’s line is all there is',
    {
      level: 'warn',
      msg: 'apply request took too long',
      request: 'header:<ID:1 username:"root" auth_revision:1 > alarm:<action:DEACTIVATE memberID:7 alarm:CORRUPT > ',
    },
    d => [d.etcd?.rpc?.method, d.etcd?.alarm, d.etcd?.alarm_action, d.user?.name],
    ['Alarm', 'CORRUPT', 'deactivate', 'root'],
  ],
  [
    'an alarm that is only asked for',
    { level: 'warn', msg: 'apply request took too long', request: 'header:<ID:1 username:"root" > alarm:<> ' },
    d => [d.etcd?.alarm, d.etcd?.alarm_action],
    [undefined, 'get'],
  ],
  [
    'a peer of another cluster',
    {
      level: 'warn',
      msg: 'request cluster ID mismatch',
      'local-member-id': 'a1',
      'local-member-cluster-id': 'c1',
      'remote-peer-server-name': 'a1',
      'remote-peer-cluster-id': 'c2',
    },
    d => [d.event.action, d.event.outcome, d.etcd?.cluster, d.etcd?.member?.name],
    ['cluster_id_mismatch', 'failure', { id: 'c1', remote_id: 'c2' }, 'a1'],
  ],
  [
    'a peer that nobody added',
    {
      level: 'error',
      msg: 'failed to find remote peer in cluster',
      'remote-peer-id-stream-handler': 'a1',
      'remote-peer-id-from': 'e7',
      'cluster-id': 'c1',
    },
    d => [d.event.action, d.etcd?.member?.id, d.etcd?.cluster?.id],
    ['peer_unknown', 'e7', 'c1'],
  ],
  [
    'a peer that was removed',
    { level: 'warn', msg: 'rejected Raft message from removed member', 'removed-member-id': 'e7' },
    d => [d.event.action, d.etcd?.member?.id],
    ['peer_removed', 'e7'],
  ],
  [
    'members whose data differ',
    {
      level: 'error',
      msg: 'Detected compaction hash mismatch',
      'leader-id': 'a1',
      'peer-ids': 'b2',
    },
    d => [d.event.action, d.event.outcome],
    ['data_inconsistent', 'failure'],
  ],
  [
    'a start that finds other data at its peers',
    { level: 'error', msg: 'checkInitialHashKV failed', error: 'a1 found data inconsistency with peers' },
    d => [d.event.action, d.event.reason],
    ['data_inconsistent', 'a1 found data inconsistency with peers'],
  ],
  [
    'a cluster that was forced',
    { msg: 'forcing restart member', 'cluster-id': 'c1', 'local-member-id': 'a1', 'commit-index': 7 },
    d => [d.event.action, d.etcd?.cluster?.id, d.etcd?.member?.id],
    ['cluster_forced', 'c1', 'a1'],
  ],
  [
    'how peers are authenticated',
    {
      msg: 'starting with peer TLS',
      'tls-info': 'cert = /a, key = /b, trusted-ca = /ca, client-cert-auth = false, crl-file = ',
    },
    d => [d.event.action, d.etcd?.server],
    ['peer_tls_started', { peer_cert_auth: false, peer_trusted_ca: true }],
  ],
  ['pprof', { msg: 'pprof is enabled', path: '/debug/pprof' }, d => d.etcd?.server, { enable_pprof: true }],
  [
    'the v2 API of 3.5',
    { level: 'warn', msg: 'Flag `enable-v2` is deprecated and will get removed in etcd 3.6.' },
    d => d.etcd?.server,
    { enable_v2: true },
  ],
];
for (const [name, line, pick, expected] of facts) {
  test(`etcd: ${name}`, () => {
    const [document] = documentsOf(line);
    expect(document === undefined ? undefined : plain([pick(document)])).toEqual(plain([expected]));
  });
}

const entry = (put: string): object => ({
  level: 'debug',
  msg: 'applyEntryNormal',
  raftReq: `header:<ID:1 username:"kube-apiserver" auth_revision:1 > ${put} `,
});
const SECRET = 'key:"/registry/secrets/dev/db"';
const values: [name: string, put: string, expected: object | undefined][] = [
  ['plain', `put:<${SECRET} value:"k8s\\000\\n\\014swordfish" >`, { encrypted: false }],
  [
    'under a key of its own',
    `put:<${SECRET} value:"k8s:enc:aescbc:v1:key2:\\376swordfish" >`,
    { encrypted: true, provider: 'aescbc', key_id: 'key2' },
  ],
  [
    'by a plugin',
    `put:<${SECRET} value:"k8s:enc:kms:v2:vault:swordfish" >`,
    { encrypted: true, provider: 'kms', key_id: 'vault' },
  ],
  [
    'in a transaction',
    `txn:<compare:<target:MOD ${SECRET} mod_revision:0 > success:<request_put:<${SECRET} value:"k8s:enc:secretbox:v1:k:x" >> failure:<>>`,
    { encrypted: true, provider: 'secretbox', key_id: 'k' },
  ],
  ['a prefix that names no provider', `put:<${SECRET} value:"k8s:enc:swordfish" >`, { encrypted: true }],
  ['nothing was written', 'alarm:<>', undefined],
];
for (const [name, put, expected] of values) {
  test(`a debug line says how a value is stored, never the value: ${name}`, () => {
    const [document] = documentsOf(entry(put));
    expect(document?.etcd?.value).toEqual(expected);
    expect(document?.etcd?.client?.common_name).toBe('kube-apiserver');
    expect(JSON.stringify(document)).not.toContain('swordfish');
  });
}

test('a member that is added while the server starts is told again, one that is added later is news', () => {
  const added = { msg: 'added member', 'added-peer-id': 'p1' };
  const start = { msg: 'starting an etcd server' };
  const ready = { msg: 'ready to serve client requests' };
  const told = (...lines: readonly object[]): readonly unknown[] =>
    documentsOf(...lines).flatMap(({ etcd }) => (etcd?.line === 'member' ? [etcd.member?.at_start === true] : []));
  expect(told(start, added, ready, added)).toEqual([true, false]);
  expect(told(added)).toEqual([false]);
  expect(told({ ...added, 'local-member-id': 'p1' }, { ...added, 'local-member-id': 'p2' })).toEqual([true, false]);
  // A start that never ends is not believed for ever.
  expect(told(start, { ...added, ts: '2026-11-23T05:18:12.995213Z' })).toEqual([false]);
});

test('a read that raft tells of stands alone where no request is ever logged', () => {
  const read = {
    msg: 'apply request took too long',
    request: 'key:"/registry/pods/" range_end:"/registry/pods0" ',
    response: 'range_response_count:3 size:847',
  };
  const request = { msg: 'request stats', 'response type': '/etcdserverpb.KV/Range' };
  const alone = (...lines: readonly object[]): number =>
    documentsOf(...lines).filter(({ etcd }) => etcd?.alone === true).length;
  expect(alone(...Array(25).fill(read))).toBe(5);
  expect(alone(...Array(25).fill([read, request]).flat())).toBe(0);
  const start = (version: string): object => ({ msg: 'starting an etcd server', 'etcd-version': version });
  expect(alone(start('3.5.34'), read)).toBe(1);
  expect(alone(start('3.5.34'), request, read)).toBe(0);
  expect(alone(start('3.6.8'), read)).toBe(0);
  expect(documentsOf(read)[0]?.etcd?.response).toEqual({ count: 3, size: 847 });
});
