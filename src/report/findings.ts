import { type Finding, SEVERITIES, type Severity } from '../check/finding.ts';
import { printable } from './escape.ts';

const RESET = '\u001b[0m';
const COLOURS: Readonly<Record<Severity, string>> = {
  error: '\u001b[91m',
  warning: '\u001b[33m',
  note: '\u001b[2m',
};

const MAX_LENGTH = 400;

/** Findings as lines that editors and terminals make links of, a blank line between files. */
export function findingLines(findings: readonly Finding[], colour: boolean): string {
  let file: string | undefined;
  return findings
    .map(finding => {
      const gap = file !== undefined && file !== finding.file ? '\n' : '';
      file = finding.file;
      return `${gap}${line(finding, colour)}\n`;
    })
    .join('');
}

/** `rules/x.yml:3:5 error field-unknown no event … — write …` */
function line({ file, start, severity, lint, message, fix }: Finding, colour: boolean): string {
  const shown = colour ? `${COLOURS[severity]}${severity}${RESET}` : severity;
  return `${printable(file)}:${start.line}:${start.column} ${shown} ${lint} ${clipped(message)} — ${clipped(fix)}`;
}

function clipped(text: string): string {
  const safe = printable(text);
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe;
}

const PLURALS: Readonly<Record<Severity, string>> = { error: 'errors', warning: 'warnings', note: 'notes' };

/** `2 errors, 1 warning, 0 notes` */
export const counted = (findings: readonly Finding[]): string =>
  SEVERITIES.map(severity => {
    const count = findings.filter(finding => finding.severity === severity).length;
    return `${count} ${count === 1 ? severity : PLURALS[severity]}`;
  }).join(', ');
