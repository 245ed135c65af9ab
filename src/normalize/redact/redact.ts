import type { AuditEvent } from '../audit.ts';
import { safeAnnotations } from './annotations.ts';
import { bodyRule, cutBody, isOfSecrets, type Visit } from './bodies.ts';
import { Found } from './found.ts';
import { cutPaths, type RedactionPath } from './paths.ts';
import { safeAgent } from './text.ts';
import { safeRequestUri } from './uri.ts';

/** The event without the secrets in it, and the paths that were cut; the event itself where there was nothing to cut. */
export type Redaction = { readonly event: AuditEvent; readonly paths: readonly string[] };

const NOTHING: readonly string[] = [];
/** What the rule for bodies is about; a status quotes what it refuses. */
const BODIES = ['requestObject', 'responseObject', 'responseStatus'] as const;

/**
 * Cuts the bodies of Secrets (whatever shape they have: object, list, Table, JSON Patch, merge patch, last applied
 * configuration), the tokens of TokenRequest and TokenReview, credentials in URIs, commands and user agents, and what
 * `more` names.
 */
export function redact(event: AuditEvent, more: readonly RedactionPath[]): Redaction {
  const { requestURI, userAgent } = event;
  const uri = requestURI === undefined ? undefined : safeRequestUri(requestURI, event);
  const agent = userAgent === undefined ? undefined : safeAgent(userAgent);
  const visit = bodyRule(event);
  if (visit === undefined && uri === requestURI && agent === userAgent && more.length === 0) {
    return { event, paths: NOTHING };
  }
  return redacted(event, visit, uri, agent, more);
}

function redacted(
  event: AuditEvent,
  visit: Visit | undefined,
  uri: string | undefined,
  agent: string | undefined,
  more: readonly RedactionPath[],
): Redaction {
  const found = new Found();
  let clean: Readonly<Record<string, unknown>> = event;
  const put = (name: string, value: unknown): void => {
    clean = { ...clean, [name]: value };
  };
  if (uri !== event.requestURI) {
    put('requestURI', uri);
    found.add('requestURI');
  }
  if (agent !== event.userAgent) {
    put('userAgent', agent);
    found.add('userAgent');
  }
  for (const body of BODIES) {
    if (visit === undefined || event[body] === undefined) continue;
    const before = found.cuts;
    const value = cutBody(body, event[body], visit, found);
    if (found.cuts > before) put(body, value);
  }
  const { annotations } = event;
  if (visit !== undefined && isOfSecrets(visit) && annotations !== undefined && annotations !== null) {
    put('annotations', safeAnnotations(annotations, found));
  }
  clean = cutPaths(clean, more, found);
  return found.cuts === 0 ? { event, paths: NOTHING } : { event: clean, paths: found.paths };
}
