import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadRules } from '../../src/pipeline/rules.ts';
import { kindOf } from '../../src/sigma/kind.ts';

const BLOCKS = [...readFileSync('docs/rules.md', 'utf8').matchAll(/^```yaml\n(.*?)```/gms)].map(
  ([, yaml = '']) => yaml,
);
const HEAD = 'title: A rule\nlevel: low\nlogsource: { product: kubernetes }\n';

test('rules, filters, lists and field maps of the documentation can be used', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-docs-'));
  const kinds = BLOCKS.map(kindOf);
  for (const [i, yaml] of BLOCKS.entries()) {
    if (kinds[i] === undefined) continue;
    writeFileSync(join(folder, `${i}.yml`), yaml.startsWith('detection:') ? HEAD + yaml : yaml);
  }
  const set = loadRules({ rules: ['rules', folder], lists: undefined, now: new Date('2026-11-24') });
  expect(set.faults).toEqual([]);
  const rules = ['rule', 'rule', 'rule', 'rule'];
  expect(kinds.filter(kind => kind !== undefined).sort()).toEqual([
    'correlation',
    'fields',
    'filter',
    'list',
    ...rules,
  ]);
  const ours = set.programs.filter(({ rule: { file } }) => file.startsWith(folder));
  expect(ours.map(({ kind }) => kind).sort()).toEqual(['absence', 'correlation', 'first-seen']);
  expect(set.sources.filter(({ filters }) => filters.length > 0)).toHaveLength(1);
  const path = 'kubernetes.audit.requestObject.spec.template.spec.initContainers.resources.limits.gpu'.split('.');
  expect(set.compile.resolve('gpu', { product: 'kubernetes' })).toContainEqual(path);
});
