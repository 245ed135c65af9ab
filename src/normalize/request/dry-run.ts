import type { RequestFields } from '../../model/event.ts';
import { type AuditEvent, isFields } from '../audit.ts';

/**
 * Whether a request only tries what it would do, and stores nothing. A deletion is `claimed` to where the parameter says so and
 * nobody knows whether there was a body, which would count instead.
 * Source: Kubernetes staging/src/k8s.io/apiserver/pkg/endpoints/handlers/delete.go, and pkg/registry/core/pod/storage/eviction.go.
 */
export function dryRunOf(audit: AuditEvent): RequestFields['dry_run'] {
  const { verb = '', requestURI = '', requestObject } = audit;
  if (DELETIONS.has(verb)) {
    if (isFields(requestObject)) return hasDryRun(requestObject) ? 'certain' : undefined;
    if (!asksForDryRun(requestURI)) return undefined;
    return hasAllBodies(audit) ? 'certain' : 'claimed';
  }
  if (!WRITES.has(verb)) return undefined;
  return asksForDryRun(requestURI) || isDryEviction(audit) ? 'certain' : undefined;
}

const DELETIONS: ReadonlySet<string> = new Set(['delete', 'deletecollection']);
const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch']);

/** The API server refuses all values but `All`. */
const hasDryRun = ({ dryRun }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(dryRun) ? dryRun.length > 0 : dryRun !== undefined && dryRun !== null;

/** The parameter may stand in the body of an eviction as well. */
function isDryEviction({ objectRef, requestObject }: AuditEvent): boolean {
  if (objectRef?.subresource !== 'eviction' || !isFields(requestObject)) return false;
  const options = requestObject['deleteOptions'];
  return isFields(options) && hasDryRun(options);
}

/** Whether a body that is not there was not sent either. */
const hasAllBodies = ({ level, annotations }: AuditEvent): boolean =>
  (level === 'Request' || level === 'RequestResponse') && annotations?.[TRUNCATED] === undefined;

/** Source: k8s.io/apiserver/plugin/pkg/audit/truncate. */
const TRUNCATED = 'audit.k8s.io/truncated';

const NAME = 'dryRun';
/** All letters of the name as %XX. */
const LONGEST_NAME = 3 * NAME.length;

/** Whether the query has the parameter as Go reads it, letters written as %XX too. Allocates nothing where it cannot be there. */
function asksForDryRun(uri: string): boolean {
  const query = uri.indexOf('?') + 1;
  if (query === 0 || (!uri.includes(NAME, query) && !uri.includes('%', query))) return false;
  return uri.slice(query).split('&').some(isDryRun);
}

/** Go drops a pair that has a semicolon or a percent sign of no letter. Source: net/url, parseQuery. */
function isDryRun(pair: string): boolean {
  const equals = pair.indexOf('=');
  const name = equals < 0 ? pair : pair.slice(0, equals);
  return name.length <= LONGEST_NAME && decoded(name) === NAME && !pair.includes(';') && !NO_LETTER.test(pair);
}

const NO_LETTER = /%(?![\da-f]{2})/i;
const LETTER = /%([\da-f]{2})/gi;

const decoded = (text: string): string =>
  text.replace(LETTER, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
