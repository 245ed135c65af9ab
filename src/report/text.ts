import { printable } from './escape.ts';

/** Lines of at most `width` characters, fit for a terminal; a word that is longer stands alone. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

export const dim = (text: string, colour: boolean): string => (colour ? `\u001b[2m${text}\u001b[0m` : text);
