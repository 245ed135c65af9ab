import { type Alert, type Level, SEVERITY } from '../model/alert.ts';
import { printable } from './escape.ts';
import { place } from './place.ts';

const RESET = '\u001b[0m';
const COLOURS: Readonly<Record<Level, string>> = {
  critical: '\u001b[97;41m',
  high: '\u001b[91m',
  medium: '\u001b[33m',
  low: '\u001b[36m',
  informational: '\u001b[2m',
};

const LEVEL_WIDTH = 13;
const TIME_WIDTH = 23;

export type TableOptions = { readonly colour: boolean; readonly width: number };

/** Alerts as lines for a terminal, in the order of their times: when, how bad, what; below it which rule and where it stands. */
export function table(alerts: readonly Alert[], { colour, width }: TableOptions): string {
  const rows = [...alerts].sort(byTime).map(alert => row(alert, colour, width));
  const heading = `${'TIME'.padEnd(TIME_WIDTH)}  ${'LEVEL'.padEnd(LEVEL_WIDTH)}  ALERT`;
  return rows.length === 0 ? '' : `${heading}\n${rows.join('\n')}\n`;
}

const byTime = (a: Alert, b: Alert): number =>
  a['@timestamp'] < b['@timestamp'] ? -1 : a['@timestamp'] > b['@timestamp'] ? 1 : b.event.severity - a.event.severity;

function row(alert: Alert, colour: boolean, width: number): string {
  const { level, evidence } = alert.keywarden.alert;
  const time = alert['@timestamp'].replace('T', ' ').replace('Z', '').slice(0, TIME_WIDTH).padEnd(TIME_WIDTH);
  const label = level.padEnd(LEVEL_WIDTH);
  const shown = colour ? `${COLOURS[level]}${label}${RESET}` : label;
  const where = evidence[0] === undefined ? '' : place(evidence[0].origin);
  const indent = ' '.repeat(TIME_WIDTH + LEVEL_WIDTH + 4);
  const detail = `${alert.rule.name} · ${where}`;
  const room = Math.max(width - indent.length, 40);
  return `${time}  ${shown}  ${wrapped(alert.message, room, indent)}\n${indent}${dim(printable(detail), colour)}`;
}

const dim = (text: string, colour: boolean): string => (colour ? `\u001b[2m${text}${RESET}` : text);

function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}

/** Worst level among the alerts, for `--fail-on`. */
export const worst = (a: Level | undefined, b: Level): Level => (a === undefined || SEVERITY[b] > SEVERITY[a] ? b : a);
