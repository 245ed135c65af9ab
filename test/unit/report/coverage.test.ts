import { expect, test } from '@jest/globals';
import { techniqueIn, techniquesOf } from '../../../src/model/attack.ts';
import { THREAT_MATRIX } from '../../../src/model/threat-matrix.ts';
import { attackTable } from '../../../src/report/attack.ts';
import { layerOf } from '../../../src/report/navigator.ts';
import { fileTest, matrixRows, matrixTable } from '../../../src/report/threat-matrix.ts';
import type { Rule } from '../../../src/sigma/rule.ts';

const rule = (title: string, tags: readonly string[], file = 'rules/own.yml'): Rule => ({
  id: title,
  title,
  level: 'low',
  tags: [...tags],
  references: [],
  falsepositives: [],
  fields: [],
  logsource: { product: 'kubernetes', service: 'audit' },
  file,
  line: 1,
});

const renamed: [written: string, v18: string, v19: string][] = [
  ['T1562', 'T1562', 'T1685'],
  ['T1562.001', 'T1562.001', 'T1685'],
  ['T1685', 'T1562.001', 'T1685'],
  ['T1562.008', 'T1562.008', 'T1685.002'],
  ['T1685.002', 'T1562.008', 'T1685.002'],
  ['T1686.001', 'T1562.007', 'T1686.001'],
  ['T1552.007', 'T1552.007', 'T1552.007'],
];
for (const [written, v18, v19] of renamed) {
  test(`ATT&CK: ${written} is ${v18} in v18 and ${v19} in v19`, () =>
    expect([techniqueIn('18', written), techniqueIn('19', written)]).toEqual([v18, v19]));
}

test('techniques stand among other tags', () =>
  expect(techniquesOf(['attack.execution', 'attack.t1552.007', 'ATTACK.T1098', 'attack.s0001', 'cve.2021-1'])).toEqual([
    'T1552.007',
    'T1098',
  ]));

const RULES = [
  rule('a', ['attack.t1562', 'attack.t1098']),
  rule('b', ['attack.t1562.001', 'attack.t1098']),
  rule('c', ['attack.t1685']),
];

test('a layer counts rules by technique, in the ids of the version that is asked for', () => {
  const scores = (version: '18' | '19') =>
    layerOf(RULES, version, '').techniques.map(({ techniqueID, score, comment }) => [techniqueID, score, comment]);
  expect(scores('18')).toEqual([
    ['T1098', 2, 'a\nb'],
    ['T1562', 1, 'a'],
    ['T1562.001', 2, 'b\nc'],
  ]);
  expect(scores('19')).toEqual([
    ['T1098', 2, 'a\nb'],
    ['T1685', 3, 'a\nb\nc'],
  ]);
});

test('a layer says its versions, and a gradient that is wider than nothing', () => {
  const layer = layerOf([], '19', 'nothing');
  expect(layer).toMatchObject({ domain: 'enterprise-attack', versions: { attack: '19', layer: '4.5' } });
  expect(layer.gradient.maxValue).toBeGreaterThan(layer.gradient.minValue);
});

test('ATT&CK as a table', () =>
  expect(attackTable(layerOf(RULES, '18', ''), 2)).toBe(
    'MITRE ATT&CK v18: 3 techniques; 2 rules name none\n  T1098        2 rules    T1562.001    2 rules    T1562        1 rule\n',
  ));

test('the matrix: a shipped rule by its file, any rule by its tag', () => {
  const rows = matrixRows([rule('x', [], 'rules/kubernetes/a01-any.yml'), rule('y', ['microsoft.ms-ta9014'])]);
  const found = rows
    .filter(({ rules }) => rules.length > 0)
    .map(({ id, rules }) => [id, rules.map(({ title }) => title)]);
  expect(found).toEqual([
    ['MS-TA9014', ['y']],
    ['MS-TA9025', ['x']],
  ]);
  const text = matrixTable(rows);
  expect(text).toContain('  ✓ MS-TA9025  List Kubernetes secrets\n               a01-any\n');
  expect(text).toMatch(/✗ MS-TA9031 {2}Network mapping +happens on the network between pods\n/);
  expect(text.split('\n').filter(line => line.length > 100)).toEqual([]);
});

test('the matrix names each technique once', () =>
  expect(new Set(THREAT_MATRIX.map(({ id }) => id)).size).toBe(THREAT_MATRIX.length));

test('a pattern of files means its dots and nothing else', () => {
  expect(['a-b', 'a--b', 'axb', 'a-b.c'].filter(fileTest('a-*b'))).toEqual(['a-b', 'a--b']);
  expect(['a.b', 'axb'].filter(fileTest('a.b'))).toEqual(['a.b']);
});
