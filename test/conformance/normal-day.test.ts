import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { atLeast } from '../../src/model/alert.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { auditEvent, normalized } from '../unit/normalize/support.ts';

/** What those do all day who keep a cluster running: none of it may alert. The rules of A1 to A9 have tests of their own. */
const { rules } = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-24') });
const engine = createEngine(rules.filter(({ rule }) => /^a1\d-/.test(basename(rule.file))));

type Request = {
  readonly verb: string;
  readonly object?: object;
  readonly uri?: string;
  readonly body?: unknown;
  readonly code?: number;
  readonly from?: readonly string[];
};

const account = (namespace: string, name: string): object => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  uid: 'a8e0d3f2',
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
const controller = (name: string): object => account('kube-system', name);
const user = (username: string, ...groups: string[]): object => ({ username, groups });

const KUBELET = user('system:node:n1', 'system:nodes', 'system:authenticated');
const API_SERVER = { username: 'system:apiserver', uid: 'b1', groups: ['system:masters', 'system:authenticated'] };
const MANAGER = user('system:kube-controller-manager', 'system:authenticated');
const ARGO = account('argocd', 'argocd-application-controller');
const FLUX = account('flux-system', 'kustomize-controller');
const DEVELOPER = user('alice', 'developers', 'system:authenticated');
const ADMIN = user('kubernetes-admin', 'system:masters', 'system:authenticated');

const core = (resource: string, namespace?: string, name?: string, subresource?: string): object => ({
  resource,
  namespace,
  name,
  subresource,
  apiVersion: 'v1',
});
const of = (apiGroup: string, resource: string, namespace?: string, name?: string, subresource?: string): object => ({
  ...core(resource, namespace, name, subresource),
  apiGroup,
});
const ADMISSION = 'admissionregistration.k8s.io';
const SNAPSHOT = 'snapshot.storage.k8s.io';
const DISCOVERY = 'discovery.k8s.io';

const pods = '/api/v1/pods?allowWatchBookmarks=true&fieldSelector=spec.nodeName%3Dn1&watch=true';
const proxied = (path: string): string => `/api/v1/nodes/n1/proxy/${path}`;
const service = (type: string): object => ({
  kind: 'Service',
  spec: { type, ports: [{ port: 80, targetPort: 8080 }] },
});
const image = { spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } };

const days: readonly (readonly [who: string, user: object, requests: readonly Request[]])[] = [
  [
    'a kubelet',
    KUBELET,
    [
      { verb: 'get', object: core('nodes', undefined, 'n1') },
      { verb: 'patch', object: core('nodes', undefined, 'n1', 'status'), body: { status: { conditions: [] } } },
      { verb: 'watch', object: core('pods'), uri: pods },
      { verb: 'watch', object: core('secrets', 'prod', 'db') },
      { verb: 'watch', object: core('configmaps', 'prod', 'kube-root-ca.crt') },
      { verb: 'create', object: core('serviceaccounts', 'prod', 'web', 'token'), code: 201 },
      { verb: 'patch', object: core('pods', 'kube-system', 'coredns-7x2kp', 'status'), body: { status: {} } },
      { verb: 'delete', object: core('pods', 'prod', 'web-7x2kp') },
      { verb: 'create', object: core('pods', 'kube-system', 'kube-proxy-gke-n1'), code: 201 },
      { verb: 'create', object: core('events', 'prod', 'web.17a1'), code: 201 },
      { verb: 'patch', object: core('events', 'prod', 'web.17a1'), body: { count: 4 } },
      { verb: 'update', object: of('coordination.k8s.io', 'leases', 'kube-node-lease', 'n1') },
      { verb: 'update', object: of('storage.k8s.io', 'csinodes', undefined, 'n1') },
      { verb: 'create', object: of('certificates.k8s.io', 'certificatesigningrequests'), code: 201 },
      { verb: 'get', object: core('secrets', 'prod', 'gone'), code: 403 },
    ],
  ],
  [
    'the API server',
    API_SERVER,
    [
      { verb: 'update', object: core('endpoints', 'default', 'kubernetes'), from: ['::1'] },
      { verb: 'update', object: of(DISCOVERY, 'endpointslices', 'default', 'kubernetes'), from: ['::1'] },
      { verb: 'create', object: of('apiregistration.k8s.io', 'apiservices', undefined, 'v1.apps'), from: ['::1'] },
      {
        verb: 'update',
        object: core('configmaps', 'kube-system', 'extension-apiserver-authentication'),
        from: ['::1'],
      },
      { verb: 'list', object: core('secrets'), from: ['127.0.0.1'] },
    ],
  ],
  [
    'the controllers, as one',
    MANAGER,
    [
      { verb: 'create', object: of('apps', 'replicasets', 'kube-system', 'coredns-7x2'), code: 201 },
      { verb: 'update', object: of(DISCOVERY, 'endpointslices', 'kube-system', 'kube-dns-x7') },
      { verb: 'create', object: core('configmaps', 'new', 'kube-root-ca.crt'), code: 201 },
      { verb: 'deletecollection', object: core('events', 'old') },
      { verb: 'delete', object: core('persistentvolumes', undefined, 'pvc-1') },
    ],
  ],
  [
    'the namespace controller',
    controller('namespace-controller'),
    ['events', 'secrets', 'services', 'persistentvolumeclaims', 'serviceaccounts', 'pods']
      .map(resource => ({ verb: 'deletecollection', object: core(resource, 'old') }))
      .concat([
        { verb: 'deletecollection', object: of('apps', 'deployments', 'old') },
        { verb: 'deletecollection', object: of(SNAPSHOT, 'volumesnapshots', 'old') },
        { verb: 'deletecollection', object: of('velero.io', 'backups', 'old') },
      ]),
  ],
  [
    'the garbage collector',
    controller('generic-garbage-collector'),
    [
      { verb: 'patch', object: core('pods', 'kube-system', 'x'), body: { metadata: { ownerReferences: [] } } },
      { verb: 'delete', object: of('apps', 'daemonsets', 'falco', 'falco') },
      { verb: 'delete', object: of(ADMISSION, 'validatingwebhookconfigurations', undefined, 'x') },
    ],
  ],
  [
    'the DaemonSet controller',
    controller('daemon-set-controller'),
    [{ verb: 'create', object: core('pods', 'kube-system', 'kube-proxy-x7'), code: 201 }],
  ],
  [
    'the autoscaler',
    controller('horizontal-pod-autoscaler'),
    [{ verb: 'update', object: of('apps', 'deployments', 'prod', 'web', 'scale'), body: { spec: { replicas: 5 } } }],
  ],
  [
    'Argo CD',
    ARGO,
    [
      { verb: 'patch', object: of('apps', 'daemonsets', 'kube-system', 'cilium'), body: image },
      { verb: 'patch', object: of(ADMISSION, 'mutatingwebhookconfigurations', undefined, 'x') },
      { verb: 'create', object: core('services', 'prod', 'web'), body: service('LoadBalancer'), code: 201 },
      { verb: 'patch', object: core('configmaps', 'kube-system', 'coredns') },
      { verb: 'create', object: of('apps', 'daemonsets', 'logging', 'fluent-bit'), code: 201 },
      { verb: 'delete', object: of('apps', 'deployments', 'kyverno', 'old') },
    ],
  ],
  [
    'Flux',
    FLUX,
    [
      {
        verb: 'patch',
        object: core('namespaces', 'storage', 'storage'),
        body: { kind: 'Namespace', metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } } },
      },
      { verb: 'patch', object: of('kyverno.io', 'clusterpolicies', undefined, 'no-root') },
      { verb: 'create', object: of('batch', 'cronjobs', 'prod', 'report'), code: 201 },
    ],
  ],
  [
    'cert-manager’s injector',
    account('cert-manager', 'cert-manager-cainjector'),
    [
      { verb: 'update', object: of(ADMISSION, 'validatingwebhookconfigurations', undefined, 'cert-manager-webhook') },
      { verb: 'patch', object: of('apiextensions.k8s.io', 'customresourcedefinitions', undefined, 'x.example.com') },
      { verb: 'update', object: of('apiregistration.k8s.io', 'apiservices', undefined, 'v1beta1.metrics.k8s.io') },
    ],
  ],
  [
    'cert-manager',
    account('cert-manager', 'cert-manager'),
    [
      { verb: 'create', object: core('services', 'prod', 'cm-acme-x'), body: service('NodePort'), code: 201 },
      { verb: 'update', object: of('coordination.k8s.io', 'leases', 'kube-system', 'cert-manager-controller') },
    ],
  ],
  [
    'the ingress controller',
    account('ingress-nginx', 'ingress-nginx'),
    [
      { verb: 'update', object: of('networking.k8s.io', 'ingresses', 'prod', 'web', 'status') },
      { verb: 'list', object: of(DISCOVERY, 'endpointslices') },
    ],
  ],
  [
    'Prometheus',
    account('monitoring', 'prometheus-k8s'),
    [
      { verb: 'get', object: core('nodes', undefined, 'n1', 'proxy'), uri: proxied('metrics') },
      { verb: 'get', object: core('nodes', undefined, 'n1', 'proxy'), uri: proxied('metrics/cadvisor') },
      { verb: 'get', uri: '/metrics' },
      { verb: 'list', object: core('pods') },
    ],
  ],
  [
    'Velero',
    account('velero', 'velero'),
    [
      { verb: 'list', object: core('persistentvolumes') },
      { verb: 'create', object: of('velero.io', 'backups', 'velero', 'daily-1'), code: 201 },
      { verb: 'create', object: of('velero.io', 'deletebackuprequests', 'velero', 'daily-0'), code: 201 },
      { verb: 'delete', object: of(SNAPSHOT, 'volumesnapshots', 'prod', 'velero-x') },
    ],
  ],
  [
    'a storage driver',
    controller('ebs-csi-controller-sa'),
    [
      { verb: 'delete', object: core('persistentvolumes', undefined, 'pvc-1') },
      { verb: 'delete', object: of(SNAPSHOT, 'volumesnapshotcontents', undefined, 'snapcontent-1') },
    ],
  ],
  [
    'a network plug-in',
    controller('aws-node'),
    [{ verb: 'patch', object: core('pods', 'kube-system', 'coredns-7x2kp'), body: { metadata: { annotations: {} } } }],
  ],
  [
    'EKS',
    user('eks:node-manager', 'system:authenticated'),
    [{ verb: 'update', object: core('configmaps', 'kube-system', 'aws-auth') }],
  ],
  [
    'AKS',
    user('aksService', 'system:masters', 'system:authenticated'),
    [
      {
        verb: 'patch',
        object: of('apps', 'deployments', 'kube-system', 'coredns'),
        body: image,
        from: ['203.0.113.4'],
      },
    ],
  ],
  [
    'GKE',
    user('system:addon-manager', 'system:authenticated'),
    [{ verb: 'patch', object: of('apps', 'daemonsets', 'kube-system', 'fluentbit-gke'), body: image }],
  ],
  [
    'a load balancer’s controller',
    controller('aws-load-balancer-controller'),
    [
      { verb: 'patch', object: core('services', 'prod', 'web'), body: { metadata: { finalizers: [] } } },
      {
        verb: 'patch',
        object: core('services', 'prod', 'web', 'status'),
        body: { status: { loadBalancer: { ingress: [{ hostname: 'a.elb' }] } } },
      },
    ],
  ],
  [
    'Kyverno',
    account('kyverno', 'kyverno-admission-controller'),
    [
      { verb: 'update', object: of(ADMISSION, 'validatingwebhookconfigurations', undefined, 'kyverno-resource') },
      { verb: 'delete', object: of(ADMISSION, 'mutatingwebhookconfigurations', undefined, 'kyverno-resource') },
    ],
  ],
  [
    'a health probe',
    user('system:anonymous', 'system:unauthenticated'),
    [
      { verb: 'get', uri: '/livez?verbose' },
      { verb: 'get', uri: '/readyz' },
      { verb: 'get', uri: '/version' },
    ],
  ],
  [
    'a developer',
    DEVELOPER,
    [
      { verb: 'create', object: of('apps', 'deployments', 'dev', 'web'), body: image, code: 201 },
      { verb: 'patch', object: of('apps', 'deployments', 'dev', 'web'), body: image },
      { verb: 'patch', object: of('apps', 'deployments', 'dev', 'web', 'scale'), body: { spec: { replicas: 0 } } },
      { verb: 'create', object: of('batch', 'cronjobs', 'dev', 'report'), code: 201 },
      { verb: 'create', object: core('services', 'dev', 'web'), body: service('ClusterIP'), code: 201 },
      { verb: 'delete', object: core('pods', 'dev', 'web-7x2kp') },
      { verb: 'delete', object: core('persistentvolumeclaims', 'dev', 'data') },
      { verb: 'get', object: core('pods', 'dev', 'web', 'log') },
      { verb: 'list', object: core('pods', 'dev'), from: ['127.0.0.1', '10.0.0.9'] },
    ],
  ],
  [
    'an administrator',
    ADMIN,
    [
      { verb: 'create', object: core('namespaces', undefined, 'team-a'), code: 201 },
      { verb: 'delete', object: core('namespaces', 'pr-17', 'pr-17') },
      { verb: 'patch', object: core('nodes', undefined, 'n1'), body: { spec: { unschedulable: true } } },
      { verb: 'delete', object: core('nodes', undefined, 'n9') },
      { verb: 'create', object: core('pods', 'prod', 'web-7x2kp', 'eviction'), code: 201 },
      { verb: 'get', object: core('configmaps', 'kube-system', 'coredns') },
      {
        verb: 'create',
        object: of('apiextensions.k8s.io', 'customresourcedefinitions', undefined, 'x.example.com'),
        code: 201,
      },
    ],
  ],
];

for (const [who, name, requests] of days) {
  test(`${who} raises nothing on a normal day`, () => {
    const alerts = requests.flatMap(request => alertsOf(name, request).map(title => `${request.verb}: ${title}`));
    expect(alerts).toEqual([]);
  });
}

test('the same requests of Argo CD by a stranger do alert, each', () => {
  const requests = days.find(([who]) => who === 'Argo CD')?.[2] ?? [];
  const stranger = user('mallory', 'system:authenticated');
  expect(requests.filter(request => alertsOf(stranger, request).length === 0)).toEqual([]);
  expect(requests.length).toBeGreaterThan(0);
});

function alertsOf(
  name: object,
  { verb, object, uri, body, code = 200, from = ['10.0.0.7'] }: Request,
): readonly string[] {
  const { events } = normalized(
    auditEvent({
      level: body === undefined ? 'Metadata' : 'Request',
      verb,
      user: name,
      objectRef: object,
      requestURI: uri ?? '/api/v1/x',
      requestObject: body,
      responseStatus: { metadata: {}, code },
      sourceIPs: from,
      ...(code === 403 ? { annotations: { 'authorization.k8s.io/decision': 'forbid' } } : {}),
    }),
  );
  return events
    .flatMap(event => engine.match(event))
    .filter(({ rule }) => atLeast(rule.level, 'low'))
    .map(({ rule }) => rule.title);
}
