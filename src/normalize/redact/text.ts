import { REDACTED } from './marker.ts';

/** One look that clears nearly every text. */
const SUSPICIOUS =
  /eyJ|literal|bearer|basic |token|passw|pwd|secret|key=|credential|signature|authorization|:\/\/[^/?#]*@|%40/i;

/** All patterns here are bounded so that hostile text costs time in proportion to its length. */

/** Names of parameters, options and variables whose values are secrets; not those of files that hold one. */
const NAME =
  '[\\w.-]{0,64}(?:passw(?:or)?d|passphrase|pwd|secret|token|api_?key|access_?key|credentials?|authorization|signature)(?:[_-](?!file|path|stdin|name)[\\w.-]{0,64})?';

/** A value that a shell puts in later (`$TOKEN`, `$(cat …)`) is no secret, and tells how one was taken. */
const VALUE = `(?!\\$|\\[redacted|(?:bearer|basic)\\b)("[^"]*"|'[^']*'|[^\\s"'&#;|]+)`;

const JWT = /(?:(?<![\w-])|(?<=%[\da-f]{2}))eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/gi;
const CREDENTIALS = /((?:^|[^\w])[a-z][\w+.-]{0,30}:\/\/[^\s/:@?#]{0,100}:)[^\s/@?#]{1,200}(?=@)/gi;
const SCHEME = new RegExp(`((?:bearer|basic)(?:%20|\\+|\\s)+)${VALUE}`, 'gi');
const PARAMETER = new RegExp(`([?&]${NAME}=)[^&#\\s]+`, 'gi');
const ASSIGNMENT = new RegExp(`((?:^|[\\s"';,(=&])${NAME}\\s*[=:]\\s*)${VALUE}`, 'gi');
const OPTION = new RegExp(`((?:^|\\s)--?${NAME}(?:\\s+|=))${VALUE}`, 'gi');

const LITERAL = new RegExp(`(--from-literal(?:=|\\s+)["']?[\\w.-]{1,253}=)${VALUE}`, 'gi');

const REPLACEMENTS = [JWT, CREDENTIALS, SCHEME, OPTION, ASSIGNMENT, LITERAL] as const;

/** Cuts tokens and passwords that stand in free text, such as a command. */
export function safeText(text: string): string {
  return SUSPICIOUS.test(text) ? REPLACEMENTS.reduce(cutIn, text) : text;
}

/** User agents recur in every event, so each is looked at once; the set is emptied when an attacker fills it. */
const MAX_KNOWN = 1_000;
const MAX_KNOWN_LENGTH = 500;
const clean = new Set<string>();

/** Cuts tokens and passwords from a user agent. */
export function safeAgent(agent: string): string {
  if (clean.has(agent)) return agent;
  const safe = safeText(agent);
  if (safe !== agent || agent.length > MAX_KNOWN_LENGTH) return safe;
  if (clean.size >= MAX_KNOWN) clean.clear();
  clean.add(agent);
  return agent;
}

/** Cuts tokens and passwords from the parameters and the path of a request URI. */
export function safeUri(uri: string): string {
  const query = uri.indexOf('?');
  const isSuspicious = (query >= 0 && SUSPICIOUS.test(uri.slice(query))) || MARKS.some(mark => uri.includes(mark));
  return isSuspicious ? [JWT, CREDENTIALS, SCHEME, PARAMETER].reduce(cutIn, uri) : uri;
}

/** What the path of a URI has wherever a token or a password stands in it; a path may well be named after one. */
const MARKS = ['eyJ', '@', '%40', 'earer', 'EARER'] as const;

/** Keeps what leads to the secret, where the pattern has it. */
const cutIn = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (_, lead: unknown) => (typeof lead === 'string' ? lead : '') + REDACTED);
