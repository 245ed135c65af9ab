import { expect, test } from '@jest/globals';
import { endedFor, troubleOf } from '../../../src/collect/trouble.ts';
import { claimsTooEarly } from '../../../src/collect/version.ts';

const AT = 'https://10.0.0.1:2379';
const NO_CONNECTION = 'No connection established. Last error: ';

/** What gRPC and etcd 3.4 and 3.6 said when it was tried. */
const cases: [says: string, code: string, told: string][] = [
  [
    `${NO_CONNECTION}40AD:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../rec.c:918:SSL alert number 116\n (2026-11-24T23:48:41.285Z). Resolution note: `,
    'CONFIG',
    'etcd refuses us without a client certificate that it trusts; give one',
  ],
  [
    `${NO_CONNECTION}40AD:error:0A000412:SSL routines:ssl3_read_bytes:ssl/tls alert bad certificate:../rec.c:918`,
    'CONFIG',
    'collector.tls.certFile and .keyFile',
  ],
  [
    `${NO_CONNECTION}40AD:error:0A000418:SSL routines::tlsv1 alert unknown ca:../rec.c`,
    'CONFIG',
    'does not trust the authority',
  ],
  [
    `${NO_CONNECTION}Error: unable to verify the first certificate; if the root CA`,
    'CONFIG',
    'in collector.tls.caFile',
  ],
  [
    `${NO_CONNECTION}Error: self-signed certificate in certificate chain. Resolution note: `,
    'CONFIG',
    'in collector.tls.caFile',
  ],
  [`${NO_CONNECTION}Error: certificate has expired. Resolution note: `, 'CONFIG', 'not valid today'],
  [
    `${NO_CONNECTION}Error: Hostname/IP does not match certificate's altnames: IP: 10.0.0.1 is not in the cert's list`,
    'CONFIG',
    'not for this address',
  ],
  [
    `${NO_CONNECTION}Error: 40AD:error:0A00010B:SSL routines::wrong version number:../tls.c:77:\n. Resolution note: `,
    'CONFIG',
    'does not speak TLS',
  ],
  ['etcdserver: permission denied', 'CONFIG', 'role grant-permission ROLE read --prefix=true /registry/'],
  ['etcdserver: user name is empty', 'CONFIG', 'a role with read permission'],
  [
    `${NO_CONNECTION}Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: `,
    'ETCD',
    `${AT}: connect ECONNREFUSED 127.0.0.1:1`,
  ],
  [
    `${NO_CONNECTION}Failed to connect (2026-11-24T23:48:41.301Z). Resolution note: `,
    'ETCD',
    `${AT}: Failed to connect`,
  ],
  ['etcdserver: no leader', 'ETCD', `${AT}: etcdserver: no leader`],
];
for (const [says, code, told] of cases) {
  test(`an error of etcd: ${told}`, () => {
    const error = troubleOf(Object.assign(new Error(`14 UNAVAILABLE: ${says}`), { details: says }), AT, '/registry/');
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(told)]);
    expect(error.message).toContain(AT);
  });
}

test('a watch that is ended for want of a permission says which', () => {
  const reason = 'rpc error: code = PermissionDenied desc = etcdserver: permission denied';
  expect(endedFor(reason, AT, '/kubernetes.io/').message).toContain('read --prefix=true /kubernetes.io/');
});

const versions: [version: string, early: boolean][] = [
  ['3.4.23', true],
  ['3.4.25', false],
  ['3.5.7', true],
  ['3.5.8', false],
  ['3.6.0', false],
  ['3.7.1', false],
  ['', false],
];
for (const [version, early] of versions) {
  test(`etcd ${version || 'without a version'} claims progress ${early ? 'too early' : 'in order'}`, () =>
    expect(claimsTooEarly(version)).toBe(early));
}
