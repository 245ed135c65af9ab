import type { Level } from '../model/alert.ts';
import { SEVERITY } from '../model/alert.ts';
import type { Origin } from '../model/record.ts';
import { printable } from './escape.ts';
import { place } from './place.ts';

/** What candidate rules change for one rule. */
export type DifferenceRow = {
  readonly rule: { readonly title: string; readonly level: Level };
  readonly levelBefore: Level | undefined;
  readonly new: number;
  readonly gone: number;
  readonly same: number;
  readonly samples: { readonly new: readonly SampleRow[]; readonly gone: readonly SampleRow[] };
};

type SampleRow = { readonly origin: Origin; readonly timestamp: string; readonly message: string };

const LEVEL_WIDTH = 13;
const TITLE_WIDTH = 58;
const COUNT_WIDTH = 6;
const INDENT = ' '.repeat(LEVEL_WIDTH + 2);

/** What candidates change, as lines for a terminal of 100 columns: rules that alert otherwise, with samples; then those that alert as before. */
export function backtestTable(rows: readonly DifferenceRow[]): string {
  const shown = rows
    .filter(row => row.new + row.gone + row.same > 0 || row.levelBefore !== undefined)
    .sort((a, b) => changes(b) - changes(a) || SEVERITY[b.rule.level] - SEVERITY[a.rule.level]);
  if (shown.length === 0) return 'no alerts, by either set\n';
  return `${line('LEVEL', 'RULE', ['NEW', 'GONE', 'SAME'])}${shown.map(rowText).join('')}`;
}

const changes = (row: DifferenceRow): number => row.new + row.gone;

function rowText(row: DifferenceRow): string {
  const { rule, levelBefore, samples } = row;
  const counts = [row.new, row.gone, row.same].map(String);
  const title = printable(rule.title);
  const cut = title.length > TITLE_WIDTH ? `${title.slice(0, TITLE_WIDTH - 1)}…` : title;
  const level = levelBefore === undefined ? '' : `${INDENT}level ${levelBefore} becomes ${rule.level}\n`;
  return `${line(rule.level, cut, counts)}${level}${sampleLines('+', samples.new)}${sampleLines('-', samples.gone)}`;
}

const line = (level: string, title: string, counts: readonly string[]): string =>
  `${level.padEnd(LEVEL_WIDTH)}  ${title.padEnd(TITLE_WIDTH)}  ${counts.map(count => count.padStart(COUNT_WIDTH)).join(' ')}\n`;

const sampleLines = (sign: string, samples: readonly SampleRow[]): string =>
  samples
    .map(
      ({ origin, timestamp, message }) =>
        `${INDENT}${sign} ${printable(message)}\n${INDENT}  ${printable(`${timestamp} · ${place(origin)}`)}\n`,
    )
    .join('');
