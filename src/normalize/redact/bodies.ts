import type { AuditEvent } from '../audit.ts';
import { isFields } from '../audit.ts';
import { APPLIED, REDACTED } from './marker.ts';

const MAX_DEPTH = 100;

type Json = unknown;

/** Says what stands instead of a value; undefined where it stays and what is in it is looked at. */
type Visit = (name: string, value: Json) => Json | undefined;

/** Which values of a request's bodies are secrets; undefined where none is. */
export function bodyRule(event: AuditEvent): Visit | undefined {
  const { resource, subresource } = event.objectRef ?? {};
  if (resource === 'secrets' || holdsSecrets(event.requestObject) || holdsSecrets(event.responseObject)) {
    return secretValue;
  }
  if (resource === 'tokenreviews' || (resource === 'serviceaccounts' && subresource === 'token')) return tokenValue;
  return isTokenKind(event.requestObject) || isTokenKind(event.responseObject) ? tokenValue : undefined;
}

/** A Secret says so itself as well, alone or in a list or a table of whatever was asked for. */
function holdsSecrets(body: Json): boolean {
  if (!isFields(body)) return false;
  const { kind, items, rows } = body;
  if (kind === 'Secret' || kind === 'SecretList') return true;
  if (Array.isArray(items)) return items.some(item => isFields(item) && item['kind'] === 'Secret');
  return Array.isArray(rows) && rows.some(row => isFields(row) && holdsSecrets(row['object']));
}

const isTokenKind = (body: Json): boolean =>
  isFields(body) && (body['kind'] === 'TokenRequest' || body['kind'] === 'TokenReview');

const secretValue: Visit = (name, value) => {
  if (name === 'data' || name === 'stringData' || name === APPLIED) return cut(value, 0);
  // JSON Patch (RFC 6902): the secret is in `value`, whatever `path` says.
  if (name === 'value') return cut(value, 0);
  // What the API server refuses it may quote.
  if (name === 'message') return typeof value === 'string' ? withoutQuotations(value) : undefined;
  // A patch that was not decoded is recorded as text.
  return typeof value === 'string' && (name === 'requestObject' || name === 'responseObject') ? REDACTED : undefined;
};

const tokenValue: Visit = (name, value) => (name === 'token' ? cut(value, 0) : undefined);

const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`|(?<=Invalid value: )[^"'`][^:]*/g;

/** The message with its quotations cut, but for the resource and its name at the beginning; undefined where there are none. */
function withoutQuotations(message: string): string | undefined {
  const name = /^[\w.]* ?"[\w.-]{1,253}" /.exec(message)?.[0] ?? '';
  const rest = message.slice(name.length);
  const safe = rest.replace(QUOTED, REDACTED);
  return safe === rest ? undefined : name + safe;
}

/** The body's status message, as it stands beside the bodies. */
export const safeMessage = (message: string): string => withoutQuotations(message) ?? message;

/**
 * Copies a body, replacing what `visit` replaces, and adds the dotted paths of what it cut to `paths`. Deeper than
 * `MAX_DEPTH` nothing is trusted: all is cut.
 */
export const cutBody = (name: string, body: Json, visit: Visit, paths: string[]): Json =>
  walk(body, visit, name, name, paths, 0);

function walk(value: Json, visit: Visit, name: string, path: string, paths: string[], depth: number): Json {
  const replaced = visit(name, value);
  if (replaced !== undefined || depth > MAX_DEPTH) {
    paths.push(path);
    return replaced ?? REDACTED;
  }
  if (Array.isArray(value)) return value.map(item => walk(item, visit, name, path, paths, depth + 1));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, walk(child, visit, key, `${path}.${key}`, paths, depth + 1)]),
  );
}

/** Keeps the names, which a responder needs, and cuts every value. */
function cut(value: Json, depth: number): Json {
  if (value === null || depth > MAX_DEPTH) return REDACTED;
  if (Array.isArray(value)) return value.map(item => cut(item, depth + 1));
  if (!isFields(value)) return REDACTED;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, cut(child, depth + 1)]));
}
