import { isUtf8 } from 'node:buffer';
import type { DeadLetter, FiledLetter } from '../model/deadletter.ts';
import { printable } from './escape.ts';
import { place } from './place.ts';

const HEADING = ['TIME', 'STAGE', 'SIZE', 'SEALED', 'REASON'] as const;
const WIDTHS = [23, 9, 10, 6] as const;
const INDENT = ' '.repeat(2);

/** Letters as lines for a terminal: when, at which stage, how large, whether its bytes are in it, why; below it what it is of and where it lies. */
export function lettersTable(letters: readonly FiledLetter[]): string {
  if (letters.length === 0) return '';
  return `${columns(HEADING)}\n${letters.map(rowOf).join('')}`;
}

function rowOf({ at, letter, place: filed, sealed }: FiledLetter): string {
  const time = at.replace('T', ' ').replace('Z', '').slice(0, WIDTHS[0]);
  const cells = [time, letter.stage, `${letter.size} B`, sealed ? 'yes' : 'no', letter.reason];
  const why = letter.unsealed === undefined ? '' : ` · bytes not in it: ${letter.unsealed}`;
  return `${columns(cells.map(printable))}\n${INDENT}${printable(`${place(letter.origin)} · letter ${place(filed)}${why}`)}\n`;
}

const columns = (cells: readonly string[]): string => cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join('  ');

/** A letter as a line of JSON: as it lies there, but of its sealed bytes only whether there are any. */
export const letterLine = ({ letter, place: filed, at, sealed }: FiledLetter): string =>
  `${JSON.stringify({ ...letter, sealed, letter: { ...filed, written: at } })}\n`;

/** How many letters there are of each reason, the most first. */
export function reasonsOf(letters: readonly FiledLetter[]): string {
  const counts = new Map<string, number>();
  for (const { letter } of letters) counts.set(letter.reason, (counts.get(letter.reason) ?? 0) + 1);
  const lines = [...counts].sort(([, a], [, b]) => b - a).slice(0, MAX_REASONS);
  const rest = counts.size - lines.length;
  return (
    lines.map(([reason, count]) => `${String(count).padStart(7)}  ${printable(reason)}\n`).join('') +
    (rest === 0 ? '' : `         and ${rest} more reasons\n`)
  );
}

const MAX_REASONS = 50;

/** One letter in full, and its bytes where they were opened; safe for a terminal. */
export function letterText({ sealed, ...letter }: DeadLetter, bytes: Buffer | undefined): string {
  const fields = Object.entries({ ...letter, sealed: sealed === undefined ? 'no' : 'yes' });
  const text = fields.map(([name, value]) => `${name.padEnd(11)} ${printable(shownValue(value))}\n`).join('');
  if (bytes === undefined) return text;
  const shown = isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1');
  return `${text}${isUtf8(bytes) ? 'bytes' : 'bytes (not UTF-8, each a character)'}\n${printable(shown)}\n`;
}

const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
