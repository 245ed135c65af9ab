import { expect, test } from '@jest/globals';
import { becauseText, explanationText } from '../../../src/report/explain.ts';
import { type CompileOptions, compileRule } from '../../../src/sigma/compile.ts';
import { type Explanation, explainer } from '../../../src/sigma/explain.ts';
import { parseRules } from '../../../src/sigma/parse.ts';

const LISTS = new Map([
  ['admins', ['alice', 'bob']],
  ['networks', ['10.0.0.0/8', '192.0.2.7']],
]);

/** `image` and `as` of any kind of container, all else where it is written. */
const OPTIONS: CompileOptions = {
  resolve: field =>
    ['image', 'as'].includes(field)
      ? [
          ['c', field],
          ['i', field],
        ]
      : [field.split('.')],
  objectListOf: ([at = '']) => (['c', 'i'].includes(at) ? { kind: 'container', at } : undefined),
  lists: LISTS,
};

/** Explains, and asserts that it agrees with the compiled rule. */
function explained(detection: string, event: object, more = ''): Explanation {
  const text = `title: A rule
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: test }
detection:
${detection.replace(/^/gm, '  ')}
${more}`;
  const [source, another] = parseRules(text, 'rule.yml');
  if (source?.kind !== 'rule') throw new Error('no rule');
  const filters = another?.kind === 'filter' ? [another.source] : [];
  const filtered = { ...source.source, filters };
  const explanation = explainer(filtered, OPTIONS)(event);
  expect(explanation.holds).toBe(compileRule(filtered, OPTIONS).matches(event));
  return explanation;
}

const linesOf = (explanation: Explanation): readonly string[] =>
  explanationText(explanation, false)
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => line.trim());

const RBAC = {
  rules: [
    { verbs: ['get'], resources: ['secrets'] },
    { verbs: ['*'], resources: ['pods', 'nodes'] },
  ],
};

const PODS = {
  c: [{ image: 'w', as: 'root' }],
  i: [
    { image: 'y', as: 'u' },
    { image: 'x', as: 'root' },
  ],
};

const cases: [name: string, detection: string, event: object, lines: readonly string[]][] = [
  [
    'a field that holds',
    's: { verb: [create, delete] }\ncondition: s',
    { verb: 'Create' },
    ['✓ s', '✓ verb is "Create"; wants "create" or "delete"'],
  ],
  [
    'a field that does not',
    's: { verb: create }\ncondition: s',
    { verb: 'get' },
    ['✗ s', '✗ verb is "get"; wants "create"'],
  ],
  ['an absent field', 's: { a.b: 1 }\ncondition: s', { a: {} }, ['✗ s', '✗ a.b is absent; wants 1']],
  ['a field that should be absent', 's: { a: null }\ncondition: s', { a: 0 }, ['✗ s', '✗ a is 0; wants it absent']],
  [
    'existence',
    's: { a|exists: true, b|exists: false }\ncondition: s',
    { a: null },
    ['✓ s', '✓ a|exists is null; wants it there', '✓ b|exists is absent; wants it absent'],
  ],
  [
    'capitals',
    's: { a|cased: B, c|cased|contains: D }\ncondition: s',
    { a: 'b', c: 'xD' },
    ['✗ s', '✗ a|cased is "b"; wants "B"', '✓ c|cased|contains is "xD"; wants something with "D"'],
  ],
  [
    'what is not',
    's: { a: 1 }\nt: { b: 2 }\ncondition: s and not t',
    { a: 1, b: 2 },
    ['✗ all of', '✓ s', '✓ a is 1; wants 1', '✗ not', '✓ t', '✓ b is 2; wants 2'],
  ],
  [
    'the entry of a list',
    "s: { user|expand: '%admins%' }\ncondition: s",
    { user: 'bob' },
    ['✓ s', '✓ user|expand is "bob", on the list admins'],
  ],
  [
    'the network of a list',
    "s: { ip|cidr|expand: '%networks%' }\ncondition: s",
    { ip: '10.1.2.3' },
    ['✓ s', '✓ ip|cidr|expand is "10.1.2.3", as "10.0.0.0/8" on the list networks'],
  ],
  [
    'which element of a list met',
    's: { c.p: true }\ncondition: s',
    { c: [{ p: false }, {}, { p: true }] },
    ['✓ s', '✓ c.p is true at c[2].p, and 2 more; wants true'],
  ],
  [
    'which element met all',
    "s: { rules.verbs: '\\*', rules.resources: nodes }\ncondition: s",
    RBAC,
    [
      '✓ s',
      '✓ rules.verbs is "*" at rules[1].verbs[0], and 1 more; wants "\\*"',
      '✓ rules.resources is "nodes" at rules[1].resources[1], and 2 more; wants "nodes"',
      'rules[1] meets all of them: rules.verbs, rules.resources',
    ],
  ],
  [
    'fields that hold in no one element',
    "s: { rules.verbs: '\\*', rules.resources: secrets }\ncondition: s",
    RBAC,
    [
      '✗ s',
      '✓ rules.verbs is "*" at rules[1].verbs[0], and 1 more; wants "\\*"',
      '✓ rules.resources is "secrets" at rules[0].resources[0], and 2 more; wants "secrets"',
      '✗ no single element of rules meets all of them:',
      'rules[0] lacks rules.verbs',
      'rules[1] lacks rules.resources',
    ],
  ],
  [
    'all values',
    's: { c|contains|all: [a, b] }\ncondition: s',
    { c: 'xax' },
    ['✗ s', '✗ c|contains|all is "xax"; wants something with "a" and "b"'],
  ],
  [
    'values that must not be',
    's: { a|neq: [1, 2] }\ncondition: s',
    { a: 2 },
    ['✗ s', '✗ a|neq is 2; wants not 1 or 2'],
  ],
  [
    'fields with several places',
    's: { image: x, as: root }\ncondition: s',
    PODS,
    [
      '✓ s',
      '✓ image is "x" at i[1].image, and 2 more; wants "x"',
      '✓ as is "root" at c[0].as, "root" at i[1].as, and 1 more; wants "root"',
      'i[1] meets all of them: image, as',
    ],
  ],
  [
    'fields with several places that hold in no one element',
    's: { image: y, as: root }\ncondition: s',
    PODS,
    [
      '✗ s',
      '✓ image is "y" at i[0].image, and 2 more; wants "y"',
      '✓ as is "root" at c[0].as, "root" at i[1].as, and 1 more; wants "root"',
      '✗ no single element of c meets all of them:',
      'c[0] lacks image',
      '✗ no single element of i meets all of them:',
      'i[0] lacks as',
      'i[1] lacks image',
    ],
  ],
  [
    'another field',
    's: { a|fieldref: b }\ncondition: s',
    { a: 1, b: 2 },
    ['✗ s', '✗ a|fieldref is 1; wants what stands in "b"'],
  ],
  [
    'keywords',
    's: [curl, wget]\ncondition: s',
    { a: { b: ['x', 'Curl/8'] } },
    ['✓ s', '✓ any text is "Curl/8" at a.b[1]; wants "curl" or "wget"'],
  ],
  [
    'alternatives, none of which holds',
    's: [{ a: 1 }, { b: 2 }]\ncondition: s',
    { a: 2 },
    ['✗ s', '✗ a is 2; wants 1', 'or', '✗ b is absent; wants 2'],
  ],
  [
    'text that would move the cursor',
    's: { a: b }\ncondition: s',
    { a: '\u001b[2Jx' },
    ['✗ s', '✗ a is "\\u001b[2Jx"; wants "b"'],
  ],
  [
    'a long text is cut',
    's: { a: b }\ncondition: s',
    { a: 'x'.repeat(500) },
    ['✗ s', `✗ a is "${'x'.repeat(80)}…"; wants "b"`],
  ],
];
for (const [name, detection, event, lines] of cases) {
  test(`explain: ${name}`, () => expect(linesOf(explained(detection, event))).toEqual(lines));
}

const reasons: [name: string, detection: string, event: object, because: string][] = [
  ['nothing where it holds', 's: { a: 1 }\ncondition: s', { a: 1 }, ''],
  [
    'the field that failed',
    's: { a: 1, b: 2 }\ncondition: s',
    { a: 1 },
    'because s does not hold: b is absent; wants 2\n',
  ],
  [
    'the list that excuses',
    "s: { a: 1 }\nknown: { u|expand: '%admins%' }\ncondition: s and not known",
    { a: 1, u: 'alice' },
    'because known holds, which the condition does not allow: u|expand is "alice", on the list admins\n',
  ],
  [
    'of two conditions both',
    's: { a: 1 }\nt: { b: 2 }\ncondition: [s, t]',
    { a: 2 },
    'because s does not hold: a is 2; wants 1\nbecause t does not hold: b is absent; wants 2\n',
  ],
  ['of two conditions none, where one holds', 's: { a: 1 }\nt: { b: 2 }\ncondition: [s, t]', { a: 1 }, ''],
  [
    'of several alternatives the one that came closest',
    's: [{ a: 1, b: 1, c: 1 }, { a: 1, b: 2, c: 2 }, { d: 1, e: 1 }]\ncondition: s',
    { a: 1, b: 2, c: 3 },
    'because s does not hold: c is 3; wants 2\n',
  ],
  [
    'of several alternatives the one that held',
    's: { a: 1 }\nt: [{ b: 1 }, { b: 2 }]\ncondition: s and not t',
    { a: 1, b: 2 },
    'because t holds, which the condition does not allow: b is 2; wants 2\n',
  ],
  [
    'of one of two that are wanted together',
    's: { a: 1 }\nt: { b: 1 }\ncondition: s and (s or t) and t',
    { a: 1 },
    'because t does not hold: b is absent; wants 1\n',
  ],
  [
    'fields that stand apart',
    "s: { rules.verbs: '\\*', rules.resources: secrets }\ncondition: s",
    RBAC,
    'because s does not hold: no single element of rules meets all its fields\n',
  ],
];
for (const [name, detection, event, because] of reasons) {
  test(`because: ${name}`, () => expect(becauseText(explained(detection, event))).toBe(because));
}

const FILTER = `
---
title: Known
logsource: { product: test }
filter:
  f: { u: bob }
  condition: not f
`;

test('a filter that leaves the event out is told, and why', () => {
  const explanation = explained('s: { a: 1 }\ncondition: s', { a: 1, u: 'bob' }, FILTER);
  expect(explanation).toMatchObject({ holds: false, filters: [{ title: 'Known', holds: false }] });
  expect(becauseText(explanation)).toBe(
    'because f of the filter "Known" holds, which the condition does not allow: u is "bob"; wants "bob"\n',
  );
  expect(linesOf(explanation)).toEqual([
    '✓ s',
    '✓ a is 1; wants 1',
    'filter: Known (leaves it out)',
    'condition: not f',
    '✗ not',
    '✓ f',
    '✓ u is "bob"; wants "bob"',
  ]);
  expect(explained('s: { a: 1 }\ncondition: s', { a: 1, u: 'eve' }, FILTER).holds).toBe(true);
});

test('one of several', () => {
  const detection = 's: { a: 1 }\nt: { b: 2 }\ncondition: s or t';
  expect(linesOf(explained(detection, { b: 2 }))).toEqual([
    '✓ one of',
    '✗ s',
    '✗ a is absent; wants 1',
    '✓ t',
    '✓ b is 2; wants 2',
  ]);
  expect(explained(detection, {}).holds).toBe(false);
});

test('fields that fail by themselves are not asked for one element', () => {
  const detection = "s: { rules.verbs: '\\*', rules.resources: services }\ncondition: s";
  expect(linesOf(explained(detection, RBAC))).toEqual([
    '✗ s',
    '✓ rules.verbs is "*" at rules[1].verbs[0], and 1 more; wants "\\*"',
    '✗ rules.resources is "secrets" at rules[0].resources[0], "pods" at rules[1].resources[0], "nodes" at rules[1].resources[1]; wants "services"',
  ]);
});

/** What is told of the only field of a rule. */
function verdictOf(field: string, event: object): unknown {
  const clause = explained(`s: { ${field} }\ncondition: s`, event).conditions[0]?.clause;
  return clause?.kind === 'selection' ? clause.alternatives[0]?.fields[0] : undefined;
}

const PLAIN = { compare: [], all: false, negated: false, expand: false };
const verdicts: [field: string, event: object, verdict: object][] = [
  [
    'a: [b, c]',
    { a: 'x' },
    {
      field: 'a',
      paths: ['a'],
      holds: false,
      wants: { ...PLAIN, values: ['b', 'c'] },
      found: [{ path: 'a', value: 'x' }],
      more: 0,
    },
  ],
  [
    'a|contains|all: [b, c]',
    { a: 'xcb' },
    {
      field: 'a|contains|all',
      paths: ['a'],
      holds: true,
      wants: { ...PLAIN, compare: ['contains'], all: true, values: ['b', 'c'] },
      found: [{ path: 'a', value: 'xcb', met: { value: 'b' } }],
      more: 0,
    },
  ],
  [
    'a|neq: [1, 2]',
    { a: 2 },
    {
      field: 'a|neq',
      paths: ['a'],
      holds: false,
      wants: { ...PLAIN, negated: true, values: [1, 2] },
      found: [{ path: 'a', value: 2, met: { value: 2 } }],
      more: 0,
    },
  ],
  [
    'a|fieldref: b',
    { a: 'b', b: 'b' },
    {
      field: 'a|fieldref',
      paths: ['a'],
      holds: true,
      wants: { ...PLAIN, compare: ['fieldref'], values: ['b'] },
      found: [{ path: 'a', value: 'b' }],
      more: 0,
    },
  ],
  [
    "a|expand: '%admins%'",
    { a: 'bob' },
    {
      field: 'a|expand',
      paths: ['a'],
      holds: true,
      wants: { ...PLAIN, expand: true, values: ['%admins%'] },
      found: [{ path: 'a', value: 'bob', met: { value: 'bob', list: 'admins' } }],
      more: 0,
    },
  ],
  [
    "a|expand: '%admins%@%admins%'",
    { a: 'bob@alice' },
    {
      field: 'a|expand',
      paths: ['a'],
      holds: true,
      wants: { ...PLAIN, expand: true, values: ['%admins%@%admins%'] },
      found: [{ path: 'a', value: 'bob@alice', met: { value: '%admins%@%admins%' } }],
      more: 0,
    },
  ],
];
for (const [field, event, verdict] of verdicts) {
  test(`what is told of ${field}`, () => expect(verdictOf(field, event)).toStrictEqual(verdict));
}

test('an event nested deeper than the stack is explained all the same', () => {
  let deep: object = { x: 'curl' };
  for (let i = 0; i < 20_000; i += 1) deep = { x: deep };
  expect(explained('s: { x: 1 }\nk: [curl]\ncondition: s or k', deep).holds).toBe(false);
});
