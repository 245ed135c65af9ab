import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { schemaOf } from '../../src/cli/schema.ts';
import { CORRELATION, EVENT_FILTER, EXAMPLES, FILTER, LIST, RULE } from '../unit/check/support.ts';

const ajv = new Ajv({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  allErrors: true,
  formats: { uri: URL.canParse, 'date-time': true },
});

const faultsOf = (kind: string, text: string): readonly string[] => {
  const validate = ajv.getSchema(kind) ?? ajv.addSchema(schemaOf(kind), kind).getSchema(kind);
  const documents = parseAllDocuments(text) as readonly { readonly toJS: () => unknown }[];
  return documents.flatMap(document =>
    validate?.(document.toJS()) === true
      ? []
      : (validate?.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`),
  );
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yml'))
    .map(name => `${folder}/${name}`);

const SHIPPED: readonly [kind: string, files: readonly string[]][] = [
  ['rules', filesIn('rules').filter(file => !/\.examples\.yml$|\/fields\//.test(file))],
  ['examples', filesIn('rules').filter(file => file.endsWith('.examples.yml'))],
  ['event-filter', filesIn('deploy/filters')],
  ['config', ['deploy/docker/keywarden.yml']],
];
for (const [kind, files] of SHIPPED) {
  test(`the schema ${kind} accepts all that is shipped of it`, () => {
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap(file => faultsOf(kind, readFileSync(file, 'utf8')).map(fault => `${file}: ${fault}`))).toEqual(
      [],
    );
  });
}

const yamlIn = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

test('the schema config accepts the configuration of the docs', () => {
  expect(faultsOf('config', yamlIn('docs/configuration.md').find(text => text.includes('kafka:')) ?? '')).toEqual([]);
});

test('the schemas accept the rule and the list of the docs', () => {
  const blocks = yamlIn('docs/rules.md');
  const rule = blocks.find(text => text.startsWith('title:')) ?? '';
  const list = blocks.find(text => text.startsWith('list:')) ?? '';
  expect([...faultsOf('rule', rule), ...faultsOf('list', list)]).toEqual([]);
});

const SILENCE = yamlIn('docs/alerts.md').find(text => text.startsWith('silence:')) ?? '';

const FIRST_SEEN = RULE.replace('  look_first', '  first_seen: {fields: [user.name], learn: 7d}\n  look_first');
const WITHOUT = RULE.replace(
  '  look_first',
  '  without: {within: 2s, sight: [verb], covered: "%a%", rules: [{rule: a, by: [verb, {user.name: b}], once: true}]}\n  look_first',
);
const SEQUENCE = EXAMPLES.replace(
  'record: {"verb": "get"}\nno_match',
  'count: 2\n    events: [{record: a line, repeat: 9, every: 1s}, {event: {a: b}, after: 1h}]\nno_match',
);

const KINDS: readonly [kind: string, text: string, from: string, to: string, place: string][] = [
  ['rule', RULE, 'level: high', 'level: hihg', '/level'],
  ['rule', RULE, 'group: [user.name]', 'groups: [user.name]', '/keywarden'],
  ['rule', RULE, '  condition: selection and not known\n', '', '/detection'],
  ['rules', RULE, 'date: 2026-11-01', 'date: 1 November', '/date'],
  ['rules', LIST, 'owner: platform team\n', '', ''],
  ['correlation', CORRELATION, 'timespan: 5m', 'timespan: 5 minutes', '/correlation/timespan'],
  ['rules', CORRELATION, 'gte: 10', "gte: '10'", '/correlation/condition/gte'],
  ['correlation', `${CORRELATION}keywarden: {suppress: 1h}\n`, 'suppress: 1h', 'group: [a]', '/keywarden'],
  ['rule', FIRST_SEEN, '{fields: [user.name], learn', '{fields: [], learn', '/keywarden/first_seen/fields'],
  ['rule', FIRST_SEEN, 'learn: 7d', 'learned: 7d', '/keywarden/first_seen'],
  ['rule', WITHOUT, 'within: 2s', 'within: two', '/keywarden/without/within'],
  ['rule', WITHOUT, 'once: true', 'once: 1', '/keywarden/without/rules/0/once'],
  ['rules', WITHOUT, 'user.name: b', 'user.name: 1', '/keywarden/without/rules/0/by/1/user.name'],
  ['examples', SEQUENCE, 'after: 1h', 'after: later', '/match/0/events/1/after'],
  ['examples', SEQUENCE, 'record: a line, ', '', '/match/0/events/0'],
  ['filter', FILTER, '    - other_rule\n', '    []\n', '/filter/rules'],
  ['event-filter', EVENT_FILTER, 'rate: 0.01', 'rate: 2', '/rate'],
  ['event-filter', EVENT_FILTER, 'rate: 0.01\n', '', ''],
  ['list', LIST, '    reason: on call\n', '', '/entries/1'],
  ['silence', SILENCE, 'until: 2026-11-25T02:00:00Z\n', '', ''],
  ['silence', SILENCE, 'until: 2026-11-25T02:00:00Z', 'until: tomorrow', '/until'],
  ['examples', EXAMPLES, '    record: {"verb": "get"}\nno_match', 'no_match', '/match/0'],
];
for (const [kind, text, from, to, place] of KINDS) {
  test(`the schema ${kind} accepts the right and refuses “${to.trim() || `no ${from.trim()}`}”`, () => {
    expect(faultsOf(kind, text)).toEqual([]);
    expect(faultsOf(kind, text.replace(from, to)).map(fault => fault.split(' ', 1)[0])).toContain(place);
  });
}
