import type { Finding, Place } from '../check/finding.ts';
import type { Lint } from '../check/lint.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Findings for code scanning and editors. Source: OASIS SARIF 2.1.0. */
export const sarifOf = (findings: readonly Finding[], lints: readonly Lint[], version: string): object => ({
  $schema: SCHEMA,
  version: '2.1.0',
  runs: [
    {
      tool: {
        driver: {
          name: 'keywarden',
          version,
          rules: lints.map(({ name, severity, reason, section, fix }) => ({
            id: name,
            shortDescription: { text: reason },
            help: { text: `${fix} (${section})` },
            defaultConfiguration: { level: severity },
          })),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: findings.map(resultOf),
    },
  ],
});

function resultOf({ file, start, end, lint, severity, message, fix }: Finding): object {
  return {
    ruleId: lint,
    level: severity,
    message: { text: `${message} — ${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file.replaceAll('\\', '/')) },
          region: regionOf(start, end),
        },
      },
    ],
  };
}

const regionOf = (start: Place, end: Place): object => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.line === start.line ? Math.max(end.column, start.column) : end.column,
});
