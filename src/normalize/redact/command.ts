import { REDACTED } from './marker.ts';
import { wordsOf } from './shell.ts';
import { NAME, safeText } from './text.ts';
import { isKept } from './value.ts';

/** An option whose value is the next argument. */
const OPTION = new RegExp(`^--?${NAME}$`, 'i');

/** Options of a well-known client whose value is a password: in the next argument, or in the same. */
type Client = { readonly next: RegExp; readonly attached: RegExp };

const P: Client = { next: /^-p$/, attached: /^(-p)(.+)$/s };
const A: Client = { next: /^-a$/, attached: /^(-a)(.+)$/s };
const W: Client = { next: /^-w$/, attached: /^(-w)(.+)$/s };
const USER: Client = { next: /^(?:-u|--user)$/, attached: /^(-u|--user=)(.+)$/s };
/** Letters of curl without a value may stand before the `u`. */
const CURL: Client = {
  next: /^(?:-[#fgijklnqsvINORS0-6]{0,30}[uU]|--(?:proxy-)?user)$/,
  attached: /^(-[#fgijklnqsvINORS0-6]{0,30}[uU]|--(?:proxy-)?user=)(.+)$/s,
};
const CLIENTS: ReadonlyMap<string, Client> = new Map([
  ...['mysql', 'mysqldump', 'mysqladmin', 'mariadb', 'mariadb-dump'].map(name => [name, P] as const),
  ...['sshpass', 'mongo', 'mongosh', 'mongodump', '7z'].map(name => [name, P] as const),
  ['redis-cli', A],
  ...['ldapsearch', 'ldapmodify', 'ldapadd', 'ldapwhoami'].map(name => [name, W] as const),
  ['wget', USER],
  ['etcdctl', USER],
  ['curl', CURL],
]);

/** Beyond these a command is cut by what stands in its text alone: padding must not cost much, and must hide nothing. */
const MAX_WORDS = 2_000;
/** A shell in a shell in a shell: deeper quotations are looked at as text. */
const MAX_DEPTH = 3;

/** The arguments of a command without the passwords and tokens in them; the same list where there are none. */
export function safeCommand(args: readonly string[]): readonly string[] {
  const safe = safeWords(args, 0);
  return safe.every((arg, i) => arg === args[i]) ? args : safe;
}

/** The short options of a client count until the next command begins. */
function safeWords(words: readonly string[], depth: number): readonly string[] {
  let client: Client | undefined;
  let isValue = false;
  return words.map((word, i) => {
    if (i >= MAX_WORDS) return safeText(word);
    const wasValue = isValue;
    isValue = false;
    if (SEPARATOR.test(word)) {
      client = undefined;
      return word;
    }
    if (wasValue && !isKept(word)) return REDACTED;
    const [, option = '', value = ''] = client?.attached.exec(word) ?? [];
    if (value !== '' && !isKept(value)) return option + REDACTED;
    isValue = OPTION.test(word) || client?.next.test(word) === true;
    client = CLIENTS.get(programOf(word)) ?? client;
    return BLANK.test(word) ? safeLine(word, depth) : safeText(word);
  });
}

const SEPARATOR = /^[;|&\n]+$/;
const BLANK = /\s/;
const MAX_PROGRAM = 200;

/** The name of the program that a word may be, without its folder and what a shell puts before it. */
const programOf = (word: string): string =>
  word.length > MAX_PROGRAM ? '' : word.slice(word.lastIndexOf('/') + 1).replace(/^[\\"'`$(]+/, '');

const IN_QUOTES = /^(["'])(.*)\1$/s;

/** A text with blanks may be a line for a shell: its words are looked at as arguments, and what stands between them stays. */
function safeLine(line: string, depth: number): string {
  if (depth >= MAX_DEPTH) return safeText(line);
  const [, quote, inner = ''] = IN_QUOTES.exec(line) ?? [];
  if (quote !== undefined) return quote + safeLine(inner, depth + 1) + quote;
  const pieces = wordsOf(line);
  if (pieces.length <= 2) return safeText(line);
  const safe = safeWords(
    pieces.filter((_, i) => i % 2 === 0),
    depth + 1,
  );
  return safeText(pieces.map((piece, i) => (i % 2 === 0 ? (safe[i / 2] ?? '') : piece)).join(''));
}
