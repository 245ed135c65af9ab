import { REDACTED } from './marker.ts';
import { isKept } from './value.ts';

/** One look that clears nearly every text. */
const SUSPICIOUS =
  /eyJ|literal|bearer|basic |token|pass|pwd|secret|key|credential|sig|authorization|:\/\/[^/?#]*@|%40/i;

/** All patterns here are bounded so that hostile text costs time in proportion to its length. */

/** Names of parameters, options and variables whose values are secrets; not those of files that hold one. */
export const NAME =
  '[\\w.-]{0,64}(?:(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|credentials?|authorization|signature)(?:[_-](?!file|path|stdin|name)[\\w.-]{0,64})?|(?<!by|com|tres|under|over|sur)pass)';

/** A word of a shell: in quotation marks, in those of a text within a text, or bare. */
const VALUE = `(\\\\"[^"]*"|"(?:[^"\\\\]|\\\\.)*"|'[^']*'|[^\\s"'&#;|]+)`;

/** Between a name and its value; none goes over a line's end, and behind `=` a blank ends a shell's assignment. */
const IS = '\\\\?["\']?(?:[ \\t]*:[ \\t]*|[ \\t]+=[ \\t]+|=)';
const BLANKS = '(?:%20|\\+|[ \\t])+';
const SCHEMES = 'bearer|basic|token|digest|negotiate|ntlm|apikey|jwt|oauth';

const JWT = /(?:(?<![\w-])|(?<=%[\da-f]{2}))eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/gi;
const CREDENTIALS = /((?:^|[^\w])[a-z][\w+.-]{0,30}:\/\/[^\s/:@?#]{0,100}:)[^\s/?#"']+(?=@)/gi;
const AUTHORIZATION = new RegExp(`(authorization${IS}\\\\?["']?(?:${SCHEMES})${BLANKS})${VALUE}`, 'gi');
const SCHEME = new RegExp(`((?:bearer|basic)${BLANKS})${VALUE}`, 'gi');
const PARAMETER = new RegExp(`([?&](?:${NAME}|sig)=)[^&#\\s]+`, 'gi');
const ASSIGNMENT = new RegExp(`((?:^|[\\s"';,(=&{?])${NAME}${IS})${VALUE}`, 'gi');
const OPTION = new RegExp(`((?:^|\\s)--?${NAME}(?:[ \\t]+|=))${VALUE}`, 'gi');
const LITERAL = new RegExp(`(--from-literal(?:=|[ \\t]+)["']?[\\w.-]{1,253}=)${VALUE}`, 'gi');

const REPLACEMENTS = [JWT, CREDENTIALS, AUTHORIZATION, SCHEME, OPTION, ASSIGNMENT, LITERAL] as const;

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
  const isSuspicious = (query >= 0 && SUSPICIOUS.test(uri.slice(query))) || MARKS.test(uri);
  const safe = isSuspicious ? [JWT, CREDENTIALS, SCHEME, PARAMETER].reduce(cutIn, uri) : uri;
  const isEncoded = query >= 0 && uri.includes('%', query) && ENCODED_NAME.test(uri);
  return isEncoded ? safe.replace(ANY_PARAMETER, cutEncoded) : safe;
}

/** What the path of a URI has wherever a token or a password stands in it; a path may well be named after one. */
const MARKS = /eyJ|@|%40|earer|EARER/;

/** A parameter may hide its name: `access%5Ftoken` is `access_token`. */
const ENCODED_NAME = /[?&][^?&=#\s]{0,200}%/;
const ANY_PARAMETER = /([?&])([^?&=#\s]{1,200})=[^&#\s]+/g;
const WHOLE_NAME = new RegExp(`^(?:${NAME}|sig)$`, 'i');

function cutEncoded(parameter: string, mark: string, name: string): string {
  if (!name.includes('%')) return parameter;
  const [[plain] = ['']] = [...new URLSearchParams(name)];
  return WHOLE_NAME.test(plain) ? `${mark}${name}=${REDACTED}` : parameter;
}

/** Keeps what leads to the secret, where the pattern has it, and a value that tells of an attack, where it has that. */
const cutIn = (text: string, pattern: RegExp): string =>
  text.replace(pattern, (all, lead: unknown, value: unknown) => {
    if (typeof lead !== 'string') return REDACTED;
    return typeof value === 'string' && isKept(value) ? all : lead + REDACTED;
  });
