import { type AuditEvent, type Fields, isFields } from '../audit.ts';

/** The users, service accounts by their user’s name, to whom a binding that is written gives its role; groups are not among them. */
export function boundUsers(audit: AuditEvent, patched: unknown): readonly string[] | undefined {
  const { verb, objectRef, requestObject, responseObject } = audit;
  if (!BINDINGS.has(objectRef?.resource ?? '') || !CHANGES.has(verb ?? '')) return undefined;
  const subjects = subjectsIn(responseObject) ?? subjectsIn(requestObject) ?? subjectsIn(patched) ?? [];
  const users = subjects.flatMap(subject => userOf(subject, objectRef?.namespace));
  return users.length === 0 ? undefined : users;
}

const BINDINGS = new Set(['rolebindings', 'clusterrolebindings']);
const CHANGES = new Set(['create', 'update', 'patch']);

function subjectsIn(body: unknown): readonly unknown[] | undefined {
  const subjects = isFields(body) ? body['subjects'] : undefined;
  return Array.isArray(subjects) ? subjects : undefined;
}

function userOf(subject: unknown, ownNamespace: string | undefined): readonly string[] {
  if (!isFields(subject)) return [];
  const name = text(subject, 'name');
  if (name === undefined) return [];
  if (subject['kind'] === 'User') return [name];
  const namespace = text(subject, 'namespace') ?? ownNamespace;
  return subject['kind'] === 'ServiceAccount' && namespace ? [`system:serviceaccount:${namespace}:${name}`] : [];
}

function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
