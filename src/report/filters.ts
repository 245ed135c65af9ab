import { printable } from './escape.ts';

/** One filter's line: what it means and what it would leave out. */
export type FilterRow = {
  readonly name: string;
  readonly action: string;
  readonly events: number;
  readonly bytes: number;
  readonly eventsSaved: number;
  readonly bytesSaved: number;
};

type Total = { readonly events: number; readonly bytes: number; readonly evidence: number };

const HEADING = ['FILTER', 'ACTION', 'MEANS', 'NOT INDEXED', 'BYTES SAVED', 'OF ALL'] as const;

/** What filters would do, as a table for a terminal: events and bytes, and their share of all. */
export function filterTable(rows: readonly FilterRow[], total: Total): string {
  const cells = rows.map(row => [
    printable(row.name),
    row.action,
    String(row.events),
    String(row.eventsSaved),
    String(row.bytesSaved),
    percent(row.bytesSaved, total.bytes),
  ]);
  const events = sum(rows, 'eventsSaved');
  const bytes = sum(rows, 'bytesSaved');
  const lines = aligned([[...HEADING], ...cells]);
  return `${lines.join('\n')}\n\nnot indexed: ${events} of ${total.events} events (${percent(events, total.events)}), ${bytes} of ${total.bytes} bytes (${percent(bytes, total.bytes)}); kept as evidence of alerts: ${total.evidence} events\n`;
}

const sum = (rows: readonly FilterRow[], field: 'eventsSaved' | 'bytesSaved'): number =>
  rows.reduce((all, row) => all + row[field], 0);

const percent = (part: number, all: number): string => (all === 0 ? '0 %' : `${((100 * part) / all).toFixed(1)} %`);

/** Names to the left, numbers to the right. */
function aligned(table: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADING.map((_, i) => Math.max(...table.map(row => row[i]?.length ?? 0)));
  return table.map(row =>
    row
      .map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
