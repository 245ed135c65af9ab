import { expect, test } from '@jest/globals';
import type { Finding } from '../../../src/check/finding.ts';
import { LINTS } from '../../../src/check/lints.ts';
import { counted, findingLines } from '../../../src/report/findings.ts';
import { sarifOf } from '../../../src/report/sarif.ts';

const FINDING: Finding = {
  file: 'rules/a.yml',
  start: { line: 3, column: 5 },
  end: { line: 3, column: 9 },
  lint: 'field-unknown',
  severity: 'error',
  message: 'no event has the field a',
  fix: 'write b',
  edits: [],
};
const NOTE: Finding = { ...FINDING, file: 'rules/b.yml', severity: 'note' };

test('a finding is a line that a terminal makes a link of, and files stand apart', () => {
  expect(findingLines([FINDING, FINDING, NOTE], false)).toBe(
    [
      'rules/a.yml:3:5 error field-unknown no event has the field a — write b',
      'rules/a.yml:3:5 error field-unknown no event has the field a — write b',
      '',
      'rules/b.yml:3:5 note field-unknown no event has the field a — write b',
      '',
    ].join('\n'),
  );
});

test('no control character of a rule reaches the terminal, and no text without end', () => {
  const lines = findingLines([{ ...FINDING, message: `\u001b[2J${'x'.repeat(1_000)}` }], false);
  expect(lines).toContain('\\u001b[2Jxxx');
  expect(lines).not.toContain('\u001b');
  expect(lines.length).toBeLessThan(600);
});

const COUNTS: readonly [findings: readonly Finding[], text: string][] = [
  [[], '0 errors, 0 warnings, 0 notes'],
  [[FINDING], '1 error, 0 warnings, 0 notes'],
  [[FINDING, NOTE, NOTE], '1 error, 0 warnings, 2 notes'],
];
for (const [findings, text] of COUNTS) test(`counted: ${text}`, () => expect(counted(findings)).toBe(text));

test('SARIF names the tool, every lint and the place of each finding', () => {
  const file = 'my rules/a.yml';
  expect(sarifOf([{ ...FINDING, file }], LINTS, '1.2.3')).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'keywarden', version: '1.2.3', rules: LINTS.map(({ name: id }) => ({ id })) } },
        results: [
          {
            ruleId: 'field-unknown',
            level: 'error',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'my%20rules/a.yml' },
                  region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});
