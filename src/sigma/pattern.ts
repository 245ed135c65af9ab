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
 * Source: Sigma rules specification 2.1, "Escaping".
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
      parts.push({ wildcard: character });
      literal = '';
    } else literal += character;
  }
  return literal === '' ? parts : [...parts, { literal }];
}

/** The pattern of a text in which nothing is special. */
export const literalPattern = (literal: string): Pattern => (literal === '' ? [] : [{ literal }]);

const ANY: Part = { wildcard: '*' };

export const contains = (pattern: Pattern): Pattern => [ANY, ...pattern, ANY];
export const startsWith = (pattern: Pattern): Pattern => [...pattern, ANY];
export const endsWith = (pattern: Pattern): Pattern => [ANY, ...pattern];

/** The only text that the pattern matches; undefined where it has wildcards. */
export function exactText(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return '';
  const [part] = pattern;
  return pattern.length === 1 && part !== undefined && 'literal' in part ? part.literal : undefined;
}

/** The test of a pattern, in linear time for the shapes that rules have. `cased` minds capitals; Sigma does not. */
export function textTest(pattern: Pattern, cased: boolean): TextTest {
  const parts = cased ? pattern : pattern.map(lowered);
  const exact = exactText(parts);
  if (exact !== undefined) return cased ? text => text === exact : equalsLowered(exact);
  const test = wildcardTest(parts);
  return cased ? test : text => test(text.toLowerCase());
}

const lowered = (part: Part): Part => ('literal' in part ? { literal: part.literal.toLowerCase() } : part);

// biome-ignore lint/suspicious/noControlCharactersInRegex: the bounds of ASCII.
const ASCII = /^[\u0000-\u007f]*$/;

/** Most events differ in length or are equal as they are, so few need to be lowered. */
function equalsLowered(wanted: string): TextTest {
  // Lowering changes the length of no text whose lowered form is ASCII.
  if (!ASCII.test(wanted)) return text => text === wanted || text.toLowerCase() === wanted;
  return text => text === wanted || (text.length === wanted.length && text.toLowerCase() === wanted);
}

function wildcardTest(parts: Pattern): TextTest {
  const literal = onlyLiteral(parts);
  const first = parts[0];
  const last = parts.at(-1);
  const opens = first !== undefined && isAny(first);
  const closes = last !== undefined && isAny(last);
  if (literal === undefined) return text => globbed(parts, text);
  if (opens && closes) return text => text.includes(literal);
  return opens ? text => text.endsWith(literal) : text => text.startsWith(literal);
}

const isAny = (part: Part): boolean => 'wildcard' in part && part.wildcard === '*';

/** The literal of `*x*`, `x*` and `*x`. */
function onlyLiteral(parts: Pattern): string | undefined {
  const literals = parts.filter(part => 'literal' in part);
  const anys = parts.filter(isAny).length;
  const [found] = literals;
  if (parts.every(isAny)) return '';
  return literals.length === 1 && anys + 1 === parts.length && anys <= 2 && !hasDouble(parts)
    ? found?.literal
    : undefined;
}

const hasDouble = (parts: Pattern): boolean =>
  parts.some((part, i) => isAny(part) && i > 0 && isAny(parts[i - 1] ?? part));

type Unit = { readonly character: string } | { readonly wildcard: Wildcard };

const unitsOf = (part: Part): readonly Unit[] =>
  'literal' in part ? [...part.literal].map(character => ({ character })) : [part];

/** Matches greedily and goes back only to the last `*`: at worst the product of both lengths, never exponential. */
function globbed(parts: Pattern, text: string): boolean {
  const units = parts.flatMap(unitsOf);
  const characters = [...text];
  let at = 0;
  let unit = 0;
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    const wanted = units[unit];
    if (wanted !== undefined && isStar(wanted)) {
      star = unit;
      resume = at;
      unit += 1;
    } else if (wanted !== undefined && ('wildcard' in wanted || wanted.character === characters[at])) {
      at += 1;
      unit += 1;
    } else if (star >= 0) {
      unit = star + 1;
      resume += 1;
      at = resume;
    } else return false;
  }
  return units.slice(unit).every(isStar);
}

const isStar = (unit: Unit): boolean => 'wildcard' in unit && unit.wildcard === '*';
