import type { AuditEvent } from './audit.ts';

/** What stands where a secret was. */
export const REDACTED = '[redacted by keywarden]';

const MAX_DEPTH = 100;
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Json = unknown;
type Visit = (name: string, value: Json) => Json | undefined;

/** The event without the secrets in it, and the paths that were cut; the event itself where there was nothing to cut. */
export type Redaction = { readonly event: AuditEvent; readonly paths: readonly string[] };

const NOTHING: readonly string[] = [];

/**
 * Cuts the bodies of Secrets (whatever shape they have: object, list, Table, JSON Patch, merge patch, last applied
 * configuration), the tokens of TokenRequest and TokenReview, and credentials in request URIs.
 */
export function redact(event: AuditEvent): Redaction {
  const rule = bodyRule(event);
  const uri = event.requestURI === undefined ? undefined : safeUri(event.requestURI);
  const hasBody = event.requestObject !== undefined || event.responseObject !== undefined;
  if ((rule === undefined || !hasBody) && uri === event.requestURI) return { event, paths: NOTHING };
  return redacted(event, rule, uri);
}

function redacted(event: AuditEvent, visit: Visit | undefined, uri: string | undefined): Redaction {
  const paths: string[] = [];
  const clean: Record<string, unknown> = { ...event };
  if (uri !== event.requestURI) {
    clean['requestURI'] = uri;
    paths.push('requestURI');
  }
  for (const body of ['requestObject', 'responseObject'] as const) {
    if (visit === undefined || event[body] === undefined) continue;
    clean[body] = walk(event[body], visit, body, paths, 0);
  }
  return paths.length === 0 ? { event, paths: NOTHING } : { event: clean, paths };
}

/** Which values of a request's bodies are secrets. */
function bodyRule(event: AuditEvent): Visit | undefined {
  const { resource, subresource } = event.objectRef ?? {};
  if (resource === 'secrets') return secretValue;
  if (resource === 'tokenreviews' || (resource === 'serviceaccounts' && subresource === 'token')) return tokenValue;
  return undefined;
}

const secretValue: Visit = (name, value) => {
  if (name === 'data' || name === 'stringData' || name === APPLIED) return cut(value, 0);
  // JSON Patch (RFC 6902): the secret is in `value`, whatever `path` says.
  if (name === 'value') return cut(value, 0);
  // A patch that was not decoded is recorded as text.
  return typeof value === 'string' && (name === 'requestObject' || name === 'responseObject') ? REDACTED : undefined;
};

const tokenValue: Visit = (name, value) => (name === 'token' ? cut(value, 0) : undefined);

/** Copies `value`, replacing what `visit` replaces. Deeper than `MAX_DEPTH` nothing is trusted: all is cut. */
function walk(value: Json, visit: Visit, path: string, paths: string[], depth: number): Json {
  const name = path.slice(path.lastIndexOf('\0') + 1);
  const replaced = visit(name, value);
  if (replaced !== undefined || depth > MAX_DEPTH) {
    paths.push(path.replaceAll('\0', '.'));
    return replaced ?? REDACTED;
  }
  if (Array.isArray(value)) return value.map(item => walk(item, visit, path, paths, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, walk(child, visit, `${path}\0${key}`, paths, depth + 1)]),
  );
}

/** Keeps the names, which a responder needs, and cuts every value. */
function cut(value: Json, depth: number): Json {
  if (value === null || depth > MAX_DEPTH) return REDACTED;
  if (Array.isArray(value)) return value.map(item => cut(item, depth + 1));
  if (typeof value !== 'object') return REDACTED;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, cut(child, depth + 1)]));
}

/** One look that clears nearly every URI. */
const SUSPICIOUS = /[?&][\w.-]*(?:token|passw|secret|api_?key|authorization)|bearer|eyJ/i;
const SECRET_PARAMETER = /([?&][\w.-]*(?:token|passw(?:or)?d|secret|api_?key|authorization)=)[^&#]+/gi;
const BEARER = /(bearer(?:%20|\+|\s)+)[\w.~+/=-]+/gi;
const JWT = /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g;

function safeUri(uri: string): string {
  if (!SUSPICIOUS.test(uri)) return uri;
  return uri.replace(SECRET_PARAMETER, `$1${REDACTED}`).replace(BEARER, `$1${REDACTED}`).replace(JWT, REDACTED);
}
