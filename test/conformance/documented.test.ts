import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadCollectorConfig } from '../../src/config/load.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { kindOf } from '../../src/sigma/kind.ts';
import { normalized } from '../unit/normalize/support.ts';

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

test('the configuration and the record of docs/collector.md can be read', () => {
  const page = readFileSync('docs/collector.md', 'utf8');
  const block = (kind: string): string => new RegExp(`^\`\`\`${kind}\\n(.*?)\`\`\``, 'ms').exec(page)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-docs-'));
  const file = join(folder, 'keywarden.yml');
  writeFileSync(file, block('yaml'));
  expect(loadCollectorConfig(file, {}).collector).toMatchObject({ prefix: '/registry/', topic: 'etcd-revisions' });
  const { events } = normalized(block('json'));
  expect(events.map(({ document }) => document.etcd?.value?.encrypted)).toEqual([true]);
});
