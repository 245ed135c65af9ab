import type { Alert } from '../model/alert.ts';
import { place } from './place.ts';
import { wrapped } from './text.ts';
import { since } from './time.ts';

/** What an analyst wants to know of an alert next: what to look at first, what it may be instead, and the matches one by one. */
export function evidenceLines({ keywarden: { alert }, process }: Alert, width: number): readonly string[] {
  const { look_first: first, falsepositives = [], evidence, count } = alert;
  const left = count - evidence.length;
  return [
    ...(process === undefined ? [] : wrapped(`Command: ${process.command_line}`, width)),
    ...(first === undefined ? [] : wrapped(oneLine(first), width)),
    ...(falsepositives.length === 0 ? [] : wrapped(`May also be: ${falsepositives.map(oneLine).join(' ')}`, width)),
    ...evidence.flatMap(({ timestamp, message, origin }) =>
      wrapped(`${since(alert.first_seen, timestamp)} ${message} · ${place(origin)}`, width),
    ),
    ...(left > 0 ? [`and ${left} more between the first and the last of these`] : []),
  ];
}

/** Rules write their texts over several lines. */
const oneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');
