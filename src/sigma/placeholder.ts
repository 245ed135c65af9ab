import { MatcherFault } from './faults.ts';

/** The values of each placeholder. */
export type Lists = ReadonlyMap<string, readonly string[]>;

/** A percent sign behind a backslash is a plain one. */
const ESCAPED_OR_PLACEHOLDER = /\\%|%([^%\s\\]+)%/g;

/**
 * The text once for each entry of the lists that its placeholders name; `quote` makes an entry mean itself.
 * Source: Sigma rules specification 2.1, "Placeholders". Throws MatcherFault.
 */
export function expanded(text: string, lists: Lists, quote: (entry: string) => string): readonly string[] {
  if (placeholdersOf(text).length === 0)
    throw new MatcherFault(`expand needs a placeholder such as %apiserver_addresses%, found "${text}"`);
  let texts = [''];
  let end = 0;
  for (const { 0: found, 1: name, index } of text.matchAll(ESCAPED_OR_PLACEHOLDER)) {
    const before = text.slice(end, index);
    const entries = name === undefined ? ['%'] : entriesOf(name, lists).map(quote);
    texts = texts.flatMap(start => entries.map(entry => start + before + entry));
    end = index + found.length;
  }
  return texts.map(start => start + text.slice(end));
}

/** The lists that the placeholders of a text name. */
export const placeholdersOf = (text: string): readonly string[] =>
  [...text.matchAll(ESCAPED_OR_PLACEHOLDER)].flatMap(({ 1: name }) => (name === undefined ? [] : [name]));

function entriesOf(name: string, lists: Lists): readonly string[] {
  const entries = lists.get(name);
  if (entries !== undefined) return entries;
  throw new MatcherFault(`there is no list ${name}; there are: ${[...lists.keys()].join(', ') || 'none'}`);
}
