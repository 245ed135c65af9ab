import type { AuditEvent } from '../audit.ts';
import { isFields } from '../audit.ts';
import { below, type Found } from './found.ts';
import { APPLIED, REDACTED } from './marker.ts';
import { safeMessage } from './message.ts';

const MAX_DEPTH = 100;

type Json = unknown;

/** Says what stands instead of a value; undefined where it stays and what is in it is looked at. */
export type Visit = (name: string, value: Json) => Json | undefined;

/** Which values of a request's bodies are secrets; undefined where none is. */
export function bodyRule(event: AuditEvent): Visit | undefined {
  const { objectRef, requestObject, responseObject } = event;
  const resource = objectRef?.resource;
  if (resource === 'secrets') return secretValue;
  const hasBody = requestObject !== undefined || responseObject !== undefined;
  if (hasBody && (holdsSecrets(requestObject, 0) || holdsSecrets(responseObject, 0))) return secretValue;
  if (resource === 'tokenreviews') return tokenValue;
  if (resource === 'serviceaccounts' && objectRef?.subresource === 'token') return tokenValue;
  return hasBody && (isTokenKind(requestObject) || isTokenKind(responseObject)) ? tokenValue : undefined;
}

/** A watch event in a list in a list; deeper nobody nests Secrets, and other bodies must not cost time. */
const MAX_NESTING = 4;

/**
 * A Secret says so itself as well: alone, in a list, a table or a watch event, or in what other tools carry around
 * (`objects` of OpenShift's Template, `spec.workload.manifests` of Open Cluster Management's ManifestWork).
 */
function holdsSecrets(body: Json, depth: number): boolean {
  if (typeof body === 'string' && depth === 0) return SECRET_TEXT.test(body);
  if (depth > MAX_NESTING || !isFields(body)) return false;
  const { kind, items, rows, object, objects, spec } = body;
  if (kind === 'Secret' || kind === 'SecretList') return true;
  return (
    anyHolds(items, depth) ||
    anyHolds(objects, depth) ||
    (Array.isArray(rows) && rows.some(row => isFields(row) && holdsSecrets(row['object'], depth + 1))) ||
    (object !== undefined && holdsSecrets(object, depth + 1)) ||
    (isFields(spec) && isFields(spec['workload']) && anyHolds(spec['workload']['manifests'], depth))
  );
}

const anyHolds = (list: Json, depth: number): boolean =>
  Array.isArray(list) && list.some(item => holdsSecrets(item, depth + 1));

/** A body that was not decoded is recorded as text, in JSON or YAML. */
const SECRET_TEXT = /kind[\\"']{0,8}\s{0,20}:\s{0,20}[\\"']{0,8}Secret(?:List)?\b/;
const TOKEN_TEXT = /kind[\\"']{0,8}\s{0,20}:\s{0,20}[\\"']{0,8}Token(?:Request|Review)\b/;

function isTokenKind(body: Json): boolean {
  if (typeof body === 'string') return TOKEN_TEXT.test(body);
  return isFields(body) && (body['kind'] === 'TokenRequest' || body['kind'] === 'TokenReview');
}

const DATA = /^(?:data|stringdata)$/i;
/** Tools keep a copy of the object as JSON in an annotation of their own. */
const JSON_TEXT = /^\s{0,100}[{[]/;

const secretValue: Visit = (name, value) => {
  if (DATA.test(name) || name === APPLIED) return cut(value, 0);
  // JSON Patch (RFC 6902): the secret is in `value`, whatever `path` says.
  if (name === 'value') return cut(value, 0);
  return typeof value === 'string' ? textInstead(name, value, JSON_TEXT.test(value)) : undefined;
};

const tokenValue: Visit = (name, value) => {
  if (name === 'token') return cut(value, 0);
  return typeof value === 'string' ? textInstead(name, value, false) : undefined;
};

function textInstead(name: string, value: string, isCopy: boolean): string | undefined {
  // What the API server refuses it may quote.
  if (name === 'message') return changed(value, safeMessage(value));
  return isCopy || name === 'requestObject' || name === 'responseObject' ? REDACTED : undefined;
}

const changed = (before: string, after: string): string | undefined => (before === after ? undefined : after);

/** Whether the rule is that of Secrets, whose values an event tells also outside its bodies. */
export const isOfSecrets = (visit: Visit): boolean => visit === secretValue;

/**
 * Copies a body, replacing what `visit` replaces, and tells `found` what it cut. Deeper than `MAX_DEPTH` nothing is
 * trusted: all is cut.
 */
export const cutBody = (name: string, body: Json, visit: Visit, found: Found): Json =>
  walk(body, visit, name, name, found, 0);

function walk(value: Json, visit: Visit, name: string, path: string, found: Found, depth: number): Json {
  const replaced = visit(name, value);
  if (replaced !== undefined || depth > MAX_DEPTH) {
    found.add(path);
    return replaced ?? REDACTED;
  }
  if (Array.isArray(value)) return value.map(item => walk(item, visit, name, path, found, depth + 1));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, walk(child, visit, key, below(path, key), found, depth + 1)]),
  );
}

/** Keeps the names, which a responder needs, and cuts every value. */
function cut(value: Json, depth: number): Json {
  if (value === null || depth > MAX_DEPTH) return REDACTED;
  if (Array.isArray(value)) return value.map(item => cut(item, depth + 1));
  if (!isFields(value)) return REDACTED;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, cut(child, depth + 1)]));
}
