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

test('events are read with when and how often they are', () => {
  const text = `match:
  - name: many
    count: 2
    events:
      - { record: { verb: get }, repeat: 10, every: 30s }
      - { event: { user: { name: bob } }, after: 8d }
no_match:
  - { name: few, events: [{ record: a line }] }
`;
  expect(parseExamples(text, 'x.yml')).toEqual([
    {
      match: [
        {
          name: 'many',
          count: 2,
          events: [
            { record: { verb: 'get' }, repeat: 10, every: '30s' },
            { event: { user: { name: 'bob' } }, after: '8d', repeat: 1, every: '1s' },
          ],
        },
      ],
      no_match: [{ name: 'few', events: [{ record: 'a line', repeat: 1, every: '1s' }] }],
    },
  ]);
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
    'x.yml:1:9: match.0: expected a record, an event, or events',
  ],
  [
    'both record and event',
    'match: [{ name: a, record: b, event: {} }]\nno_match: []',
    'x.yml:1:9: match.0: expected a record, an event, or events',
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
    'both record and events',
    'match: [{ name: a, record: b, events: [{ record: b }] }]\nno_match: []',
    'x.yml:1:9: match.0: expected a record, an event, or events',
  ],
  [
    'an event of nothing',
    'match: [{ name: a, events: [{ after: 1s }] }]\nno_match: []',
    'x.yml:1:29: match.0.events.0: expected a record, or an event',
  ],
  [
    'events of none',
    'match: [{ name: a, events: [] }]\nno_match: []',
    'x.yml:1:28: match.0.events: expected at least one event',
  ],
  [
    'a time that is none',
    'match: [{ name: a, events: [{ record: b, after: soon }] }]\nno_match: []',
    'x.yml:1:49: match.0.events.0.after: expected a time such as 30s, 10m, 12h or 7d',
  ],
  [
    'a load',
    'match: [{ name: a, events: [{ record: b, repeat: 1001 }] }]\nno_match: []',
    'x.yml:1:50: match.0.events.0.repeat: expected at most 1000',
  ],
  [
    'a count of one record',
    'match: [{ name: a, record: b, count: 2 }]\nno_match: []',
    'x.yml:1:38: match.0.count: is of events; a record alone is one alert',
  ],
  [
    'a count of a near miss',
    'match: [{ name: a, record: b }]\nno_match: [{ name: a, events: [{ record: b }], count: 2 }]',
    'x.yml:2:55: no_match.0.count: a near miss makes no alert',
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
