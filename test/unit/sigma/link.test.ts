import { expect, test } from '@jest/globals';
import { compileRule } from '../../../src/sigma/compile.ts';
import { type Linked, link } from '../../../src/sigma/link.ts';
import { parseRules } from '../../../src/sigma/parse.ts';
import type { CorrelationNode, CorrelationProgram } from '../../../src/sigma/program.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';

const LISTS = new Map([
  ['audited', ['/secrets', 'apps/deployments']],
  ['odd', ['secrets']],
]);

/** Links documents, each one line of YAML in braces; ids are made of one digit. */
function linked(...lines: readonly string[]): Linked {
  const text = lines.map(line => `{ level: low, ${line.replace(/id: (\w)\b/, (_, digit) => `id: ${idOf(digit)}`)} }\n`);
  const documents = parseRules(text.join('---\n'), 'r.yml');
  const rules = documents.flatMap(document => {
    if (document.kind === 'fault') throw document.fault;
    if (document.kind !== 'rule' || document.source.rule.logsource.product === 'other') return [];
    return [{ source: document.source, compiled: compileRule(document.source, { ...AS_WRITTEN, lists: LISTS }) }];
  });
  const known = documents.flatMap(document => (document.kind === 'rule' ? [document.source.rule] : []));
  const correlations = documents.flatMap(document => (document.kind === 'correlation' ? [document.source] : []));
  return link({ rules, correlations, known, lists: LISTS });
}

const idOf = (digit: string): string => `${digit}f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77`;

const rule = (digit: string, name: string, more = ''): string =>
  `title: ${name}, id: ${digit}, name: ${name}, logsource: { product: p }, detection: { s: { x: 1 }, condition: s }${more}`;

const correlation = (digit: string, name: string, section: string, more = ''): string =>
  `title: ${name}, id: ${digit}, name: ${name}, correlation: { ${section} }${more}`;

const count = (rules: string, more = ''): string =>
  `type: event_count, rules: [${rules}], group-by: [u], timespan: 1m, condition: { gte: 2 }${more}`;

const A = rule('a', 'a');
const B = rule('b', 'b');

function programOf({ programs, faults }: Linked, name: string): CorrelationProgram {
  const found = programs.find(one => one.rule.name === name);
  if (found?.kind === 'correlation') return found;
  throw faults[0] ?? new Error(`no correlation ${name}`);
}

/** By the names of rules and correlations, which fields are grouped by, of the node and of those below it. */
function groupsOf(program: CorrelationProgram, node: CorrelationNode = program.root): unknown {
  const nameOf = (id: string) =>
    program.inputs.find(({ compiled }) => compiled.rule.id === id)?.compiled.rule.name ?? id;
  return {
    ...Object.fromEntries([...node.groupFields].map(([id, fields]) => [nameOf(id), fields.join()])),
    ...Object.fromEntries(
      node.parts.flatMap(part =>
        part.kind === 'correlation' ? [[`in ${part.name}`, groupsOf(program, part.node)]] : [],
      ),
    ),
  };
}

const groups: [name: string, lines: readonly string[], groups: unknown][] = [
  ['a field', [A, correlation('c', 'c', count('a'))], { a: 'u' }],
  [
    'no field',
    [A, correlation('c', 'c', 'type: event_count, rules: a, timespan: 1m, condition: { gte: 2 }')],
    { a: '' },
  ],
  [
    'an alias, by name and by id',
    [A, B, correlation('c', 'c', count('a, b', `, aliases: { u: { a: user, ${idOf('b')}: owner } }`))],
    { a: 'user', b: 'owner' },
  ],
  [
    'an alias of one of the rules',
    [A, B, correlation('c', 'c', count('a, b', ', aliases: { u: { a: user } }'))],
    { a: 'user', b: 'u' },
  ],
  [
    'a chain',
    [A, B, correlation('c', 'c', count('a')), correlation('d', 'd', count('c, b'))],
    { a: 'u', b: 'u', 'in c': { a: 'u' } },
  ],
  [
    'a chain whose aliases are put together',
    [
      A,
      B,
      correlation('c', 'c', count('a', ', aliases: { u: { a: user } }')),
      correlation('d', 'd', count('c, b', ', aliases: { w: { c: u, b: owner } }').replace('[u]', '[w]')),
    ],
    { a: 'user', b: 'owner', 'in c': { a: 'user' } },
  ],
  [
    'a chain that groups by less than what is in it',
    [
      A,
      B,
      correlation('c', 'c', count('a').replace('[u]', '[u, v]')),
      correlation('d', 'd', count('c, b').replace('[u]', '[v]')),
    ],
    { a: 'v', b: 'v', 'in c': { a: 'u,v' } },
  ],
];
for (const [name, lines, expected] of groups) {
  test(`group-by is resolved for each rule below: ${name}`, () => {
    const set = linked(...lines);
    const last = set.programs.at(-1)?.rule.name ?? '';
    expect(set.faults).toEqual([]);
    expect(groupsOf(programOf(set, last))).toEqual(expected);
  });
}

test('an input bears what its correlations count, group by and tell', () => {
  const inner = 'type: value_count, rules: a, group-by: [u, v], timespan: 1m, condition: { field: [x, y], gte: 2 }';
  const outer = 'type: temporal, rules: [c, b], group-by: u, timespan: 2m, aliases: { u: { b: owner } }';
  const set = linked(
    A,
    B,
    correlation('c', 'c', inner),
    correlation('d', 'd', outer, ", keywarden: { message: '{u} {count} {verb}' }"),
  );
  const { inputs, spanMs, root } = programOf(set, 'd');
  expect(inputs.map(({ compiled: { rule: one }, compiled: _, ...input }) => ({ name: one.name, ...input }))).toEqual([
    { name: 'a', shard: ['u'], absent: 'left-out', fields: ['u', 'v', 'x', 'y', 'verb'], isEvidence: true },
    { name: 'b', shard: ['owner'], absent: 'left-out', fields: ['owner', 'verb'], isEvidence: true },
  ]);
  expect(spanMs).toBe(180_000);
  expect(root.parts[0]).toMatchObject({ kind: 'correlation', name: 'c', node: { id: idOf('c'), timespanMs: 60_000 } });
  expect(root.parts[1]).toEqual({ kind: 'rule', name: 'b', input: idOf('b') });
});

const quiet: [name: string, lines: readonly string[], quiet: string, programs: string][] = [
  ['the rules of a correlation', [A, B, correlation('c', 'c', count('a'))], 'a', 'c'],
  ['not where it generates', [A, correlation('c', 'c', count('a', ', generate: true'))], '', 'c'],
  [
    'not where one of two generates',
    [A, correlation('c', 'c', count('a')), correlation('d', 'd', count('a', ', generate: true'))],
    '',
    'cd',
  ],
  [
    'a correlation of a correlation',
    [A, B, correlation('c', 'c', count('a')), correlation('d', 'd', count('c, b'))],
    'abc',
    'd',
  ],
  [
    'not where the outer one generates',
    [A, correlation('c', 'c', count('a')), correlation('d', 'd', count('c', ', generate: true'))],
    'a',
    'cd',
  ],
  ['not where the correlation is broken', [A, correlation('c', 'c', count('a, z'))], '', ''],
  [
    'not where the outer one is broken: the inner one counts alone',
    [A, correlation('c', 'c', count('a')), correlation('d', 'd', count('c, z'))],
    'a',
    'c',
  ],
  ['a rule of which new values count', [rule('a', 'a', ', keywarden: { first_seen: { fields: [u] } }')], 'a', 'a'],
  [
    'who explains, and what is explained',
    [A, rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: a }] } }')],
    'ab',
    'b',
  ],
  [
    'what is explained alone, where they generate',
    [A, rule('b', 'b', ', keywarden: { without: { within: 1s, generate: true, rules: [{ rule: a }] } }')],
    'b',
    'b',
  ],
  [
    'who explains, where what is explained cannot be judged',
    [A, rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: a }, { rule: z }] } }')],
    'a',
    '',
  ],
];
for (const [name, lines, names, programs] of quiet) {
  test(`a match alone is no alert: ${name}`, () => {
    const set = linked(...lines);
    expect(
      [...set.quiet]
        .map(id => id[0])
        .sort()
        .join(''),
    ).toBe(names);
    expect(
      set.programs
        .map(one => one.rule.name)
        .sort()
        .join(''),
    ).toBe(programs);
  });
}

test('a rule whose explanations are not to be had is refused', () => {
  const set = linked(A, rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: z }] } }'));
  expect([...set.refused]).toEqual([idOf('b')]);
});

const THIRTEEN = [...'0123456789abc'];

const AT = /^the rule cannot be used: r\.yml:\d+:\d+: /;

const faults: [name: string, lines: readonly string[], message: string][] = [
  [
    'an unknown rule',
    [A, correlation('c', 'c', count('a, z'))],
    'correlation.rules.1: there is no rule of the id or the name z',
  ],
  [
    'a rule of a log that is not read',
    [A.replace('product: p', 'product: other'), correlation('c', 'c', count('a'))],
    'correlation.rules.0: the rule a (r.yml:1) is not in force; see what is said of it, or name another',
  ],
  [
    'a name that two have',
    [A, rule('b', 'a'), correlation('c', 'c', count('a'))],
    'correlation.rules.0: several rules are named a (r.yml:1, r.yml:3); write the id of the one',
  ],
  [
    'a rule by name and by id',
    [A, correlation('c', 'c', count(`a, ${idOf('a').toUpperCase()}`))],
    `correlation.rules.1: ${idOf('a').toUpperCase()} is the same as a; take one out`,
  ],
  ['itself', [correlation('c', 'c', count('c'))], 'correlation.rules.0: the correlation names itself; name another'],
  [
    'an alias of a rule that it does not name',
    [A, B, correlation('c', 'c', count('a', ', aliases: { u: { b: x } }'))],
    'correlation.aliases.u.b: the correlation names no rule b; it names: a',
  ],
  [
    'a group that the inner one does not have',
    [A, correlation('c', 'c', count('a').replace('[u]', '[v]')), correlation('d', 'd', count('c'))],
    'correlation.group-by.0: the correlation c does not group by u; add it to its group-by, or name what it groups by in an alias',
  ],
  [
    'an alias of a group that the inner one does not have',
    [
      A,
      correlation('c', 'c', count('a')),
      correlation('d', 'd', count('c', ', aliases: { w: { c: v } }').replace('[u]', '[w]')),
    ],
    'correlation.group-by.0: the correlation c does not group by v, which w means of it; add it',
  ],
  [
    'values that the inner one does not group by',
    [
      A,
      correlation('c', 'c', count('a')),
      correlation('d', 'd', 'type: value_count, rules: c, group-by: u, timespan: 1m, condition: { field: ip, gte: 2 }'),
    ],
    'correlation.condition.field.0: the correlation c does not group by ip',
  ],
  [
    'one rule in two places that do not agree',
    [A, correlation('c', 'c', count('a', ', aliases: { u: { a: x } }')), correlation('d', 'd', count('c, a'))],
    'correlation.group-by.0: is x of a rule in one place of the chain and u of the same rule in another; make the aliases agree',
  ],
  [
    'an expression that holds where nothing matches',
    [A, B, correlation('c', 'c', "type: temporal, rules: [a, b], timespan: 1m, condition: 'a or not b'")],
    'correlation.condition: holds where no rule matches; name a rule that has to match',
  ],
  [
    'an expression that never holds',
    [A, B, correlation('c', 'c', "type: temporal, rules: [a, b], timespan: 1m, condition: 'a and b and not a'")],
    'correlation.condition: can never hold, whichever rules match; mend it',
  ],
  [
    'an order of some of too many',
    [
      ...THIRTEEN.map(name => rule(name, `n${name}`)),
      correlation(
        'f',
        'f',
        `type: temporal_ordered, rules: [${THIRTEEN.map(name => `n${name}`)}], timespan: 1m, condition: { gte: 2 }`,
      ),
    ],
    'correlation.condition: chooses in order among 13 rules; name 12 at the most, or want all of them',
  ],
  [
    'a rule of which new values count',
    [rule('a', 'a', ', keywarden: { first_seen: { fields: [u] } }'), correlation('c', 'c', count('a'))],
    'correlation.rules.0: a has first_seen, and a correlation counts the matches of detections; name a rule with a detection alone',
  ],
  [
    'an explanation that is not there',
    [rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: z }] } }')],
    'keywarden.without.rules.0.rule: there is no rule of the id or the name z',
  ],
  [
    'an explanation of a log that is not read',
    [
      A.replace('product: p', 'product: other'),
      rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: a }] } }'),
    ],
    'keywarden.without.rules.0.rule: the rule a (r.yml:1) is not in force',
  ],
  [
    'an explanation that is a correlation',
    [
      A,
      correlation('c', 'c', count('a')),
      rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: c }] } }'),
    ],
    'keywarden.without.rules.0.rule: c is a correlation; name a rule with a detection',
  ],
  [
    'an explanation by itself',
    [rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: b }] } }')],
    'keywarden.without.rules.0.rule: a rule cannot explain itself; name another',
  ],
  [
    'an explanation twice',
    [A, rule('b', 'b', `, keywarden: { without: { within: 1s, rules: [{ rule: a }, { rule: ${idOf('a')} }] } }`)],
    `keywarden.without.rules.1.rule: ${idOf('a')} is named twice; put what has to be the same into one`,
  ],
  [
    'an explanation that wants one itself',
    [
      rule('a', 'a', ', keywarden: { first_seen: { fields: [u] } }'),
      rule('b', 'b', ', keywarden: { without: { within: 1s, rules: [{ rule: a }] } }'),
    ],
    'keywarden.without.rules.0.rule: a has first_seen or without itself; name a rule with a detection alone',
  ],
  [
    'a list that is not there',
    [
      A,
      rule('b', 'b', ", keywarden: { without: { within: 1s, sight: [x], covered: '%none%', rules: [{ rule: a }] } }"),
    ],
    'keywarden.without.covered: there is no list none; there are: audited, odd',
  ],
  [
    'entries that are other than what is seen',
    [
      A,
      rule('b', 'b', ", keywarden: { without: { within: 1s, sight: [x, y], covered: '%odd%', rules: [{ rule: a }] } }"),
    ],
    'keywarden.without.covered: the entry "secrets" of odd has 1 values parted by slashes, and sight has 2 fields; make them as many',
  ],
];
for (const [name, lines, message] of faults) {
  test(`what cannot be linked says where and why: ${name}`, () => {
    const [first, ...others] = linked(...lines).faults.map(fault => fault.message);
    expect(first).toMatch(AT);
    expect(first?.replace(AT, '')).toContain(message);
    expect(others).toEqual([]);
  });
}

test('each correlation of a circle is a fault, and one that needs them', () => {
  const set = linked(
    A,
    correlation('c', 'c', count('a, d')),
    correlation('d', 'd', count('c')),
    correlation('e', 'e', count('d')),
    correlation('f', 'f', count('a')),
  );
  expect(set.faults.map(({ message }) => message.replace(AT, ''))).toEqual([
    'correlation.rules.1: d in turn waits for this correlation; a chain that ends in itself never begins',
    'correlation.rules.0: c in turn waits for this correlation; a chain that ends in itself never begins',
    'correlation.rules: names correlations that wait for each other; mend these first',
  ]);
  expect(set.programs.map(one => one.rule.name)).toEqual(['f']);
});

test('a chain is as deep as eight correlations, whatever their order in the file', () => {
  const chain = Array.from({ length: 10 }, (_, i) =>
    correlation(String(i), `n${i}`, count(i === 9 ? 'a' : `n${i + 1}`)),
  );
  const set = linked(A, ...chain);
  expect(set.faults.map(({ message }) => message.replace(AT, ''))).toEqual([
    expect.stringMatching(/^correlation.rules.0: the correlation n1 .* cannot be used itself/),
    'correlation.rules.0: the chain has more than 8 correlations; shorten it',
  ]);
  expect(set.programs.map(one => one.rule.name)).toEqual(['n2']);
});

test('a chain of hundreds is as many faults, each linked once', () => {
  const chain = Array.from({ length: 400 }, (_, i) =>
    `title: t, name: n${i}, correlation: { ${count(i === 399 ? 'a' : `n${i + 1}`)} }`.replace(
      'title: t',
      `title: t${i}`,
    ),
  );
  const set = linked(A, ...chain);
  expect(set.faults.length).toBe(392);
});

test('a condition of numbers is all its criteria, one of rules its expression', () => {
  const set = linked(
    A,
    B,
    rule('e', 'e'),
    correlation('c', 'c', count('a').replace('gte: 2', 'gt: 2, lt: 5, neq: 3')),
    correlation('d', 'd', "type: temporal, rules: [a, b, e], timespan: 1m, condition: 'a and (b or not e)'"),
    correlation('f', 'f', 'type: temporal, rules: [a, b, e], timespan: 1m, condition: { gte: 2 }'),
    correlation('0', 'g', 'type: temporal_ordered, rules: [a, b, e], timespan: 1m'),
  );
  const { holds: number } = programOf(set, 'c').root;
  expect(number.kind === 'number' && [2, 3, 4, 5].map(number.test)).toEqual([false, false, true, false]);
  const held = (name: string) => {
    const { holds } = programOf(set, name).root;
    const every = ['', 'a', 'b', 'e', 'ab', 'ae', 'be', 'abe'];
    return holds.kind === 'parts'
      ? every.filter(names => holds.test(part => names.includes('abe'[part] ?? '-')))
      : holds;
  };
  expect(held('d')).toEqual(['a', 'ab', 'abe']);
  expect(held('f')).toEqual(['ab', 'ae', 'be', 'abe']);
  expect(held('g')).toEqual(['abe']);
});

test('a rule of which new values count', () => {
  const more = ", keywarden: { group: [g], message: '{m}', first_seen: { fields: [u, ip], learn: 1h, remember: 2d } }";
  const [program] = linked(rule('a', 'a', more)).programs;
  expect(program).toMatchObject({
    kind: 'first-seen',
    rule: { name: 'a' },
    fields: ['u', 'ip'],
    learnMs: 3_600_000,
    rememberMs: 2 * 86_400_000,
    inputs: [{ shard: [], fields: ['u', 'ip', 'g', 'm'], isEvidence: true }],
  });
});

test('a rule of which new values count looks for the same until its fields, log source or detection change', () => {
  const looks = (value: string, fields: string, more = ''): unknown => {
    const keywarden = `, keywarden: { group: [g], message: '{m}', first_seen: { fields: [${fields}] } }`;
    const text = rule('a', 'a', `${keywarden}${more}`).replace('x: 1', `x: ${value}`);
    const [program] = linked(text).programs;
    return program?.kind === 'first-seen' && program.looksFor;
  };
  const usual = looks('1', 'u');
  expect(
    [looks('1', 'u', ', description: d'), looks('1', 'u, ip'), looks('2', 'u')].map(other => other === usual),
  ).toEqual([true, false, false]);
});

test('a rule whose matches others explain', () => {
  const without = `keywarden: { group: [g, ns], without: {
    within: 2s, wait: 60s, sight: [group, type], covered: '%audited%', rules: [
      { rule: a, by: [ns, type, name], where: { new: [false, null], op: put, n: 1 } },
      { rule: b, by: [type, { ns: name }], prefix: [{ name: generate }], within: 10m, when: before, once: true },
      { rule: e, by: [{ ns: space }], when: after } ] } }`.replaceAll('\n', ' ');
  const set = linked(A, B, rule('e', 'e'), rule('d', 'd', `, ${without}`));
  const [program] = set.programs;
  if (program?.kind !== 'absence') throw set.faults[0];
  expect({ ...program, rule: program.rule.name, inputs: [] }).toEqual({
    kind: 'absence',
    rule: 'd',
    inputs: [],
    subject: idOf('d'),
    waitMs: 60_000,
    spanMs: 600_000 + 2_000 + 60_000,
    explanations: [
      {
        ...{ input: idOf('a'), prefix: [], once: false, beforeMs: 2_000, afterMs: 2_000 },
        where: [
          ['new', new Set(['false', ''])],
          ['op', new Set(['put'])],
          ['n', new Set(['1'])],
        ],
        by: [
          ['ns', 'ns'],
          ['type', 'type'],
          ['name', 'name'],
        ],
      },
      {
        ...{ input: idOf('b'), prefix: [['name', 'generate']], once: true, beforeMs: 600_000, afterMs: 0 },
        where: [],
        by: [
          ['type', 'type'],
          ['ns', 'name'],
        ],
      },
      { input: idOf('e'), prefix: [], where: [], once: false, beforeMs: 0, afterMs: 2_000, by: [['ns', 'space']] },
    ],
    sight: {
      by: ['group', 'type'],
      explanationFields: new Map([
        [idOf('a'), ['group', 'type']],
        [idOf('b'), ['group', 'type']],
        [idOf('e'), ['group', 'type']],
      ]),
      covered: new Set(['\0secrets', 'apps\0deployments']),
    },
  });
  expect(program.inputs.map(({ compiled, ...input }) => ({ name: compiled.rule.name, ...input }))).toEqual([
    {
      ...{ name: 'd', shard: ['ns'], absent: 'empty', isEvidence: true },
      fields: ['ns', 'type', 'name', 'new', 'op', 'n', 'group', 'g'],
    },
    { name: 'a', shard: ['ns'], absent: 'empty', fields: ['ns', 'type', 'name', 'group'], isEvidence: false },
    { name: 'b', shard: ['name'], absent: 'empty', fields: ['name', 'type', 'generate', 'group'], isEvidence: false },
    { name: 'e', shard: ['space'], absent: 'empty', fields: ['space', 'group', 'type'], isEvidence: false },
  ]);
});

test('what one alert groups is in one place: values that it does not group by part no absence', () => {
  const without = 'keywarden: { group: [g], without: { within: 2s, rules: [{ rule: a, by: [ns] }] } }';
  const [program] = linked(A, rule('d', 'd', `, ${without}`)).programs;
  expect(program?.inputs.map(({ shard }) => shard)).toEqual([[], []]);
});
