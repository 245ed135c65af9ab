import type { EcsDocument, Subject } from '../model/event.ts';

/** Links of one event; hostile bindings may name thousands of users. */
const MAX_LINKS = 16;
const MAX_LENGTH = 300;

/**
 * What makes alerts on two events parts of one story: the user who acted, whom they acted as, or to whom they gave rights or
 * an identity; the credential; the address; the object. What everybody uses links nobody: see `isShared`.
 */
export function linksOf({ dataset, document }: Subject): readonly string[] {
  if (dataset === 'json') return [];
  const event = document as EcsDocument;
  const address = event.source?.ip;
  const links = [
    ...usersOf(event).map(name => `user:${name}`),
    ...credentialsOf(event).map(id => `credential:${id}`),
    ...(address === undefined ? [] : [`address:${address}`]),
    ...objectOf(event),
  ];
  return [...new Set(links)].filter(link => link.length <= MAX_LENGTH && !isShared(link)).slice(0, MAX_LINKS);
}

function usersOf({ user, etcd, keywarden: { request } }: EcsDocument): readonly string[] {
  const account = request?.service_account;
  return [
    user?.name,
    user?.effective?.name,
    etcd?.client?.common_name,
    // Every pod that asks for nothing else has the one that is named `default`.
    account?.endsWith(':default') ? undefined : account,
    ...(request?.bound ?? []),
    ...(request?.certificate?.common_name ?? []),
  ].filter(name => name !== undefined && name !== '') as readonly string[];
}

const USED = 'authentication.kubernetes.io/credential-id';
/** Annotations have `_` for `.` in their names. */
const ISSUED = 'authentication_kubernetes_io/issued-credential-id';

type Told = Readonly<Record<string, unknown>> | undefined;

/** The id of a token is the same when it is issued and when it is used. */
function credentialsOf({ kubernetes }: EcsDocument): readonly string[] {
  const { user, annotations } = kubernetes?.audit ?? {};
  const used = ((user as Told)?.['extra'] as Told)?.[USED];
  const issued = (annotations as Told)?.[ISSUED];
  return [...(Array.isArray(used) ? used : []), issued].filter(id => typeof id === 'string');
}

function objectOf({ orchestrator }: EcsDocument): readonly string[] {
  const { namespace = '', resource } = orchestrator ?? {};
  const { type, name, group = '' } = resource ?? {};
  if (type === undefined || name === undefined || name === '') return [];
  if (type === 'serviceaccounts') return [`user:system:serviceaccount:${namespace}:${name}`];
  return [`object:${group}/${type}/${type === 'namespaces' ? '' : namespace}/${name}`];
}

/** Users that stand for everybody, or for the control plane on everybody's behalf. */
const SHARED_USERS = /^system:(?:anonymous|apiserver|admin|masters|kube-controller-manager|kube-scheduler|kube-proxy)$/;
/** What all clusters have and many use: the objects of the system, its roles, and the nodes. */
const SHARED_OBJECTS =
  /^[^/]*\/(?:(?:nodes|events|leases|componentstatuses)\/|[^/]*\/(?:kube-system|kube-public|kube-node-lease)\/|namespaces\/\/(?:kube-|default$)|[^/]*\/[^/]*\/(?:system:|kube-root-ca\.crt$)|clusterroles\/\/(?:cluster-admin|admin|edit|view)$)/;

function isShared(link: string): boolean {
  const colon = link.indexOf(':');
  const [kind, value] = [link.slice(0, colon), link.slice(colon + 1)];
  if (kind === 'user') return SHARED_USERS.test(value);
  if (kind === 'address') return value === '127.0.0.1' || value === '::1';
  return kind === 'object' && SHARED_OBJECTS.test(value);
}
