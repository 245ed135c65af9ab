import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadRules } from '../../../../src/pipeline/rules.ts';
import { keptPrograms } from '../../../../src/pipeline/signals/kept.ts';
import type { AnyProgram } from '../../../../src/sigma/program.ts';

const RULE = `title: A list
id: 11111111-1111-4111-8111-111111111111
name: list
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: list }, condition: s }
`;
const INNER = `title: Many
id: 33333333-3333-4333-8333-333333333333
name: many
correlation: { type: event_count, rules: [list], group-by: [user.name], timespan: 30s, condition: { gte: 5 } }
`;
const OUTER = `title: Many, often
id: 44444444-4444-4444-8444-444444444444
correlation: { type: event_count, rules: [many], group-by: [user.name], timespan: 1h, condition: { gte: 3 } }
`;

function programsOf(...documents: readonly string[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'keywarden-kept-')), 'rules.yml');
  writeFileSync(file, documents.join('---\n'));
  const rules = loadRules({ rules: [file], lists: undefined, now: new Date(0) });
  expect(rules.faults).toEqual([]);
  return rules;
}

const cases: [name: string, documents: string[], isKept: boolean][] = [
  ['nothing changed', [RULE, INNER, OUTER], true],
  ['it stands elsewhere in the file', ['', OUTER, INNER, RULE].filter(text => text !== ''), true],
  ['the rule that it counts looks for something else', [RULE.replace('verb: list', 'verb: get'), INNER, OUTER], true],
  ['it counts to another number', [RULE, INNER, OUTER.replace('gte: 3', 'gte: 4')], false],
  ['it is called otherwise', [RULE, INNER, OUTER.replace('often', 'more often')], false],
  ['a correlation in it has another time span', [RULE, INNER.replace('30s', '31s'), OUTER], false],
];
for (const [name, documents, isKept] of cases) {
  test(`a program ${isKept ? 'keeps' : 'loses'} its state where ${name}`, () => {
    const before = programsOf(RULE, INNER, OUTER);
    const kept = keptPrograms(before, programsOf(...documents));
    const known: readonly AnyProgram[] = before.programs;
    expect(kept.map(program => known.includes(program))).toEqual([isKept]);
  });
}
