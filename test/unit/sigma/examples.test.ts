import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { examplesFile, parseExamples } from '../../../src/sigma/examples.ts';

test('examples are read as they stand', () => {
  const text = `match:
  - { name: a line, record: '{"level":"info"}' }
  - { name: an object, record: { verb: get, n: 1 } }
no_match:
  - { name: an event, event: { user: { name: bob } } }
`;
  expect(parseExamples(text, 'x.yml')).toEqual([
    {
      match: [
        { name: 'a line', record: '{"level":"info"}' },
        { name: 'an object', record: { verb: 'get', n: 1 } },
      ],
      no_match: [{ name: 'an event', event: { user: { name: 'bob' } } }],
    },
  ]);
});

test('each document has the examples of one rule', () => {
  const one = 'rule: first\nmatch: [{ name: a, record: b }]\nno_match: [{ name: c, record: d }]\n';
  const rules = parseExamples(`${one}---\n${one.replace('first', 'second')}`, 'x.yml').map(({ rule }) => rule);
  expect(rules).toEqual(['first', 'second']);
});

const errors: [name: string, text: string, message: string][] = [
  ['nothing', '', 'x.yml: is empty'],
  ['a comment alone', '# later\n', 'x.yml: is empty'],
  ['no near miss', 'match: [{ name: a, record: b }]', 'x.yml:1:1: no_match: is missing; expected array'],
  [
    'an empty list of matches',
    'match: []\nno_match: [{ name: a, record: b }]',
    'x.yml:1:8: match: expected at least one record that must match',
  ],
  [
    'an empty list of near misses',
    'match: [{ name: a, record: b }]\nno_match: []',
    'x.yml:2:11: no_match: expected at least one near miss',
  ],
  [
    'neither record nor event',
    'match: [{ name: a }]\nno_match: []',
    'x.yml:1:9: match.0: expected a record, or an event',
  ],
  [
    'both record and event',
    'match: [{ name: a, record: b, event: {} }]\nno_match: []',
    'x.yml:1:9: match.0: expected a record, or an event',
  ],
  [
    'a record that is a number',
    'match: [{ name: a, record: 5 }]\nno_match: []',
    'x.yml:1:28: match.0.record: expected an object, or the text of a line',
  ],
  [
    'a record that is an empty line',
    "match: [{ name: a, record: '' }]\nno_match: []",
    'x.yml:1:28: match.0.record: Too small: expected string to have >=1 characters',
  ],
  [
    'an unknown key',
    'match: [{ title: a, name: b, record: c }]\nno_match: []',
    'x.yml:1:11: match.0.title: is no known key; see docs/rules.md',
  ],
  ['an unknown key beside them', 'matches: []', 'x.yml:1:1: match: is missing; expected array'],
];
for (const [name, text, message] of errors) {
  test(`examples that cannot be used say where and why: ${name}`, () => {
    expect(() => parseExamples(text, 'x.yml')).toThrow(new KeywardenError('EXAMPLES', message));
  });
}

const files: [rule: string, examples: string][] = [
  ['rules/a.yml', 'rules/a.examples.yml'],
  ['a.yaml', 'a.examples.yaml'],
  ['a.yml/b.yml', 'a.yml/b.examples.yml'],
  ['a.yml.bak', 'a.yml.bak'],
];
for (const [rule, examples] of files) {
  test(`the examples of ${rule} stand in ${examples}`, () => expect(examplesFile(rule)).toBe(examples));
}
