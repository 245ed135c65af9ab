import type { EcsDocument } from '../model/event.ts';
import type { AuditEvent } from './audit.ts';
import { uriCommand } from './redact/uri.ts';

const MAX_ARGUMENTS = 256;

/**
 * The command of an exec request, which the API server logs only as repeated, URL-encoded parameters. The line has every
 * argument, so that padding hides none from the rules.
 */
export function execCommand(audit: AuditEvent): EcsDocument['process'] {
  const args = uriCommand(audit)?.args;
  return args === undefined ? undefined : { args: args.slice(0, MAX_ARGUMENTS), command_line: args.join(' ') };
}
