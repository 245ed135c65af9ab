import type { AuditEvent } from '../audit.ts';
import { safeCommand } from './command.ts';
import { safeUri } from './text.ts';

/** A command as a request URI bears it. */
export type UriCommand = {
  /** The parameter that is repeated for each argument. */
  readonly parameter: 'command' | 'cmd';
  readonly parameters: URLSearchParams;
  readonly args: readonly string[];
};

/**
 * The command of an exec: of the pod's subresource, of the kubelet behind `nodes/proxy`, or, where an event does not say
 * what it is about, by its path. Source: Kubernetes pkg/kubelet/server/server.go, `/exec` and `/run`.
 */
export function uriCommand({ requestURI, objectRef }: AuditEvent): UriCommand | undefined {
  const subresource = objectRef?.subresource;
  if (requestURI === undefined || (objectRef !== undefined && subresource !== 'exec' && subresource !== 'proxy')) {
    return undefined;
  }
  const query = requestURI.indexOf('?');
  if (query < 0) return undefined;
  const path = requestURI.slice(0, query);
  if (subresource !== 'exec' && !EXEC_PATH.test(decoded(path))) return undefined;
  const parameters = new URLSearchParams(requestURI.slice(query + 1));
  const parameter = parameters.has('command') ? 'command' : 'cmd';
  const args = parameters.getAll(parameter);
  return args.length === 0 ? undefined : { parameter, parameters, args };
}

const EXEC_PATH = /\/exec$|\/(?:exec|run)\//;

/** The path as a server reads it, or as it is where it cannot be read. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The request URI without tokens and passwords, those in the command of an exec among them. */
export function safeRequestUri(uri: string, event: AuditEvent): string {
  const query = uri.indexOf('?');
  const command = query < 0 ? undefined : uriCommand(event);
  if (command === undefined) return safeUri(uri);
  const { parameter, parameters, args } = command;
  const path = safeUri(uri.slice(0, query));
  const safe = safeCommand(args);
  parameters.delete(parameter);
  const others = `?${parameters}`;
  const safeOthers = safeUri(others);
  // In a URL `$(cat …)` is encoded, so the command must not be looked at a second time there.
  if (safe === args && safeOthers === others) return path + uri.slice(query);
  const kept = safe.map(arg => [parameter, arg] as [string, string]);
  return `${path}?${new URLSearchParams(kept)}${safeOthers === '?' ? '' : `&${safeOthers.slice(1)}`}`;
}
