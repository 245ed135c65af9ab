import { expect, test } from '@jest/globals';
import { compileRule } from '../../../src/sigma/compile.ts';
import type { FilterSource } from '../../../src/sigma/filter.ts';
import { withFilters } from '../../../src/sigma/filtering.ts';
import { parseRules } from '../../../src/sigma/parse.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';
import { rulesOf } from './support.ts';

const READS = '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';
const RULES = `title: Reads
id: ${READS}
level: low
logsource: { product: shop, service: web }
detection: { selection: { verb: get }, condition: 1 of them }
---
title: Writes
name: writes
id: 5b5f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: shop }
detection: { selection: { verb: put }, condition: selection or selection }
---
title: Elsewhere
id: 6c5f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: bank }
detection: { selection: { verb: put }, condition: selection }
`;

const filter = (rules: string, condition = 'not selection', logsource = '{ product: shop, service: web }'): string =>
  `title: Administrators\nlogsource: ${logsource}\nfilter:\n${rules}  selection: { user|startswith: adm_ }\n  other: { verb: put }\n  condition: ${condition}\n`;

const filterOf = (text: string): FilterSource => {
  const [document] = parseRules(text, 'f.yml');
  if (document?.kind === 'filter') return document.source;
  throw document?.kind === 'fault' ? document.fault : new Error('no filter');
};

const EVENTS = ['get alice', 'get adm_bob', 'put alice', 'put adm_bob'].map(text => text.split(' '));

/** What each rule still holds on, with the filter. */
function left(text: string): { readonly matches: readonly string[]; readonly faults: readonly string[] } {
  const { rules, faults } = withFilters(rulesOf(RULES), [filterOf(text)]);
  const matches = rules.map(source => {
    const { rule, matches: holds } = compileRule(source, { ...AS_WRITTEN, lists: new Map() });
    const events = EVENTS.filter(([verb, user]) => holds({ verb, user })).map(words => words.join(' '));
    return `${rule.title}: ${events.join(', ')}`;
  });
  return { matches, faults: faults.map(({ message }) => message) };
}

const READS_ALL = 'Reads: get alice, get adm_bob';
const READS_LESS = 'Reads: get alice';
const WRITES_ALL = 'Writes: put alice, put adm_bob';
const WRITES_LESS = 'Writes: put alice';
const ELSEWHERE = 'Elsewhere: put alice, put adm_bob';

const cases: [name: string, text: string, matches: readonly string[]][] = [
  ['by id', filter(`  rules: [${READS}]\n`), [READS_LESS, WRITES_ALL, ELSEWHERE]],
  ['by id in capitals', filter(`  rules: [${READS.toUpperCase()}]\n`), [READS_LESS, WRITES_ALL, ELSEWHERE]],
  [
    'by name, of a rule that leaves its service open',
    filter('  rules: [writes]\n'),
    [READS_ALL, WRITES_LESS, ELSEWHERE],
  ],
  ['by id and name', filter(`  rules: [${READS}, writes]\n`), [READS_LESS, WRITES_LESS, ELSEWHERE]],
  ['any of a log source', filter('  rules: any\n'), [READS_LESS, WRITES_LESS, ELSEWHERE]],
  ['without rules', filter(''), [READS_LESS, WRITES_LESS, ELSEWHERE]],
  ['of a whole product', filter('', 'not selection', '{ product: shop }'), [READS_LESS, WRITES_LESS, ELSEWHERE]],
  ['only where all hold', filter('', 'not (selection and other)'), [READS_ALL, WRITES_LESS, ELSEWHERE]],
  ['where one holds', filter('', 'not 1 of them'), [READS_LESS, 'Writes: ', ELSEWHERE]],
  ['two negations', filter('', 'not selection and not other'), [READS_LESS, 'Writes: ', ELSEWHERE]],
];
for (const [name, text, matches] of cases) {
  test(`a filter leaves its matches out: ${name}`, () => expect(left(text)).toEqual({ matches, faults: [] }));
}

test('of two rules of one name a filter says that it cannot know which', () => {
  const [first, second] = rulesOf(RULES).map(source => ({ ...source, rule: { ...source.rule, name: 'twin' } }));
  if (first === undefined || second === undefined) throw new Error('no rules');
  const { rules, faults } = withFilters([first, second], [filterOf(filter('  rules: [twin]\n'))]);
  expect(rules.map(({ filters }) => filters.length)).toEqual([0, 0]);
  expect(faults.map(({ message }) => message)).toEqual([
    'the rule cannot be used: f.yml:4:11: filter.rules: several rules are named twin; write the id of the one',
  ]);
});

const LOGSOURCES: [filter: string, rule: Record<string, string>, covers: boolean][] = [
  ['{ product: shop }', { product: 'shop', category: 'sale' }, true],
  ['{ product: Shop, service: WEB }', { product: 'SHOP', service: 'web' }, true],
  ['{ category: sale }', { product: 'shop', category: 'Sale' }, true],
  ['{ category: sale }', { product: 'shop' }, false],
  ['{ category: sale }', { product: 'shop', category: 'loan' }, false],
  ['{ product: shop, category: sale }', { product: 'bank', category: 'sale' }, false],
];
for (const [logsource, rule, covers] of LOGSOURCES) {
  test(`a filter of ${logsource} ${covers ? 'is' : 'is not'} for rules of ${JSON.stringify(rule)}`, () => {
    const [source] = rulesOf(RULES);
    if (source === undefined) throw new Error('no rule');
    const { rules } = withFilters(
      [{ ...source, rule: { ...source.rule, logsource: rule } }],
      [filterOf(filter('', 'not selection', logsource))],
    );
    expect(rules.map(({ filters }) => filters.length)).toEqual([covers ? 1 : 0]);
  });
}

const missed: [name: string, text: string, fault: string, matches: readonly string[]][] = [
  [
    'a rule that is not there; the others have it',
    filter(`  rules: [nobody, ${READS}]\n`),
    'f.yml:4:11: filter.rules: there is no rule of the id or the name nobody',
    [READS_LESS, WRITES_ALL, ELSEWHERE],
  ],
  [
    'a rule of another log source',
    filter('  rules: [6c5f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f]\n'),
    'f.yml:4:11: filter.rules: the rule 6c5f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f is of another log source than the filter; make them the same',
    [READS_ALL, WRITES_ALL, ELSEWHERE],
  ],
  [
    'a log source without rules',
    filter('', 'not selection', '{ product: school }'),
    'f.yml:1:1: filter: no rule in force is of its log source',
    [READS_ALL, WRITES_ALL, ELSEWHERE],
  ],
];
for (const [name, text, fault, matches] of missed) {
  test(`a filter that misses is a fault: ${name}`, () =>
    expect(left(text)).toEqual({ matches, faults: [`the rule cannot be used: ${fault}`] }));
}

const errors: [name: string, text: string, message: string][] = [
  [
    'a condition that tools read either way',
    filter('', 'selection'),
    'f.yml:6:14: condition: tools disagree on what this leaves out; write "not selection"',
  ],
  [
    'a longer one',
    filter('', 'selection or other'),
    'f.yml:6:14: condition: tools disagree on what this leaves out; write "not (selection or other)"',
  ],
  [
    'a rule that is a list',
    filter('  rules: [[a]]\n'),
    'f.yml:4:10: filter.rules: expected a list of ids or names of rules, or any',
  ],
  [
    'no title',
    filter('').replace('title: Administrators', 'title:'),
    'f.yml:1:7: title: Invalid input: expected string',
  ],
  [
    'a log source of nothing',
    filter('', 'not selection', ''),
    'f.yml:2:12: logsource: Invalid input: expected object, received null',
  ],
  ['half a negation', filter('', 'not selection and other'), 'f.yml:6:14: condition: tools disagree'],
  ['an unknown selection', filter('', 'not selektion'), 'f.yml:6:14: condition: no selection is named selektion'],
  [
    'no condition',
    'title: a\nlogsource: { product: shop }\nfilter: { s: { a: 1 } }',
    'f.yml:3:9: condition: is missing',
  ],
  [
    'an empty log source',
    filter('', 'not selection', '{}'),
    'f.yml:2:12: logsource: is empty; name the product of the rules',
  ],
  ['no log source', 'title: a\nfilter: { s: { a: 1 }, condition: not s }', 'f.yml:1:1: logsource: is missing'],
  [
    'rules that are a text',
    filter('  rules: all\n'),
    'f.yml:4:10: filter.rules: expected a list of ids or names of rules, or any',
  ],
  [
    'a filter of events',
    'filter: leases\ntitle: a\nlogsource: { product: etcd }\naction: drop\n',
    'f.yml:1:9: filter: expected rules, selections and a condition; a filter of events goes to --filters, see docs/filters.md',
  ],
];
for (const [name, text, message] of errors) {
  test(`a filter that cannot be read says where and why: ${name}`, () => expect(() => filterOf(text)).toThrow(message));
}
