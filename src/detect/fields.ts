import type { FieldResolver, Path } from '../sigma/resolve.ts';

/** Names of an audit event's own fields (audit.k8s.io/v1 Event); as the first part of a rule's field they mean the raw event. */
const RAW_AUDIT = new Set([
  'annotations',
  'apiVersion',
  'auditID',
  'authenticationMetadata',
  'impersonatedUser',
  'kind',
  'level',
  'objectRef',
  'requestObject',
  'requestReceivedTimestamp',
  'requestURI',
  'responseObject',
  'responseStatus',
  'sourceIPs',
  'stage',
  'stageTimestamp',
  'userAgent',
  'verb',
]);

/** `user` is both; these below it are the raw event's. */
const RAW_USER = new Set(['username', 'uid', 'groups', 'extra']);

const AUDIT = ['kubernetes', 'audit'] as const;
const ANNOTATIONS = 'annotations.';

/** The place of a rule's field in the ECS document: raw audit names lie below `kubernetes.audit`, all others are ECS. */
export const resolveField: FieldResolver['resolve'] = (field, { product }) => [
  product?.toLowerCase() === 'kubernetes' ? kubernetesPath(field) : namesOf(field),
];

function kubernetesPath(field: string): Path {
  if (field.startsWith(ANNOTATIONS)) return [...AUDIT, 'annotations', dotless(field.slice(ANNOTATIONS.length))];
  const path = namesOf(field);
  const [first = '', second = ''] = path;
  return RAW_AUDIT.has(first) || (first === 'user' && RAW_USER.has(second)) ? [...AUDIT, ...path] : path;
}

/** For `--input json`: the fields are the object's own, whatever the rule's log source. */
export const plainField: FieldResolver['resolve'] = field => [namesOf(field)];

const NAME = /\[([^\]]+)\]|[^.[]+/g;

/** The names of a path; one that has dots itself, such as that of a label, stands in brackets: `metadata.labels[example.com/team]`. */
const namesOf = (field: string): Path =>
  field.includes('[') ? Array.from(field.matchAll(NAME), ([name, bracketed]) => bracketed ?? name) : field.split('.');

const dotless = (name: string): string => name.replaceAll('.', '_');
