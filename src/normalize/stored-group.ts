/**
 * The group under which etcd has the objects of a resource that the API server serves in several: so that a request and the
 * key that it writes speak of one group. Source: Kubernetes pkg/kubeapiserver/default_storage_factory_builder.go (cohabitating
 * resources), and the deprecated API migration guide.
 */
export function storedGroup(resource: string, group: string | undefined): string | undefined {
  if (group === 'events.k8s.io') return resource === 'events' ? undefined : group;
  if (group !== 'extensions') return group;
  return MOVED.has(resource) ? MOVED.get(resource) : group;
}

/** Out of the group extensions. */
const MOVED: ReadonlyMap<string, string | undefined> = new Map([
  ['deployments', 'apps'],
  ['daemonsets', 'apps'],
  ['replicasets', 'apps'],
  ['ingresses', 'networking.k8s.io'],
  ['networkpolicies', 'networking.k8s.io'],
  ['podsecuritypolicies', 'policy'],
  ['replicationcontrollers', undefined],
]);
