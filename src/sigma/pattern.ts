import { lowered } from './lowered.ts';

/** Tests one text. */
export type TextTest = (text: string) => boolean;

/** `*` stands for any text, `?` for one character. */
type Wildcard = '*' | '?';
type Part = { readonly literal: string } | { readonly wildcard: Wildcard };

/** A Sigma string taken apart: literal texts with wildcards between them. */
export type Pattern = readonly Part[];

const ESCAPABLE = new Set(['*', '?', '\\']);

/**
 * Takes a Sigma string apart. A backslash makes `*`, `?` and `\` literal and stands for itself before anything else.
 * Source: Sigma rules specification 2.1, "Escape Character".
 */
export function parsePattern(text: string): Pattern {
  const parts: Part[] = [];
  let literal = '';
  const characters = [...text];
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i] ?? '';
    const next = characters[i + 1] ?? '';
    if (character === '\\' && ESCAPABLE.has(next)) {
      literal += next;
      i += 1;
    } else if (character === '*' || character === '?') {
      if (literal !== '') parts.push({ literal });
      if (character === '?' || !isAny(parts.at(-1))) parts.push({ wildcard: character });
      literal = '';
    } else literal += character;
  }
  return literal === '' ? parts : [...parts, { literal }];
}

/** A Sigma string that means exactly this text. */
export const quotedPattern = (text: string): string => text.replace(/[*?\\]/g, '\\$&');

/** The pattern of a text in which nothing is special. */
export const literalPattern = (literal: string): Pattern => (literal === '' ? [] : [{ literal }]);

/** The pattern with its texts changed and its wildcards kept. */
export const mapLiterals = (pattern: Pattern, change: (literal: string) => string): Pattern =>
  pattern.map(part => ('literal' in part ? { literal: change(part.literal) } : part));

const ANY: Part = { wildcard: '*' };

export const contains = (pattern: Pattern): Pattern => startsWith(endsWith(pattern));
export const startsWith = (pattern: Pattern): Pattern => (isAny(pattern.at(-1)) ? pattern : [...pattern, ANY]);
export const endsWith = (pattern: Pattern): Pattern => (isAny(pattern[0]) ? pattern : [ANY, ...pattern]);

const isAny = (part: Part | undefined): boolean => part !== undefined && 'wildcard' in part && part.wildcard === '*';

/** The only text that the pattern matches; undefined where it has wildcards. */
export function exactText(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return '';
  const [part] = pattern;
  return pattern.length === 1 && part !== undefined && 'literal' in part ? part.literal : undefined;
}

/** The longest text of ASCII, lower-cased, that lies in every lower-cased text that the pattern matches; empty where there is none. */
export const longestLiteral = (pattern: Pattern): string =>
  pattern
    .flatMap(part => (isLiteral(part) ? part.literal.toLowerCase().split(BEYOND_ASCII) : []))
    .reduce((longest, run) => (run.length > longest.length ? run : longest), '');

/** The test of a pattern, in linear time for the shapes that rules have. `cased` minds capitals; Sigma does not. */
export function textTest(pattern: Pattern, cased: boolean): TextTest {
  const parts = cased ? pattern : mapLiterals(pattern, text => text.toLowerCase());
  const exact = exactText(parts);
  if (exact !== undefined) return cased ? text => text === exact : equalsLowered(exact);
  const test = wildcardTest(parts);
  return cased ? test : text => test(lowered(text));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII.
const ASCII = /^[\u0000-\u007f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII.
const BEYOND_ASCII = /[^\u0000-\u007f]+/;

/** Most events differ in length or are equal as they are, so few need to be lowered. */
function equalsLowered(wanted: string): TextTest {
  // Lowering changes the length of no text whose lowered form is ASCII.
  if (!ASCII.test(wanted)) return text => text === wanted || text.toLowerCase() === wanted;
  return text => text === wanted || (text.length === wanted.length && text.toLowerCase() === wanted);
}

/** The shapes that rules have, `x` being a literal: each is one call. Whatever else there is goes the long way. */
const SHAPES: Readonly<Record<string, (literal: string) => TextTest>> = {
  '*': () => () => true,
  'x*': literal => text => text.startsWith(literal),
  '*x': literal => text => text.endsWith(literal),
  '*x*': literal => text => text.includes(literal),
};

function wildcardTest(parts: Pattern): TextTest {
  const shape = parts.map(part => ('literal' in part ? 'x' : part.wildcard)).join('');
  const test = Object.hasOwn(SHAPES, shape) ? SHAPES[shape] : undefined;
  return test?.(parts.find(isLiteral)?.literal ?? '') ?? globTest(parts);
}

const isLiteral = (part: Part): part is { readonly literal: string } => 'literal' in part;

/** Stand for the wildcards among the codes of characters. */
const ANY_TEXT = -1;
const ANY_CHARACTER = -2;

const CODES: Readonly<Record<Wildcard, number>> = { '*': ANY_TEXT, '?': ANY_CHARACTER };

function globTest(parts: Pattern): TextTest {
  const codes = parts.flatMap(part => (isLiteral(part) ? codesOf(part.literal) : [CODES[part.wildcard]]));
  return text => globbed(codes, text);
}

const codesOf = (literal: string): readonly number[] =>
  Array.from({ length: literal.length }, (_, i) => literal.charCodeAt(i));

/** Matches greedily and goes back only to the last `*`: at worst the product of both lengths, never exponential. */
function globbed(codes: readonly number[], text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = codes[next];
    if (wanted === ANY_TEXT) {
      star = next;
      resume = at;
      next += 1;
    } else if (wanted === ANY_CHARACTER) {
      at += widthAt(text, at);
      next += 1;
    } else if (wanted === text.charCodeAt(at)) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      next = star + 1;
      resume += widthAt(text, resume);
      at = resume;
    } else return false;
  }
  while (codes[next] === ANY_TEXT) next += 1;
  return next === codes.length;
}

/** A character outside of the basic plane is two units and yet one character. */
const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
