import { type Alert, LEVELS, type Level } from '../model/alert.ts';
import { table } from './table.ts';

export const FORMATS = ['table', 'jsonl', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** Prints alerts as they come, or at the end where the format needs all of them. */
export type AlertPrinter = {
  readonly alert: (alert: Alert) => void;
  readonly end: () => void;
  /** `3 critical, 5 high`, or `no alerts`. */
  readonly tally: () => string;
};

type Output = { readonly write: (text: string) => unknown; readonly isTTY?: boolean; readonly columns?: number };

/** Rows of a table that are kept for sorting; the rest are only counted. */
const MAX_ROWS = 10_000;
const DEFAULT_WIDTH = 120;

/** `verbose`: a table with the evidence. */
export function alertPrinter(format: Format, output: Output, verbose = false): AlertPrinter {
  const counts = new Map<Level, number>();
  const printer = PRINTERS[format](output, verbose);
  return {
    alert: alert => {
      const { level } = alert.keywarden.alert;
      counts.set(level, (counts.get(level) ?? 0) + 1);
      printer.alert(alert);
    },
    end: printer.end,
    tally: () => tallyOf(counts),
  };
}

type Printer = Pick<AlertPrinter, 'alert' | 'end'>;

const PRINTERS: Readonly<Record<Format, (output: Output, verbose: boolean) => Printer>> = {
  jsonl: output => ({ alert: alert => void output.write(`${JSON.stringify(alert)}\n`), end: () => {} }),
  json: output => {
    let separator = '[';
    return {
      alert: alert => {
        output.write(`${separator}\n${JSON.stringify(alert)}`);
        separator = ',';
      },
      end: () => void output.write(separator === '[' ? '[]\n' : '\n]\n'),
    };
  },
  table: (output, verbose) => {
    const rows: Alert[] = [];
    let left = 0;
    return {
      alert: alert => {
        if (rows.length < MAX_ROWS) rows.push(alert);
        else left += 1;
      },
      end: () => {
        output.write(table(rows, { ...looks(output), verbose }));
        if (left > 0) output.write(`and ${left} more; --format jsonl prints them all\n`);
      },
    };
  },
};

/** How wide an output is, and whether it takes colours. */
export const looks = ({ isTTY, columns }: Output): { readonly colour: boolean; readonly width: number } => ({
  colour: isTTY === true && process.env['NO_COLOR'] === undefined,
  width: columns ?? DEFAULT_WIDTH,
});

function tallyOf(counts: ReadonlyMap<Level, number>): string {
  const parts = LEVELS.toReversed().flatMap(level => (counts.has(level) ? [`${counts.get(level)} ${level}`] : []));
  return parts.length === 0 ? 'no alerts' : parts.join(', ');
}
