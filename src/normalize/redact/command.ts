import { REDACTED } from './marker.ts';
import { safeText } from './text.ts';

/** An option whose value is the next argument. */
const OPTION = /^--?[\w-]*(?:passw(?:or)?d|passphrase|pwd|secret|token|api-?key|access-?key|credentials?)$/i;
/** Short options of well-known clients: what follows, in the same argument or the next, is a password. */
const SHORT: readonly (readonly [program: RegExp, option: string])[] = [
  [/(?:^|[\s/])(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|sshpass|mongo|mongosh|mongodump|7z)$/, '-p'],
  [/(?:^|[\s/])(?:redis-cli)$/, '-a'],
  [/(?:^|[\s/])(?:ldapsearch|ldapmodify|ldapadd|ldapwhoami)$/, '-w'],
  [/(?:^|[\s/])(?:curl|wget|etcdctl)$/, '-u'],
  [/(?:^|[\s/])etcdctl$/, '--user'],
  [/(?:^|[\s/])curl$/, '--user'],
];
const MAX_WORDS = 2_000;

/** The arguments of a command without the passwords and tokens in them; the same list where there are none. */
export function safeCommand(args: readonly string[]): readonly string[] {
  const safe = args.length === 1 || isShell(args) ? args.map(safeLine) : safeWords(args);
  return safe.every((arg, i) => arg === args[i]) ? args : safe;
}

const isShell = ([program = '', option = '']: readonly string[]): boolean =>
  /(?:^|\/)(?:ba|da|z|k|a)?sh$/.test(program) && /^-\w*c$/.test(option);

/** A line for a shell: its words are looked at as arguments, and the spaces between them stay. */
function safeLine(line: string): string {
  const words = line.split(/(\s+)/, MAX_WORDS * 2);
  if (words.length >= MAX_WORDS * 2) return REDACTED;
  const safe = safeWords(words.filter((_, i) => i % 2 === 0));
  return safeText(words.map((word, i) => (i % 2 === 0 ? (safe[i / 2] ?? '') : word)).join(''));
}

function safeWords(words: readonly string[]): readonly string[] {
  const programs = SHORT.filter(([program]) => words.some(word => program.test(word)));
  let isValue = false;
  return words.map(word => {
    const wasValue = isValue && !word.startsWith('$');
    isValue = OPTION.test(word) || programs.some(([, option]) => word === option);
    if (wasValue) return REDACTED;
    const short = programs.find(([, option]) => option.length === 2 && word.startsWith(option) && word !== option);
    return short === undefined || word.slice(2).startsWith('$') ? safeText(word) : `${short[1]}${REDACTED}`;
  });
}
