import { basename } from 'node:path';
import { KeywardenError } from '../errors.ts';
import type { Rule } from '../sigma/rule.ts';

/** The beginning of an id that counts as the whole. */
const LEAST_ID = 4;
const SHOWN = 10;

/** The rule that a user means by its id (or how it begins), its file or a part of its title. Throws USAGE where none or several are meant. */
export function findRule<T extends Named>(rules: readonly T[], wanted: string): T {
  const text = wanted.toLowerCase();
  for (const means of WAYS) {
    const found = rules.filter(rule => means(rule, text));
    const [only] = found;
    if (found.length === 1 && only !== undefined) return only;
    if (found.length > 1) throw several(wanted, found);
  }
  throw new KeywardenError('USAGE', `no rule is meant by "${wanted}"; "keywarden rules list" names them all`);
}

type Named = { readonly rule: Rule };

/** The surest way first. */
const WAYS: readonly ((one: Named, text: string) => boolean)[] = [
  ({ rule }, text) => rule.id.toLowerCase() === text,
  ({ rule }, text) => [rule.file, basename(rule.file), stem(rule.file)].some(name => name.toLowerCase() === text),
  ({ rule }, text) => rule.title.toLowerCase() === text,
  ({ rule }, text) => text.length >= LEAST_ID && rule.id.toLowerCase().startsWith(text),
  ({ rule }, text) => rule.title.toLowerCase().includes(text) || rule.file.toLowerCase().endsWith(`/${text}`),
  ({ rule }, text) => stem(rule.file).toLowerCase().includes(text),
];

const stem = (file: string): string => basename(file).replace(/\.ya?ml$/, '');

function several(wanted: string, found: readonly Named[]): KeywardenError {
  const named = found.slice(0, SHOWN).map(({ rule }) => `\n  ${rule.id}  ${rule.title}`);
  const rest = found.length > SHOWN ? `\n  and ${found.length - SHOWN} more` : '';
  return new KeywardenError('USAGE', `"${wanted}" means ${found.length} rules; give one's id:${named.join('')}${rest}`);
}
