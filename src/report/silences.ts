import { printable } from './escape.ts';
import { clock } from './time.ts';

/** What a line of the list says of a silence. */
export type SilenceRow = {
  readonly name: string;
  readonly owner: string;
  readonly reason: string;
  readonly from: string;
  readonly until: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** What it means, in a line. */
  readonly scope: string;
};

const STATES = ['active', 'to come', 'expired'] as const;
const WIDTHS = [8, 20, 20] as const;

/** Silences for a terminal: those in force, then those to come, then those that are over. `now`: milliseconds since 1970. */
export function silenceTable(silences: readonly SilenceRow[], now: number): string {
  if (silences.length === 0) return '';
  const rows = STATES.flatMap(state =>
    silences
      .filter(silence => stateOf(silence, now) === state)
      .toSorted((a, b) => a.untilMs - b.untilMs)
      .map(silence => rowOf(silence, state)),
  );
  return `${columns(['STATE', 'FROM (UTC)', 'UNTIL (UTC)', 'SILENCE'])}${rows.join('')}`;
}

function stateOf({ fromMs, untilMs }: SilenceRow, now: number): (typeof STATES)[number] {
  if (now >= untilMs) return 'expired';
  return now >= fromMs ? 'active' : 'to come';
}

function rowOf({ name, owner, reason, fromMs, untilMs, scope }: SilenceRow, state: string): string {
  const indent = ' '.repeat(WIDTHS.reduce((sum, width) => sum + width + 2, 0));
  const details = [scope, `${owner}: ${reason}`].map(text => `${indent}${printable(text)}\n`).join('');
  return `${columns([state, utc(fromMs), utc(untilMs), name])}${details}`;
}

const utc = (ms: number): string => clock(new Date(ms).toISOString()).slice(0, '2026-11-24 22:00:00'.length);

const columns = (cells: readonly string[]): string =>
  `${cells.map((cell, i) => cell.padEnd(WIDTHS[i] ?? 0)).join('  ')}\n`;
