import { type AuditEvent, type Fields, isFields } from '../audit.ts';

/**
 * The service account, as a user’s name, whose identity a change hands on: that of a token, or that under which a pod or the
 * pods of a template run. The answer says it best; a patch often does not name it.
 */
export function serviceAccountOf(audit: AuditEvent, patched: unknown): string | undefined {
  const { verb, objectRef, requestObject, responseObject } = audit;
  const namespace = objectRef?.namespace;
  if (objectRef === undefined || namespace === undefined || namespace === '' || !CHANGES.has(verb ?? ''))
    return undefined;
  if (objectRef.subresource === 'token' && objectRef.resource === 'serviceaccounts') {
    return userName(namespace, objectRef.name);
  }
  if (!WORKLOADS.has(objectRef.resource ?? '')) return undefined;
  return userName(namespace, accountIn(responseObject) ?? accountIn(requestObject) ?? accountIn(patched));
}

const CHANGES = new Set(['create', 'update', 'patch']);

const WORKLOADS = new Set([
  'pods',
  'deployments',
  'daemonsets',
  'statefulsets',
  'replicasets',
  'replicationcontrollers',
  'jobs',
  'cronjobs',
  'podtemplates',
]);

const userName = (namespace: string, name: string | undefined): string | undefined =>
  name === undefined || name === '' ? undefined : `system:serviceaccount:${namespace}:${name}`;

/** Where the specification of a pod stands in a Pod, a template, a CronJob and a PodTemplate. */
const POD_SPECS = [
  ['spec'],
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ['template', 'spec'],
] as const;

/** `serviceAccount` is the field’s old name; the API server heeds it where the new one is empty. */
function accountIn(body: unknown): string | undefined {
  for (const path of POD_SPECS) {
    const spec = below(body, path);
    const name = textOf(spec?.['serviceAccountName']) ?? textOf(spec?.['serviceAccount']);
    if (name !== undefined) return name;
  }
  return undefined;
}

function below(body: unknown, path: readonly string[]): Fields | undefined {
  let at = body;
  for (const name of path) at = isFields(at) ? at[name] : undefined;
  return isFields(at) ? at : undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
