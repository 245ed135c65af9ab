import { REDACTED } from './marker.ts';
import { safeText } from './text.ts';

/** What a refusal says first: the Secret's own name, which is no secret, or the webhook's. */
const NAMED =
  /^(?:[\w.]{1,60} ){0,8}(?:secrets?|webhooks?|namespaces?|tokenreviews?)(?:\.[\w.]{1,60})? "[\w.-]{1,253}"/i;

/** Where the API server begins to quote; the quotation may break off or hold marks itself, so no end of it is trusted. */
const QUOTATION = /["'`[{|]|Invalid value: /;

/** A status message about a Secret without what it quotes; the same text where it quotes nothing. */
export function safeMessage(message: string): string {
  const name = NAMED.exec(message)?.[0] ?? '';
  const rest = message.slice(name.length);
  const at = rest.search(QUOTATION);
  if (at < 0) return name + safeText(rest);
  const lead = rest.slice(at).startsWith(INVALID) ? at + INVALID.length : at;
  return name + safeText(rest.slice(0, lead)) + REDACTED;
}

const INVALID = 'Invalid value: ';
