import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { Sieve } from '../../src/filter/sieve.ts';
import type { EcsDocument, Event } from '../../src/model/event.ts';
import { loadFilters } from '../../src/pipeline/filters.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { filterText } from '../unit/filter/support.ts';
import { auditEvent, normalized } from '../unit/normalize/support.ts';

const NOW = new Date('2026-11-23');
const TYPICAL = 'deploy/filters/typical-cluster.yml';
const { rules, programs, quiet, compile } = loadRules({ rules: undefined, lists: undefined, now: NOW });
/** Those that alert on one event, and those of which a match may be found to be one later. */
const telling = new Set(programs.map(({ rule }) => rule.id));
const engine = createEngine(rules.filter(({ rule }) => !quiet.has(rule.id) || telling.has(rule.id)));
const filters = loadFilters([TYPICAL], compile);

const recorded = (file: string): readonly Event[] =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .flatMap((text, i) => normalized(text, i + 1).events);
const events = ['kube-apiserver-audit', 'etcd'].flatMap(name => recorded(`deploy/sample/${name}.jsonl`));
const touched = (candidates: readonly Event[]): readonly Event[] => {
  const sieve = new Sieve(filters);
  return candidates.filter(event => sieve.pass(event) !== event);
};

const SENSITIVE = /secret|token|role|certificatesigningrequest|webhook/;
const ENTERING = ['exec', 'attach', 'portforward', 'proxy', 'ephemeralcontainers'];

const isPrecious = ({ document, dataset }: Event): boolean =>
  SENSITIVE.test(document.orchestrator?.resource?.type ?? '') ||
  (document.etcd?.resources ?? []).some(type => SENSITIVE.test(type)) ||
  ENTERING.includes(subresourceOf(document)) ||
  document.user?.effective !== undefined ||
  (document.event.outcome === 'failure' && dataset === 'kubernetes.audit_logs');

const subresourceOf = ({ kubernetes }: EcsDocument): string =>
  (kubernetes?.audit['objectRef'] as { readonly subresource?: string } | undefined)?.subresource ?? '';

test('the documented filters save a good part of the recorded control plane', () => {
  expect(touched(events).length / events.length).toBeGreaterThan(0.25);
});

test('they never touch Secrets, tokens, RBAC, entered pods, impersonation or failures', () => {
  expect(
    touched(events)
      .filter(isPrecious)
      .map(({ document }) => document),
  ).toEqual([]);
});

test('of what they touch none is evidence but a lease’s write, should it have no request', () => {
  const judged = touched(events).filter(event => event.judged);
  const titles = judged.flatMap(event => engine.match(event).map(({ rule }) => rule.title));
  expect([...new Set(titles)]).toEqual(['Events or leases were changed in etcd without an API request']);
});

const CONTROLLER = { username: 'system:serviceaccount:kube-system:deployment-controller' };
const get = (fields: object): object => auditEvent({ user: CONTROLLER, ...fields });
const kept: [name: string, record: object][] = [
  ['a controller reads a Secret', get({ objectRef: { resource: 'secrets', name: 's' } })],
  ['a refused read', get({ responseStatus: { code: 403 } })],
  ['a controller that is no controller', get({ user: { username: 'system:serviceaccount:dev:x-controller' } })],
  ['somebody acts as a controller', get({ user: { username: 'eve' }, impersonatedUser: CONTROLLER })],
  ['a controller acts as somebody', get({ impersonatedUser: { username: 'eve' } })],
  [
    'a path that only begins like a probe',
    auditEvent({
      user: { username: 'system:anonymous' },
      objectRef: undefined,
      requestURI: '/healthz/../api/v1/secrets',
    }),
  ],
  [
    'a lease of somebody else',
    auditEvent({
      verb: 'update',
      objectRef: { resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'kube-system' },
    }),
  ],
  ['an Event is deleted', get({ verb: 'delete', objectRef: { resource: 'events' } })],
];
for (const [name, record] of kept) {
  test(`they keep: ${name}`, () => expect(touched(normalized(record).events)).toEqual([]));
}

const stats = (content: string, remote = '127.0.0.1:4242', size = 37): object => ({
  level: 'warn',
  ts: '2026-11-23T05:12:49.239547Z',
  msg: 'request stats',
  remote,
  'response type': content.startsWith('compare') ? '/etcdserverpb.KV/Txn' : '/etcdserverpb.KV/Range',
  'response size': size,
  'request content': content,
});
const txn = (guard: string, ...puts: string[]): string =>
  `compare:<${guard}> success:<${puts.map(key => `request_put:<key:"${key}" value_size:9 >`).join(' ')}> failure:<>`;
const LEASE = '/registry/leases/kube-system/kube-scheduler';
const GUARD = `target:MOD key:"${LEASE}" mod_revision:7 `;
const lines: [name: string, record: object, untouched: boolean][] = [
  ['a lease is renewed', stats(txn(GUARD, LEASE)), false],
  ['a lease is read', stats(`key:"${LEASE}" `), false],
  ['a lease and a pod in one transaction', stats(txn(GUARD, LEASE, '/registry/pods/dev/web')), true],
  ['a lease and a key of somebody else', stats(txn(GUARD, LEASE, '/other')), true],
  ['a lease from elsewhere', stats(txn(GUARD, LEASE), '10.0.0.9:4242'), true],
  ['a lease that was refused', stats(txn(GUARD, LEASE), '127.0.0.1:4242', 0), true],
  ['all leases', stats('key:"/registry/leases/kube-system/" range_end:"/registry/leases/kube-system0" '), true],
];
for (const [name, record, untouched] of lines) {
  test(`in etcd they ${untouched ? 'keep' : 'leave out'}: ${name}`, () => {
    const found = normalized(record).events;
    expect(found).toHaveLength(1);
    expect(touched(found).length).toBe(untouched ? 0 : 1);
  });
}

test('two filters of one name are an error, and so is a path that is not there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-filters-'));
  for (const name of ['a.yml', 'b.yml']) writeFileSync(join(folder, name), filterText('same', '{ verb: get }', 'drop'));
  expect(() => loadFilters([folder], compile)).toThrow(
    `the filter cannot be used: ${folder}/b.yml:1:1: filter: the name same is taken by another filter; give this one its own`,
  );
  expect(() => loadFilters([join(folder, 'c.yml')], compile)).toThrow(
    `the filter cannot be used: ${folder}/c.yml cannot be read (ENOENT)`,
  );
});
