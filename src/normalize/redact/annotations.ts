import { below, type Found } from './found.ts';
import { REDACTED } from './marker.ts';

type Annotations = Readonly<Record<string, string>>;

/** A webhook's changes, in full where the audit level is Request. Source: k8s.io/apiserver admission/plugin/webhook/mutating. */
const PATCH = 'patch.webhook.';
/** These quote names alone: of roles, users and webhooks. */
const HARMLESS = ['authorization.k8s.io/', 'mutation.webhook.', 'apiserver.latency.k8s.io/'] as const;
const QUOTED = /"(?:[^"\\]|\\.)*"|'[^']*'|`[^`]*`/g;

/** The annotations of an event about a Secret without what they quote of it; the same where that is nothing. */
export function safeAnnotations(annotations: Annotations, found: Found): Annotations {
  const before = found.cuts;
  const safe = Object.entries(annotations).map(([name, value]): [string, string] => {
    const shown = safeValue(name, value);
    if (shown !== value) found.add(below('annotations', name));
    return [name, shown];
  });
  return found.cuts === before ? annotations : Object.fromEntries(safe);
}

function safeValue(name: string, value: string): string {
  if (name.startsWith(PATCH)) return REDACTED;
  return HARMLESS.some(prefix => name.startsWith(prefix)) ? value : value.replace(QUOTED, REDACTED);
}
