import { type Interval, liesIn, reaches } from './interval.ts';

/** The Kubernetes object, or kind of objects, that keys of an API server store. */
export type Stored = {
  readonly type: string;
  readonly group: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
};

type Resource = { readonly type: string; readonly group: string; readonly namespaced: boolean };

/** Below which prefixes API servers store: that of Kubernetes, and those of OpenShift's two. Source: kube-apiserver `--etcd-prefix`. */
const REGISTRIES = ['/registry/', '/kubernetes.io/', '/openshift.io/'] as const;

/** Whether a request reaches keys of an API server. */
export const reachesRegistry = (interval: Interval): boolean =>
  REGISTRIES.some(registry => (interval.single ? interval.start.startsWith(registry) : reaches(interval, registry)));

/** Storage prefix to resource, built-in kinds only. Source: Kubernetes pkg/kubeapiserver/default_storage_factory_builder.go and each kind's storage. */
const RESOURCES: ReadonlyMap<string, Resource> = new Map([
  ...kinds(
    '',
    true,
    'configmaps',
    'events',
    'limitranges',
    'persistentvolumeclaims',
    'pods',
    'podtemplates',
    'resourcequotas',
  ),
  ...kinds('', true, 'secrets', 'serviceaccounts'),
  ...kinds('', false, 'namespaces', 'persistentvolumes'),
  ...kinds('apps', true, 'controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'),
  ...kinds('batch', true, 'cronjobs', 'jobs'),
  ...kinds('autoscaling', true, 'horizontalpodautoscalers'),
  ...kinds('policy', true, 'poddisruptionbudgets'),
  ...kinds('coordination.k8s.io', true, 'leases', 'leasecandidates'),
  ...kinds('discovery.k8s.io', true, 'endpointslices'),
  ...kinds('networking.k8s.io', true, 'networkpolicies'),
  ...kinds('networking.k8s.io', false, 'ingressclasses', 'servicecidrs', 'ipaddresses'),
  ...kinds('rbac.authorization.k8s.io', true, 'roles', 'rolebindings'),
  ...kinds('rbac.authorization.k8s.io', false, 'clusterroles', 'clusterrolebindings'),
  ...kinds('storage.k8s.io', true, 'csistoragecapacities'),
  ...kinds(
    'storage.k8s.io',
    false,
    'storageclasses',
    'csidrivers',
    'csinodes',
    'volumeattachments',
    'volumeattributesclasses',
  ),
  ...kinds('scheduling.k8s.io', false, 'priorityclasses'),
  ...kinds('node.k8s.io', false, 'runtimeclasses'),
  ...kinds('certificates.k8s.io', false, 'certificatesigningrequests', 'clustertrustbundles'),
  ...kinds('certificates.k8s.io', true, 'podcertificaterequests'),
  ...kinds('admissionregistration.k8s.io', false, 'mutatingwebhookconfigurations', 'validatingwebhookconfigurations'),
  ...kinds('admissionregistration.k8s.io', false, 'validatingadmissionpolicies', 'validatingadmissionpolicybindings'),
  ...kinds('admissionregistration.k8s.io', false, 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'),
  ...kinds('flowcontrol.apiserver.k8s.io', false, 'flowschemas', 'prioritylevelconfigurations'),
  ...kinds('resource.k8s.io', true, 'resourceclaims', 'resourceclaimtemplates'),
  ...kinds('resource.k8s.io', false, 'resourceslices', 'deviceclasses'),
  ...kinds('internal.apiserver.k8s.io', false, 'storageversions'),
  ...kinds('storagemigration.k8s.io', false, 'storageversionmigrations'),
  // Stored under another name than theirs.
  ['minions', { type: 'nodes', group: '', namespaced: false }],
  ['controllers', { type: 'replicationcontrollers', group: '', namespaced: true }],
  ['services/specs', { type: 'services', group: '', namespaced: true }],
  ['services/endpoints', { type: 'endpoints', group: '', namespaced: true }],
  ['ingress', { type: 'ingresses', group: 'networking.k8s.io', namespaced: true }],
  ['podsecuritypolicy', { type: 'podsecuritypolicies', group: 'policy', namespaced: false }],
  [
    'apiextensions.k8s.io/customresourcedefinitions',
    { type: 'customresourcedefinitions', group: 'apiextensions.k8s.io', namespaced: false },
  ],
  ['apiregistration.k8s.io/apiservices', { type: 'apiservices', group: 'apiregistration.k8s.io', namespaced: false }],
]);

function kinds(
  group: string,
  namespaced: boolean,
  ...types: readonly string[]
): readonly (readonly [string, Resource])[] {
  return types.map(type => [type, { type, group, namespaced }] as const);
}

const PREFIXES = REGISTRIES.flatMap(registry =>
  [...RESOURCES].map(([storage, { type }]) => ({ registry, prefix: `${registry}${storage}/`, type })),
);

/** Types of all built-in resources whose keys the interval reaches. */
export const typesReached = (interval: Interval): readonly string[] => [
  ...new Set(PREFIXES.filter(({ prefix }) => reaches(interval, prefix)).map(({ type }) => type)),
];

/** What a key under `/registry` stores, or what all keys of an interval have in common; undefined where that is not one kind. */
export function storedAt(interval: Interval): Stored | undefined {
  const { start, single } = interval;
  const registry = REGISTRIES.find(prefix => start.startsWith(prefix));
  if (registry === undefined) return undefined;
  const segments = start.slice(registry.length).split('/');
  const depth = storageDepth(segments);
  const prefix = `${registry}${segments.slice(0, depth).join('/')}/`;
  if (!single && !liesIn(interval, prefix)) return onlyKind(interval);
  return described(segments, depth, single);
}

/** How many segments name the kind: `secrets`, `services/specs`, `example.com/widgets`. */
function storageDepth([first = '']: readonly string[]): number {
  return first === 'services' || first === 'ranges' || first.includes('.') ? 2 : 1;
}

function described(segments: readonly string[], depth: number, single: boolean): Stored | undefined {
  const storage = segments.slice(0, depth).join('/');
  if (storage === '') return undefined;
  const known = RESOURCES.get(storage);
  const resource = known ?? customResource(segments, depth);
  const rest = partsOf(segments.slice(depth), single);
  const namespaced = known?.namespaced ?? (rest.length > 1 || (!single && rest.length === 1));
  const [first] = rest;
  const group = resource.group === '' ? undefined : resource.group;
  if (!namespaced) return { type: resource.type, group, namespace: undefined, name: nameOf(rest, single) };
  return { type: resource.type, group, namespace: first, name: nameOf(rest.slice(1), single) };
}

/** What follows the kind. An empty part of a single key is a part: /registry/pods//x is another key than /registry/pods/x. */
function partsOf(segments: readonly string[], single: boolean): readonly string[] {
  const isNothing = segments.length === 1 && segments[0] === '';
  return single && !isNothing ? segments : segments.filter(segment => segment !== '');
}

/** A range names no object, but the beginning of its names would mislead as one. */
const nameOf = (rest: readonly string[], single: boolean): string | undefined =>
  single && rest.length > 0 ? rest.join('/') : undefined;

function customResource(segments: readonly string[], depth: number): { readonly type: string; readonly group: string } {
  const [first = '', second = ''] = segments;
  return depth === 2 && first.includes('.')
    ? { type: second, group: first }
    : { type: segments.slice(0, depth).join('/'), group: '' };
}

/** `--prefix /registry/secrets` without the final slash reaches but one kind. */
function onlyKind(interval: Interval): Stored | undefined {
  const reached = PREFIXES.filter(({ prefix }) => reaches(interval, prefix));
  const [only] = reached;
  if (reached.length !== 1 || only === undefined || !only.prefix.startsWith(interval.start)) return undefined;
  return described(storageOf(only), storageOf(only).length, false);
}

const storageOf = ({ registry, prefix }: (typeof PREFIXES)[number]): readonly string[] =>
  prefix.slice(registry.length, -1).split('/');
