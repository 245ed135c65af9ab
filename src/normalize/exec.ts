import type { EcsDocument } from '../model/event.ts';
import type { AuditEvent } from './audit.ts';

const MAX_ARGUMENTS = 256;

/** The command of an exec request, which the API server logs only as repeated, URL-encoded `command` parameters. */
export function execCommand(audit: AuditEvent): EcsDocument['process'] {
  const subresource = audit.objectRef?.subresource;
  if (subresource !== 'exec' || audit.requestURI === undefined) return undefined;
  const query = audit.requestURI.indexOf('?');
  if (query < 0) return undefined;
  const args = new URLSearchParams(audit.requestURI.slice(query + 1)).getAll('command').slice(0, MAX_ARGUMENTS);
  return args.length === 0 ? undefined : { args, command_line: args.join(' ') };
}
