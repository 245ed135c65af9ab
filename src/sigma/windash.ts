import { MatcherFault } from './faults.ts';

/** What a command line of Windows may begin a flag with: - / – — ―. Source: Sigma modifiers appendix 2.1, "windash". */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'] as const;

const ONE = /[/\u2013\u2014\u2015]/g;
const ANY = /[-/\u2013\u2014\u2015]/g;

/** The text with each of them as a hyphen: two texts that differ in them alone become one. */
export const hyphened = (text: string): string => text.replace(ONE, '-');

/** Five to the power of this many texts stand for one value. */
const MAX_DASHES = 4;

/** Every spelling of a text, for encodings, which need them one by one. Throws MatcherFault where there are too many. */
export function spellings(text: string): readonly string[] {
  const [start = '', ...rest] = text.split(ANY);
  if (rest.length > MAX_DASHES) {
    throw new MatcherFault(`an encoding after windash takes values of at most ${MAX_DASHES} dashes and slashes`);
  }
  let texts: readonly string[] = [start];
  for (const piece of rest) texts = texts.flatMap(before => DASHES.map(dash => before + dash + piece));
  return texts;
}
