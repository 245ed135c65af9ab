import { expect, test } from '@jest/globals';
import type { CorrelationSource } from '../../../src/sigma/correlation.ts';
import { parseRules } from '../../../src/sigma/parse.ts';

const ID = '1f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77';
const HEAD = `title: Many\nid: ${ID}\nlevel: high\n`;

/** What a section `correlation` is read as; the section is YAML in one line. */
function read(section: string, head = HEAD): CorrelationSource {
  const [document] = parseRules(`${head}correlation: { ${section} }\n`, 'c.yml');
  if (document?.kind === 'correlation') return document.source;
  throw document?.kind === 'fault' ? document.fault : new Error(`a ${document?.kind}`);
}

const COUNT = 'type: event_count, rules: [a], group-by: [user.name], timespan: 5m';

test('a correlation carries its metadata, its place and what it is of', () => {
  const { faultAt: _, ...source } = read(
    'type: value_count, rules: [a, B], group-by: [who], timespan: 90m, generate: true, aliases: { who: { a: user.name, B: etcd.client.common_name } }, condition: { field: source.ip, gt: 1, lte: 4 }',
    `${HEAD}name: many\ntags: [attack.t1552]\nkeywarden: { message: '{who}', suppress: 1h }\n`,
  );
  expect(source).toEqual({
    rule: expect.objectContaining({
      id: ID,
      name: 'many',
      title: 'Many',
      level: 'high',
      tags: ['attack.t1552'],
      references: [],
      falsepositives: [],
      logsource: {},
      keywarden: { message: '{who}', suppress: '1h' },
      file: 'c.yml',
      line: 1,
    }),
    type: 'value_count',
    rules: ['a', 'B'],
    groupBy: ['who'],
    aliases: new Map([
      [
        'who',
        new Map([
          ['a', 'user.name'],
          ['B', 'etcd.client.common_name'],
        ]),
      ],
    ]),
    timespanMs: 90 * 60_000,
    condition: {
      kind: 'number',
      criteria: [
        ['gt', 1],
        ['lte', 4],
      ],
      fields: ['source.ip'],
      percentile: undefined,
    },
    generate: true,
  });
  expect(source.rule).not.toHaveProperty('correlation');
});

const number = (criteria: readonly unknown[], fields: readonly string[] = [], percentile?: number) => ({
  kind: 'number',
  criteria,
  fields,
  percentile,
});
const rule = (name: string) => ({ kind: 'selection', name });

const conditions: [name: string, section: string, condition: unknown][] = [
  ['a count', `${COUNT}, condition: { gte: 10 }`, number([['gte', 10]])],
  [
    'every comparison',
    `${COUNT}, condition: { gt: 1, gte: 2, lt: 9, lte: 8, eq: 5, neq: 6 }`,
    number([
      ['gt', 1],
      ['gte', 2],
      ['lt', 9],
      ['lte', 8],
      ['eq', 5],
      ['neq', 6],
    ]),
  ],
  [
    'distinct values of several fields together',
    'type: value_count, rules: a, timespan: 1s, condition: { field: [x, y], gte: 2 }',
    number([['gte', 2]], ['x', 'y']),
  ],
  ['a sum', 'type: value_sum, rules: a, timespan: 1d, condition: { field: x, gt: 0.5 }', number([['gt', 0.5]], ['x'])],
  ['a mean', 'type: value_avg, rules: a, timespan: 1d, condition: { field: x, lt: -1 }', number([['lt', -1]], ['x'])],
  [
    'a percentile',
    'type: value_percentile, rules: a, timespan: 1d, condition: { field: x, gte: 9, percentile: 99.9 }',
    number([['gte', 9]], ['x'], 99.9),
  ],
  [
    'a median',
    'type: value_median, rules: a, timespan: 1d, condition: { field: x, gte: 9 }',
    number([['gte', 9]], ['x'], 50),
  ],
  ['all rules, where nothing is said', 'type: temporal, rules: [a, b, c], timespan: 1m', number([['gte', 3]])],
  ['some of the rules', 'type: temporal, rules: [a, b, c], timespan: 1m, condition: { gte: 2 }', number([['gte', 2]])],
  [
    'an expression',
    "type: temporal, rules: [a, b, c], timespan: 1m, condition: 'a and (b or not c)'",
    { kind: 'and', parts: [rule('a'), { kind: 'or', parts: [rule('b'), { kind: 'not', part: rule('c') }] }] },
  ],
  [
    'an expression that names the rules itself',
    "type: temporal_ordered, timespan: 1m, condition: 'b and a'",
    { kind: 'and', parts: [rule('b'), rule('a')] },
  ],
  [
    'a quantifier',
    "type: temporal, rules: [a_1, a_2, b], timespan: 1m, condition: '1 of a_* and b'",
    { kind: 'and', parts: [{ kind: 'or', parts: [rule('a_1'), rule('a_2')] }, rule('b')] },
  ],
];
for (const [name, section, condition] of conditions) {
  test(`a condition is read: ${name}`, () => {
    const found = read(section).condition;
    expect(found.kind === 'number' ? found : found.expression).toEqual(condition);
  });
}

const forms: [name: string, section: string, head: string, part: Partial<CorrelationSource>][] = [
  [
    'an expression names the rules in its order',
    "type: temporal, timespan: 1m, condition: 'b and a'",
    HEAD,
    { rules: ['b', 'a'] },
  ],
  [
    'one rule without a list',
    'type: event_count, rules: a, timespan: 1m, condition: { gte: 2 }',
    HEAD,
    { rules: ['a'] },
  ],
  [
    'one field without a list',
    `${COUNT.replace('[user.name]', 'user.name')}, condition: { gte: 2 }`,
    HEAD,
    { groupBy: ['user.name'] },
  ],
  [
    'no group-by is one group',
    'type: event_count, rules: a, timespan: 1m, condition: { gte: 2 }',
    HEAD,
    { groupBy: [] },
  ],
  [
    'a median is a percentile',
    'type: value_median, rules: a, timespan: 1d, condition: { field: x, gte: 9 }',
    HEAD,
    { type: 'value_percentile' },
  ],
  ['days', `${COUNT.replace('5m', '7d')}, condition: { gte: 2 }`, HEAD, { timespanMs: 7 * 86_400_000 }],
  ['generate is false where it is not said', `${COUNT}, condition: { gte: 2 }`, HEAD, { generate: false }],
  ['generate beside the section', `${COUNT}, condition: { gte: 2 }`, `${HEAD}generate: true\n`, { generate: true }],
];
for (const [name, section, head, part] of forms) {
  test(`a correlation may be written so: ${name}`, () => expect(read(section, head)).toMatchObject(part));
}

test('a correlation without id and level is given both, and it is said', () => {
  const [first] = parseRules(`title: Many\ncorrelation: { ${COUNT}, condition: { gte: 2 } }\n`, 'c.yml');
  if (first?.kind !== 'correlation') throw new Error('no correlation');
  const { id, level } = first.source.rule;
  expect(level).toBe('medium');
  expect(first.notes).toEqual([
    `c.yml:1:1: id: is missing; ${id} is made of the title`,
    'c.yml:1:1: level: is missing; medium is assumed',
  ]);
});

const SECTION = `type: event_count
  rules: [a, b]
  group-by: [user.name]
  timespan: 5m
  condition:
    gte: 10
`;

const faults: [name: string, from: string, to: string, message: string][] = [
  ['no type', 'type: event_count', 'rule: x', '5:3: correlation.type: expected one of event_count, value_count'],
  ['another type', 'event_count', 'near', '5:9: correlation.type: expected one of event_count, value_count'],
  ['no rules', 'rules: [a, b]', 'x: y', '5:3: correlation.rules: is missing; write ids or names of rules'],
  ['an empty list of rules', '[a, b]', '[]', '6:10: correlation.rules: is missing; write ids or names of rules'],
  ['a rule twice', '[a, b]', '[a, a]', '6:10: correlation.rules: has a name twice; take one out'],
  ['a rule that is no text', '[a, b]', '[a, 1]', '6:10: correlation.rules: expected a name or a list of names'],
  ['no timespan', 'timespan: 5m', 'x: y', '5:3: correlation.timespan: is missing; write a time such as 5m'],
  [
    'a timespan of months',
    '5m',
    '5M',
    '8:13: correlation.timespan: expected a number and s, m, h or d, such as 30s or 90m',
  ],
  [
    'a timespan of nothing',
    '5m',
    '0s',
    '8:13: correlation.timespan: expected a number and s, m, h or d, such as 30s or 90m',
  ],
  [
    'no condition',
    '  condition:\n    gte: 10\n',
    '',
    '5:3: correlation.condition: is missing; write gte: and a number below it',
  ],
  ['an empty condition', 'gte: 10', 'field: x', '10:5: correlation.condition: compares nothing'],
  ['another comparison', 'gte: 10', 'ge: 10', '10:5: correlation.condition.ge: is no known key; see docs/rules.md'],
  ['a comparison with a text', '10', "'10'", '10:10: correlation.condition.gte: expected a number'],
  [
    'an expression over a number',
    'condition:\n    gte: 10',
    'condition: a and b',
    '9:14: correlation.condition: expected gte: and a number, since event_count is a number',
  ],
  ['no count satisfies', 'gte: 10', 'gt: 10\n    lt: 11', '10:5: correlation.condition: no count satisfies this'],
  [
    'a count of nothing',
    'gte: 10',
    'lt: 1',
    '10:5: correlation.condition: no count satisfies this: it is looked at when a rule matches, so the least is 1',
  ],
  ['more rules than there are', 'event_count', 'temporal', '10:5: correlation.condition: no count satisfies this'],
  [
    'a sum of no field',
    'type: event_count',
    'type: value_sum',
    '10:5: correlation.condition.field: is missing; write the field of which value_sum takes the values',
  ],
  [
    'a field that is not counted',
    'gte: 10',
    'gte: 10\n    field: x',
    '11:12: correlation.condition.field: has no meaning for event_count; take it out, or write value_count',
  ],
  [
    'a percentile of a count',
    'gte: 10',
    'gte: 10\n    percentile: 9',
    '11:17: correlation.condition.percentile: has no meaning for event_count; take it out, or write value_percentile',
  ],
  [
    'an alias that is no map',
    'timespan:',
    'aliases: { who: user.name }\n  timespan:',
    '8:19: correlation.aliases.who: expected for each rule its field',
  ],
  [
    'generate that is no truth value',
    'timespan:',
    'generate: yes\n  timespan:',
    '8:13: correlation.generate: Invalid input: expected boolean',
  ],
];
for (const [name, from, to, message] of faults) {
  test(`a correlation that cannot be used says where and why: ${name}`, () => {
    const text = `${HEAD}correlation:\n  ${SECTION}`;
    expect(text).toContain(from);
    const [document] = parseRules(text.replace(from, to), 'c.yml');
    const fault = document?.kind === 'fault' ? document.fault.message : document?.kind;
    expect(fault).toContain(`c.yml:${message}`);
  });
}

const sections: [name: string, section: string, message: string][] = [
  [
    'no percentile',
    'type: value_percentile, rules: a, timespan: 1d, condition: { field: x, gte: 9 }',
    'correlation.condition.percentile: is missing; write which one, such as 95',
  ],
  [
    'a percentile out of range',
    'type: value_percentile, rules: a, timespan: 1d, condition: { field: x, gte: 9, percentile: 101 }',
    'correlation.condition.percentile: expected a number from 0 to 100',
  ],
  [
    'a sum of two fields',
    'type: value_sum, rules: a, timespan: 1d, condition: { field: [x, y], gte: 9 }',
    'correlation.condition.field: value_sum is of one field; only value_count takes several together',
  ],
  [
    'no sum satisfies',
    'type: value_sum, rules: a, timespan: 1d, condition: { field: x, gt: 2, lt: 2 }',
    'correlation.condition: no number satisfies this; mend the bounds',
  ],
  [
    'a rule that an expression leaves out',
    "type: temporal, rules: [a, b, c], timespan: 1m, condition: 'a and b'",
    'correlation.condition: does not name c; name it, or take it out of rules',
  ],
  [
    'a rule that an expression invents',
    "type: temporal, rules: [a, b], timespan: 1m, condition: 'a and b and c'",
    'correlation.condition: no rule is named c; there are: a, b',
  ],
  [
    'an expression that breaks off',
    "type: temporal, rules: [a, b], timespan: 1m, condition: 'a and'",
    'correlation.condition: ends where a rule is expected',
  ],
];
for (const [name, section, message] of sections) {
  test(`a condition that cannot be used says why: ${name}`, () => expect(() => read(section)).toThrow(message));
}

const metadata: [name: string, line: string, message: string][] = [
  ['a group', 'keywarden: { group: [user.name] }', 'keywarden.group: is what group-by is for; write the fields there'],
  [
    'first seen',
    'keywarden: { first_seen: { fields: [a] } }',
    'keywarden.first_seen: is for rules with a detection; a correlation has none',
  ],
  ['an unknown key', 'keywarden: { mesage: x }', 'keywarden.mesage: is no known key'],
];
for (const [name, line, message] of metadata) {
  test(`a correlation cannot have all that a rule has: ${name}`, () =>
    expect(() => read(`${COUNT}, condition: { gte: 2 }`, `${HEAD}${line}\n`)).toThrow(message));
}

test('names of aliases that objects inherit stay names', () => {
  const { aliases } = read(`${COUNT}, condition: { gte: 2 }, aliases: { constructor: { a: x } }`);
  expect([...aliases.keys()]).toEqual(['constructor']);
});
