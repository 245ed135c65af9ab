import { expect, test } from '@jest/globals';
import { compileRule } from '../../../src/sigma/compile.ts';
import { link } from '../../../src/sigma/link.ts';
import { parseRules } from '../../../src/sigma/parse.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';
import { rolesOf } from '../../../src/sigma/role.ts';

const rule = (name: string, more = ''): string =>
  `title: ${name}\nname: ${name}\nlevel: low\nlogsource: { product: etcd }\ndetection: { s: { x: 1 }, condition: s }\n${more}`;
const count = (name: string, rules: string, more: string): string =>
  `title: ${name}\nname: ${name}\nlevel: low\ncorrelation: { type: event_count, rules: [${rules}], condition: { gte: 2 }, ${more} }\n`;

test('each rule and correlation says what it does with matches', () => {
  const text = [
    rule('plain'),
    rule('input'),
    rule('new', 'keywarden: { first_seen: { fields: [a, b] } }\n'),
    rule('unexplained', 'keywarden: { without: { within: 2s, rules: [{ rule: input }] } }\n'),
    count('inner', 'input', 'timespan: 90m, group-by: [a]'),
    count('outer', 'inner, plain', 'timespan: 2d, generate: false'),
    count('loud', 'plain', 'timespan: 45s, generate: true'),
  ].join('---\n');
  const documents = parseRules(text, 'r.yml');
  const rules = documents.flatMap(document =>
    document.kind === 'rule'
      ? [{ source: document.source, compiled: compileRule(document.source, { ...AS_WRITTEN, lists: new Map() }) }]
      : [],
  );
  const correlations = documents.flatMap(document => (document.kind === 'correlation' ? [document.source] : []));
  const linked = link({ rules, correlations, known: [], lists: new Map() });
  const roles = rolesOf({ ...linked, rules: rules.map(({ compiled }) => compiled) });
  expect(roles.map(({ rule: { title }, kind, what, alerts }) => [title, kind, what, alerts])).toEqual([
    ['plain', 'detection', '', true],
    ['input', 'detection', 'counts for others alone', false],
    ['new', 'first-seen', 'first seen: a, b', true],
    ['unexplained', 'absence', 'without 1 explanation', true],
    ['outer', 'correlation', 'event_count of 2 rules in 2d', true],
    ['loud', 'correlation', 'event_count of 1 rule in 45s', true],
    ['inner', 'correlation', 'event_count of 1 rule by a in 90m', false],
  ]);
});
