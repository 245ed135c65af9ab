import { expect, test } from '@jest/globals';
import { findRule } from '../../../src/pipeline/find-rule.ts';
import { loadRules } from '../../../src/pipeline/rules.ts';

const { rules } = loadRules({ rules: undefined, lists: undefined, now: new Date() });

const ID = '03c472ca-4495-48b4-b8d8-89d2b47a5c1d';
const ways: [name: string, wanted: string][] = [
  ['its id', ID],
  ['its id in capitals', ID.toUpperCase()],
  ['how its id begins', '03c472ca'],
  ['its file', 'a04-cluster-admin-bound.yml'],
  ['its file without the ending', 'a04-cluster-admin-bound'],
  ['the end of its path', 'kubernetes/a04-cluster-admin-bound.yml'],
  ['a part of its file', 'cluster-admin-b'],
  ['its title', 'Somebody was made an administrator of the cluster'],
  ['a part of its title', 'made an ADMINISTRATOR'],
];
for (const [name, wanted] of ways) {
  test(`a rule is found by ${name}`, () => expect(findRule(rules, wanted).rule.id).toBe(ID));
}

test('a rule that is not there, and one of several', () => {
  expect(() => findRule(rules, 'nonsense')).toThrow(
    'no rule is meant by "nonsense"; "keywarden rules list" names them all',
  );
  expect(() => findRule(rules, 'secrets')).toThrow(/"secrets" means \d+ rules; give one's id:\n {2}[0-9a-f-]{36} {2}/);
});
