const BLANK = /[^\S\n]/;
const SEPARATOR = /[;|&\n]/;
const QUOTES: ReadonlySet<string> = new Set(['"', "'"]);

/**
 * The words of a line for a shell, each followed by the blanks behind it: words have even places, blanks (or nothing) odd
 * ones, so that all of them joined are the line. `;`, `|`, `&` and ends of lines are words. Linear in the line.
 * Source: POSIX.1-2024, Shell Command Language, 2.2 and 2.3; a quotation that never ends is taken for text.
 */
export function wordsOf(line: string): readonly string[] {
  const pieces: string[] = [];
  const endless = new Set<string>();
  for (let at = 0; at < line.length; ) {
    const end = wordEnd(line, at, endless);
    const next = runEnd(line, end, BLANK);
    pieces.push(line.slice(at, end), line.slice(end, next));
    at = next;
  }
  return pieces;
}

function wordEnd(line: string, start: number, endless: Set<string>): number {
  if (SEPARATOR.test(line.charAt(start))) return runEnd(line, start, SEPARATOR);
  let at = start;
  while (at < line.length) {
    const character = line.charAt(at);
    if (BLANK.test(character) || SEPARATOR.test(character)) break;
    if (character === '\\') at += 2;
    else if (QUOTES.has(character) && !endless.has(character)) at = quotationEnd(line, at, character, endless);
    else at += 1;
  }
  return Math.min(at, line.length);
}

/** Behind the closing mark; without one the mark is a character like others, and nobody looks for its end again. */
function quotationEnd(line: string, start: number, mark: string, endless: Set<string>): number {
  for (let at = start + 1; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === mark) return at + 1;
    if (character === '\\' && mark === '"') at += 1;
  }
  endless.add(mark);
  return start + 1;
}

function runEnd(line: string, start: number, set: RegExp): number {
  let at = start;
  while (at < line.length && set.test(line.charAt(at))) at += 1;
  return at;
}
