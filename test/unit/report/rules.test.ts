import { expect, test } from '@jest/globals';
import { rulesTable } from '../../../src/report/rules.ts';
import type { Role } from '../../../src/sigma/role.ts';
import type { Rule } from '../../../src/sigma/rule.ts';

const rule = (fields: Partial<Rule>): Rule => ({
  id: '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f',
  title: 'A rule',
  level: 'low',
  tags: ['attack.persistence', 'attack.t1098.006', 'attack.t1078'],
  references: [],
  falsepositives: [],
  fields: [],
  logsource: { product: 'kubernetes', service: 'audit' },
  file: 'rules/a.yml',
  line: 1,
  ...fields,
});

const detection = (fields: Partial<Rule>): Role => ({ rule: rule(fields), kind: 'detection', what: '', alerts: true });

test('rules are printed the gravest first', () =>
  expect(
    rulesTable([
      detection({}),
      detection({ title: 'Bad', level: 'critical', logsource: { product: 'etcd' }, tags: [] }),
    ]),
  ).toBe(
    `LEVEL          RULE
critical       Bad
               4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f  etcd  rules/a.yml
low            A rule
               4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f  kubernetes/audit  T1098.006 T1078  rules/a.yml
`,
  ));

test('no line is wider than 100 columns, and no title moves the cursor', () => {
  const title = `\u001b[2J${'a long title '.repeat(15)}`.trim();
  const text = rulesTable([detection({ title, file: 'rules/kubernetes/a-file-with-quite-a-long-name.yml' })]);
  expect(text).not.toContain('\u001b');
  expect(text.split('\n').filter(line => line.length > 100)).toEqual([]);
});

const rows: [name: string, role: Partial<Role>, row: string][] = [
  ['a correlation', { kind: 'correlation', what: 'event_count of 1 rule in 5m' }, 'event_count of 1 rule in 5m'],
  [
    'a part of a correlation',
    { kind: 'correlation', what: 'event_count of 1 rule in 5m', alerts: false },
    'event_count of 1 rule in 5m counts for others alone',
  ],
  ['an input', { what: 'counts for others alone', alerts: false }, 'kubernetes/audit counts for others alone'],
  ['new values', { kind: 'first-seen', what: 'first seen: user.name' }, 'kubernetes/audit first seen: user.name'],
];
for (const [name, role, row] of rows) {
  test(`a rule says what it does with matches: ${name}`, () => {
    const text = rulesTable([{ ...detection({ tags: [], file: 'a.yml' }), ...role }]);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f ${row} a.yml`);
  });
}
