import { printable } from '../../src/report/escape.ts';
import type { Found } from './recording.ts';
import type { Row, Score } from './score.ts';

/** Widths of the first columns: scenario, class, verdict; of an alert its level and place stand below the latter two. */
const WIDTHS = [5, 9, 12] as const;

/** The score as a table for a terminal: a scenario and what was done, below it each alert with its sentence. */
export function printed({ rows, stray }: Score): string {
  const lines = [
    cells('', 'CLASS', 'VERDICT', 'WHAT WAS DONE'),
    cells('', 'LEVEL', 'LOG AND LINE', 'ALERT AND ITS RULE'),
    ...rows.flatMap(rowLines),
    ...stray.flatMap(alert => [cells('', '', 'stray', 'outside of every attack'), ...alertLines(alert)]),
    '',
    tally(rows, stray),
  ];
  return `${lines.join('\n')}\n`;
}

const rowLines = ({ scenario, alerts, verdict, missing, note }: Row): readonly string[] => [
  cells(scenario.id, scenario.class, verdict, `${scenario.actor}: ${scenario.description}`),
  ...(note === undefined ? [] : [cells('', '', '', note)]),
  ...(missing.length === 0 ? [] : [cells('', '', '', `lacks: ${missing.join(', ')}`)]),
  ...alerts.flatMap(alertLines),
];

const alertLines = ({ log, line, level, rule, message }: Found): readonly string[] => [
  cells('', level, `${log}:${line}`, `  ${message}`),
  cells('', '', '', `  ${rule}`),
];

const cells = (...[first, second, third, rest]: readonly [string, string, string, string]): string =>
  printable(`${first.padEnd(WIDTHS[0])}${second.padEnd(WIDTHS[1])}${third.padEnd(WIDTHS[2] + 2)}${rest}`.trimEnd());

function tally(rows: readonly Row[], stray: readonly Found[]): string {
  const count = (verdict: Row['verdict']): number => rows.filter(row => row.verdict === verdict).length;
  const evil = rows.filter(({ scenario }) => scenario.class !== 'benign').length;
  return [
    `${count('found')} of ${evil} attacks and bypasses found, ${count('unseen')} without a line in the logs, ${count('missed')} missed`,
    `${count('silent')} of ${rows.length - evil} benign scenarios silent, ${stray.length} alerts outside of the attacks`,
  ].join('; ');
}
