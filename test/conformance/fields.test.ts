import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { compileRule } from '../../src/sigma/compile.ts';
import { auditEvent, normalized } from '../unit/normalize/support.ts';
import { ruleOf, SHIPPED_FIELDS } from '../unit/sigma/support.ts';
import { only } from './sigma/support.ts';

const HEAD = `title: A rule
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
`;

/** Whether a rule on audit events holds on a created object, with the index and without. */
function holds(selection: string, fields: object, logsource = '{ product: kubernetes, service: audit }'): boolean {
  const source = ruleOf(`${HEAD}logsource: ${logsource}\ndetection:\n${only(selection).replace(/^/gm, '  ')}\n`);
  const engine = createEngine([compileRule(source, { ...SHIPPED_FIELDS, lists: new Map() })]);
  const [event] = normalized(auditEvent({ verb: 'create', ...fields })).events;
  if (event === undefined) throw new Error('no event');
  const found = engine.match(event).length > 0;
  expect(engine.matchAll(event).length > 0).toBe(found);
  return found;
}

const SPEC = {
  hostNetwork: true,
  serviceAccountName: 'deployer',
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  securityContext: { runAsUser: 0 },
  initContainers: [
    { name: 'setup', image: 'setup:1', securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN'] } } },
  ],
  containers: [
    { name: 'app', image: 'shop:1', command: ['sh', '-c'], securityContext: { capabilities: { drop: ['ALL'] } } },
  ],
  volumes: [{ name: 'root', hostPath: { path: '/var/lib/etcd' } }],
};
const HARDENED = { containers: [{ image: 'shop:1', securityContext: { capabilities: { drop: ['ALL'] } } }] };

const METADATA = { labels: { 'app.kubernetes.io/name': 'shop' }, annotations: { 'a.b/c': 'x' } };

const carriers: [kind: string, carry: (spec: object) => object][] = [
  ['Pod', spec => ({ spec })],
  ['Deployment', spec => ({ spec: { template: { spec } } })],
  ['CronJob', spec => ({ spec: { jobTemplate: { spec: { template: { spec } } } } })],
  ['PodTemplate', spec => ({ template: { spec } })],
];
const names: [selection: string, holds: boolean][] = [
  ["hostPath: '*'", true],
  ['hostPath|startswith: /var/lib', true],
  ['hostPath.path: /var/lib/etcd', true],
  ['hostPath|exists: true', true],
  ["capabilities: '*'", true],
  ['capabilities: SYS_ADMIN', true],
  ['capabilities.drop: all', true],
  ['capabilities.drop: all\nimage: setup:1', false],
  ['privileged: true', true],
  ['privileged: true\nimage|startswith: setup', true],
  ['privileged: true\nimage|startswith: shop', false],
  ['securityContext.privileged: true', true],
  ['hostNetwork: true', true],
  ['hostPID: true', false],
  ['hostPID: null', true],
  ['hostNetwork: null', false],
  ['runAsUser: 0', true],
  ['runAsUser: 0\nimage: shop:1', true],
  ['serviceAccountName: deployer', true],
  ['command: sh', true],
];
for (const [kind, carry] of carriers) {
  for (const [selection, expected] of names) {
    test(`${kind}: ${selection.replaceAll('\n', ' / ')}: ${expected}`, () =>
      expect(holds(selection, { requestObject: carry(SPEC) })).toBe(expected));
  }
  test(`${kind}: an ephemeral container counts`, () => {
    const requestObject = carry({ ephemeralContainers: [{ securityContext: { privileged: true } }] });
    expect(holds('privileged: true', { requestObject })).toBe(true);
  });
  test(`${kind}: a hardened one has no capabilities and no hostPath`, () => {
    expect(holds("capabilities: '*'", { requestObject: carry(HARDENED) })).toBe(false);
    expect(holds("hostPath: '*'", { requestObject: carry(HARDENED) })).toBe(false);
  });
}

const WEBHOOK = { resource: 'deployments', apiGroup: 'apps', namespace: 'dev', name: 'web', subresource: 'scale' };
const REQUEST = {
  objectRef: WEBHOOK,
  user: { username: 'alice', groups: ['dev'], extra: { 'authentication.kubernetes.io/credential-id': ['JTI=1'] } },
  requestObject: {
    metadata: METADATA,
    data: { 'ca.crt': 'x' },
    spec: { template: { metadata: METADATA, spec: SPEC } },
  },
};
const raw: [selection: string, holds: boolean][] = [
  ['apiGroup: apps', true],
  ['apiGroup: batch', false],
  ['resource: deployments\nsubresource: scale', true],
  ['objectRef.apiGroup: apps\nverb: [create, delete]', true],
  ['username: alice', true],
  ['user.username: alice', true],
  ['user.groups: dev', true],
  ['user.name: alice', true],
  ["user.extra.authentication.kubernetes.io/credential-id: 'JTI=1'", true],
  ['annotations.authorization.k8s.io/decision: allow', true],
  ['annotations.authorization.k8s.io/decision: forbid', false],
  ['responseStatus.code: [200, 201]', true],
  ['responseStatus.code: ALLOW', false],
  ['sourceIPs: 10.0.0.7', true],
  ['stage: ResponseComplete', true],
  ['kind: Event', true],
  ['requestObject.metadata.labels.app.kubernetes.io/name: shop', true],
  ['requestObject.metadata.annotations.a.b/c: x', true],
  ['requestObject.spec.template.metadata.labels.app.kubernetes.io/name: shop', true],
  ['requestObject.spec.template.spec.nodeSelector.kubernetes.io/os: linux', true],
  ['requestObject.data.ca.crt: x', true],
  ['kubernetes.audit.verb: create', true],
  ['kubernetes.audit.objectRef.resource: deployments', true],
  ['kubernetes.audit.annotations.authorization_k8s_io/decision: allow', true],
  ['kubernetes.audit.annotations.authorization.k8s.io/decision: allow', true],
  ['kubernetes.audit.requestObject.spec.template.spec.hostNetwork: true', true],
  ['kubernetes.audit.requestObject.metadata.labels.app.kubernetes.io/name: shop', true],
  ['event.action: create', true],
  ['orchestrator.resource.type: deployments', true],
];
for (const [selection, expected] of raw) {
  test(`of the audit event: ${selection.replaceAll('\n', ' / ')}: ${expected}`, () =>
    expect(holds(selection, REQUEST)).toBe(expected));
}

const logsources: [logsource: string, holds: boolean][] = [
  ['{ product: kubernetes, service: audit }', true],
  ['{ product: kubernetes }', true],
  ['{ product: Kubernetes, service: AUDIT }', true],
  ['{ category: application, product: kubernetes, service: audit }', true],
  ['{ product: kubernetes, service: application }', false],
  ['{ category: process_creation, product: kubernetes }', false],
  ['{ product: etcd, service: server }', false],
  ['{ service: audit }', false],
  ['{ product: linux, service: audit }', false],
];
for (const [logsource, expected] of logsources) {
  test(`a rule about ${logsource} ${expected ? 'sees' : 'does not see'} audit events`, () =>
    expect(holds('event.action: create', {}, logsource)).toBe(expected));
}
