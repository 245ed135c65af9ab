import type { EcsDocument } from '../model/event.ts';
import type { AuditEvent } from './audit.ts';
import { decoded } from './redact/uri.ts';

/** What is asked of a proxy's other end, or of the API server itself, stands in the path alone; all other paths say what `objectRef` says. */
export function urlOf({ requestURI, objectRef }: AuditEvent): EcsDocument['url'] {
  if (requestURI === undefined || (objectRef !== undefined && objectRef.subresource !== 'proxy')) return undefined;
  const query = requestURI.indexOf('?');
  const path = query < 0 ? requestURI : requestURI.slice(0, query);
  return path === '' ? undefined : { path: decoded(path) };
}
