/** What these mean after a backslash breaks a run: classes, positions and characters that are seldom written. */
const CLASSES = /^[dDwWsSbBAztnrfv]$/;
const QUANTIFIERS = new Set(['*', '?', '{']);
const FLAGS = /^\(\?[a-zA-Z]+\)/;
/** Flags further on, to which a quantifier may follow, and other letters and digits after a backslash: quotations, code points and the like, after which nothing is certain. */
const UNREADABLE = /\(\?[^:P<]|\\[^\W_dDwWsSbBAztnrfv]/;

/**
 * Texts, lower-cased, of which every text that the expression matches has one in it, whatever its capitals; none where that
 * cannot be said. Each alternative gives its longest run of characters that stand outside of groups and classes and are
 * neither optional nor repeated.
 */
export function expressionLiterals(expression: string): readonly string[] {
  const source = expression.replace(FLAGS, '');
  if (UNREADABLE.test(source)) return [];
  const longest = alternativesOf(source).map(runs =>
    runs.reduce((longer, run) => (run.length > longer.length ? run : longer), ''),
  );
  return longest.includes('') ? [] : [...new Set(longest)];
}

/** The runs of literal characters of each alternative. */
function alternativesOf(source: string): readonly (readonly string[])[] {
  const alternatives: string[][] = [['']];
  const runs = (): string[] => alternatives.at(-1) ?? [];
  const extend = (character: string): void => {
    runs().push(`${runs().pop() ?? ''}${character}`);
  };
  for (let i = 0; i < source.length; i += 1) {
    const character = source[i] ?? '';
    if (character === '|') alternatives.push(['']);
    else if (character === '(' || character === '[') {
      i = endOf(source, i);
      runs().push('');
    } else if (character === '\\') {
      i += 1;
      if (CLASSES.test(source[i] ?? '')) runs().push('');
      else extend(source[i] ?? '');
    } else if (QUANTIFIERS.has(character)) {
      // What goes before may be missing.
      runs().push((runs().pop() ?? '').slice(0, -1), '');
      if (character === '{') i = Math.max(i, source.indexOf('}', i));
    } else if ('+.^$'.includes(character) || !isAscii(character)) runs().push('');
    else extend(character.toLowerCase());
  }
  return alternatives;
}

/** Where the group or class that opens at `start` closes. */
function endOf(source: string, start: number): number {
  if (source[start] === '[') return endOfClass(source, start);
  for (let i = start + 1; i < source.length; i += 1) {
    const character = source[i];
    if (character === ')') return i;
    if (character === '\\') i += 1;
    else if (character === '(' || character === '[') i = endOf(source, i);
  }
  return source.length;
}

/** A bracket that comes first is one of the class; names of classes have brackets of their own. */
function endOfClass(source: string, start: number): number {
  const first = source[start + 1] === '^' ? start + 2 : start + 1;
  for (let i = source[first] === ']' ? first + 1 : first; i < source.length; i += 1) {
    if (source[i] === ']') return i;
    if (source[i] === '\\') i += 1;
    else if (source.startsWith('[:', i) && source.includes(':]', i)) i = source.indexOf(':]', i) + 1;
  }
  return source.length;
}

const isAscii = (character: string): boolean => character <= '\u007f';
