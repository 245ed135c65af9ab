import { type Fields, isFields } from './audit.ts';

const CURRENT = 'audit.k8s.io/v1';

/**
 * The event as `audit.k8s.io/v1` has it: v1beta1 and v1alpha1 may tell the times as `timestamp` and
 * `metadata.creationTimestamp` alone, and v1alpha1 the group of an object in `apiVersion`. A time that is null is none.
 * The event itself where nothing differs. Source: k8s.io/apiserver/pkg/apis/audit/{v1alpha1,v1beta1}/{types,conversion}.go.
 */
export function upgraded(event: Fields): Fields {
  const { apiVersion, requestReceivedTimestamp: received, stageTimestamp: at } = event;
  if (apiVersion === CURRENT && received !== null && at !== null) return event;
  const reference = event['objectRef'];
  const grouped = isFields(reference) ? withGroup(reference) : reference;
  const times = {
    requestReceivedTimestamp: received ?? textOf(event['timestamp']),
    stageTimestamp: at ?? (isFields(event['metadata']) ? textOf(event['metadata']['creationTimestamp']) : undefined),
  };
  const same = grouped === reference && times.requestReceivedTimestamp === received && times.stageTimestamp === at;
  return same ? event : { ...event, ...times, ...(grouped === reference ? {} : { objectRef: grouped }) };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** `apps/v1` of v1alpha1 in two fields. */
function withGroup(reference: Fields): Fields {
  const { apiGroup, apiVersion } = reference;
  if (apiGroup !== undefined || typeof apiVersion !== 'string') return reference;
  const slash = apiVersion.indexOf('/');
  if (slash < 0) return reference;
  return { ...reference, apiGroup: apiVersion.slice(0, slash), apiVersion: apiVersion.slice(slash + 1) };
}

const OBJECTS: ReadonlySet<string> = new Set(['user', 'impersonatedUser', 'objectRef', 'responseStatus']);

/** The event without the fields that are null, its own and those of its parts; the event itself where none is. */
export function withoutNulls(event: Fields): Fields {
  const parts = Object.entries(event).map(([name, value]): readonly [string, unknown] => [
    name,
    OBJECTS.has(name) && isFields(value) ? withoutNulls(value) : value,
  ]);
  const told = parts.filter(([, value]) => value !== null);
  const same = told.length === parts.length && told.every(([name, value]) => event[name] === value);
  return same ? event : Object.fromEntries(told);
}
