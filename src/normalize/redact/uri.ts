import { safeCommand } from './command.ts';
import { safeUri } from './text.ts';

/** The request URI without tokens and passwords, those in the command of an exec among them. */
export function safeRequestUri(uri: string, isExec: boolean): string {
  const query = isExec ? uri.indexOf('?') : -1;
  if (query < 0) return safeUri(uri);
  const parameters = new URLSearchParams(uri.slice(query + 1));
  const command = parameters.getAll('command');
  const safe = safeCommand(command);
  if (safe === command) return safeUri(uri);
  parameters.delete('command');
  const others = parameters.toString();
  const rest = others === '' ? '' : `&${others}`;
  return (
    safeUri(uri.slice(0, query)) +
    safeUri(`?${new URLSearchParams(safe.map(arg => ['command', arg] as [string, string]))}${rest}`)
  );
}
