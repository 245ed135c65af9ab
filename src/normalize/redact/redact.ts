import type { AuditEvent } from '../audit.ts';
import { bodyRule, cutBody, safeMessage } from './bodies.ts';
import { cutPaths, type RedactionPath } from './paths.ts';
import { safeAgent } from './text.ts';
import { safeRequestUri } from './uri.ts';

/** The event without the secrets in it, and the paths that were cut; the event itself where there was nothing to cut. */
export type Redaction = { readonly event: AuditEvent; readonly paths: readonly string[] };

const NOTHING: readonly string[] = [];
const BODIES = ['requestObject', 'responseObject'] as const;

/**
 * Cuts the bodies of Secrets (whatever shape they have: object, list, Table, JSON Patch, merge patch, last applied
 * configuration), the tokens of TokenRequest and TokenReview, credentials in URIs, commands and user agents, and what
 * `more` names.
 */
export function redact(event: AuditEvent, more: readonly RedactionPath[]): Redaction {
  const { requestURI, userAgent, requestObject, responseObject } = event;
  const uri = requestURI === undefined ? undefined : safeRequestUri(requestURI, event);
  const agent = userAgent === undefined ? undefined : safeAgent(userAgent);
  const hasBody = requestObject !== undefined || responseObject !== undefined;
  if (!hasBody && uri === requestURI && agent === userAgent && more.length === 0) return { event, paths: NOTHING };
  return redacted(event, uri, agent, more);
}

function redacted(
  event: AuditEvent,
  uri: string | undefined,
  agent: string | undefined,
  more: readonly RedactionPath[],
): Redaction {
  const paths: string[] = [];
  const visit = bodyRule(event);
  let clean: Readonly<Record<string, unknown>> = event;
  const put = (name: string, value: unknown): void => {
    clean = { ...clean, [name]: value };
  };
  if (uri !== event.requestURI) {
    put('requestURI', uri);
    paths.push('requestURI');
  }
  if (agent !== event.userAgent) {
    put('userAgent', agent);
    paths.push('userAgent');
  }
  for (const body of BODIES) {
    if (visit === undefined || event[body] === undefined) continue;
    const before = paths.length;
    const value = cutBody(body, event[body], visit, paths);
    if (paths.length > before) put(body, value);
  }
  const status = event.responseStatus;
  const message = visit === undefined || status?.message === undefined ? undefined : safeMessage(status.message);
  if (message !== status?.message && message !== undefined) {
    put('responseStatus', { ...status, message });
    paths.push('responseStatus.message');
  }
  clean = cutPaths(clean, more, paths);
  return paths.length === 0 ? { event, paths: NOTHING } : { event: clean, paths: [...new Set(paths)] };
}
