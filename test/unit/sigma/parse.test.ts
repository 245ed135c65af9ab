import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { compileRule } from '../../../src/sigma/compile.ts';
import { parseRules } from '../../../src/sigma/parse.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';
import { ruleOf, rulesOf } from './support.ts';

const ID = 'id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f\n';
const HEAD = `title: A rule\n${ID}level: low\nlogsource: { product: etcd }\n`;
const DETECTION = 'detection: { a: { x: 1 }, condition: a }\n';

test('a rule carries its metadata and its place', () => {
  const text = `# why\n${HEAD}tags: [attack.t1552]\nreferences: https://example.org\nmine: { x: 1 }\nkeywarden: { group: [user.name], message: 'by {user.name}' }\n${DETECTION}`;
  expect(ruleOf(text, 'a.yml').rule).toMatchObject({
    id: '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f',
    title: 'A rule',
    level: 'low',
    logsource: { product: 'etcd' },
    tags: ['attack.t1552'],
    references: ['https://example.org'],
    falsepositives: [],
    fields: [],
    keywarden: { group: ['user.name'], message: 'by {user.name}' },
    file: 'a.yml',
    line: 2,
  });
});

test('each document of a file is a rule', () => {
  const rules = rulesOf(`${HEAD}${DETECTION}---\n${HEAD.replace('A rule', 'Another')}${DETECTION}`);
  expect(rules.map(({ rule }) => `${rule.line} ${rule.title}`)).toEqual(['1 A rule', '7 Another']);
});

const empty: [name: string, text: string, rules: number][] = [
  ['nothing but comments', '# nothing yet\n', 0],
  ['three hyphens at the end', `${HEAD}${DETECTION}---`, 1],
  ['three hyphens and a comment at the end', `${HEAD}${DETECTION}---\n# later\n`, 1],
  ['three hyphens at the start', `---\n${HEAD}${DETECTION}`, 1],
  ['three hyphens twice', `${HEAD}${DETECTION}---\n---\n${HEAD}${DETECTION}`, 2],
];
for (const [name, text, rules] of empty) {
  test(`an empty document is none: ${name}`, () =>
    expect(parseRules(text, 'a.yml').map(({ kind }) => kind)).toEqual(Array(rules).fill('rule')));
}

const NEIGHBOUR = HEAD.replace('A rule', 'A neighbour') + DETECTION;
const broken: [name: string, text: string, message: string][] = [
  ['no YAML', 'a: [\n', '8:1: Flow sequence'],
  ['an open quotation', 'a: "b\n', '8:1: Missing closing "quote'],
  ['a key twice', 'a: 1\na: 2\n', '8:1: Map keys must be unique'],
  ['no map', '- a\n', '7:1: expected keys and values'],
  ['no title', 'detection: {}\n', '7:1: title: is missing'],
  [
    'an alias of what it stands in',
    'title: b\ncustom: &a [*a]\n',
    '8:13: the alias stands within what it names; write the value out',
  ],
  ['a bomb of aliases', `${bomb()}\n`, '7:1: the YAML cannot be read: Excessive alias count'],
  ['nested without end', `a: ${'['.repeat(20_000)}\n`, '7:'],
];
for (const [name, text, message] of broken) {
  test(`a document that cannot be used leaves its neighbours in force: ${name}`, () => {
    const documents = parseRules(`${NEIGHBOUR}---\n${text}---\n${NEIGHBOUR}`, 'a.yml');
    expect(documents.map(({ kind }) => kind)).toEqual(['rule', 'fault', 'rule']);
    const fault = documents[1]?.kind === 'fault' ? documents[1].fault.message : '';
    expect(fault).toContain(`a.yml:${message}`);
    const last = documents[2]?.kind === 'rule' ? documents[2].source.rule.line : 0;
    expect(last).toBe(7 + text.split('\n').length);
  });
}

test('three hyphens within a line begin no document, be another broken or not', () => {
  const text = `${NEIGHBOUR.replace('A neighbour', 'A --- neighbour')}---\na: [\n---\n${NEIGHBOUR}---`;
  expect(parseRules(text, 'a.yml').map(({ kind }) => kind)).toEqual(['rule', 'fault', 'rule']);
});

test('a rule without id and level is given both, and it is said', () => {
  const [first] = parseRules(`title: A rule\nlogsource: { product: etcd }\n${DETECTION}`, 'a.yml');
  if (first?.kind !== 'rule') throw new Error('no rule');
  const { id, level } = first.source.rule;
  expect(level).toBe('medium');
  expect(first.notes).toEqual([
    `a.yml:1:1: id: is missing; ${id} is made of title and log source`,
    'a.yml:1:1: level: is missing; medium is assumed',
  ]);
  expect(ruleOf(`title: A rule\nlogsource: { product: etcd }\nlevel: low\n${DETECTION}`).rule.id).toBe(id);
  expect(ruleOf(`title: Another\nlogsource: { product: etcd }\n${DETECTION}`).rule.id).not.toBe(id);
});

test('a rule with id and level needs no notes', () => {
  expect(parseRules(HEAD + DETECTION, 'a.yml').map(document => document.kind === 'rule' && document.notes)).toEqual([
    [],
  ]);
});

test('the id that a rule is given is a UUID of version 8, the same on every machine', () => {
  const { id } = ruleOf(`title: A rule\nlogsource: { product: etcd }\n${DETECTION}`).rule;
  expect(id).toBe('9198eb6c-eea8-8ae4-a819-e1a34b61765f');
});

test('a correlation, a filter and a rule of one file are each what they are', () => {
  const filter = 'title: a\nlogsource: { product: etcd }\nfilter: { s: { a: 1 }, condition: not s }\n';
  const correlation = 'title: c\ncorrelation: { type: event_count, rules: [a], timespan: 5m, condition: { gte: 2 } }\n';
  const text = `${correlation}---\n${filter}---\n${HEAD}${DETECTION}`;
  const documents = parseRules(text, 'a.yml');
  expect(documents.map(({ kind }) => kind)).toEqual(['correlation', 'filter', 'rule']);
});

test('a field without a value is an absent field, in braces too', () => {
  const rule = compileRule(ruleOf(`${HEAD}detection: { a: { x }, condition: a }`), { ...AS_WRITTEN, lists: new Map() });
  expect([{}, { x: 1 }].map(rule.matches)).toEqual([true, false]);
});

test('a compiled rule tells where its fields stand', () => {
  const rule = compileRule(ruleOf(HEAD + DETECTION), { ...AS_WRITTEN, lists: new Map() });
  expect(rule.pathsOf('a.b[c.d]')).toEqual([['a', 'b', 'c.d']]);
});

test('keys that objects inherit stay keys', () => {
  const source = ruleOf(`${HEAD}__proto__: { polluted: true }\nconstructor: x\n${DETECTION}`);
  expect(Object.getPrototypeOf(source.rule)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

const errors: [name: string, text: string, message: string][] = [
  ['no YAML', 'a: [', '1:5: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['no map', '- a', '1:1: expected keys and values'],
  ['a key twice', `${HEAD}level: high\n${DETECTION}`, '5:1: Map keys must be unique'],
  [
    'a key twice in a selection',
    `${HEAD}detection: { a: { x: 1, x: 2 }, condition: a }`,
    '5:25: Map keys must be unique',
  ],
  ['no title', `${ID}level: low\nlogsource: {}`, '1:1: title: is missing; expected string'],
  [
    'an id that is none',
    'title: A rule\nid: E1',
    '2:5: id: expected a UUID such as 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f; uuidgen makes one',
  ],
  [
    'another level',
    `title: A rule\n${ID}level: severe`,
    '3:8: level: expected one of informational, low, medium, high, critical',
  ],
  ['no log source', `title: A rule\n${ID}level: low`, '1:1: logsource: is missing; expected object'],
  ['no detection', HEAD, '1:1: detection: expected selections and a condition'],
  ['a detection of nothing', `${HEAD}detection:`, '5:11: detection: expected selections and a condition'],
  ['a detection that is a list', `${HEAD}detection: [a]`, '5:12: detection: expected selections and a condition'],
  [
    'an unknown key of ours',
    `${HEAD}keywarden: { grup: [a] }`,
    '5:14: keywarden.grup: is no known key; see docs/rules.md',
  ],
  [
    'another taxonomy',
    `${HEAD}taxonomy: mine\n${DETECTION}`,
    '5:11: taxonomy: expected sigma or ecs; what the fields of another taxonomy mean here is unknown, so map them (see docs/rules.md) and leave the key out',
  ],
];
for (const [name, text, message] of errors) {
  test(`a rule that cannot be used says where and why: ${name}`, () => {
    expect(() => ruleOf(text, 'a.yml')).toThrow(new KeywardenError('RULE', `a.yml:${message}`));
  });
}

test('a bomb of aliases is an error of the rule', () => {
  expect(() => ruleOf(bomb(), 'a.yml')).toThrow('a.yml:1:1: the YAML cannot be read: Excessive alias count');
});

test('YAML that is nested without end is an error of the rule', () => {
  const text = `${HEAD}detection: ${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  expect(() => ruleOf(text)).toThrow(KeywardenError);
});

test('an unknown field is what the caller says of it', () => {
  const source = ruleOf(`${HEAD}${DETECTION.replace('x: 1', 'x.y: 1')}`, 'a.yml');
  const refuse = (field: string): never => {
    throw new Error(`no such field; did you mean ${field}s?`);
  };
  expect(() => compileRule(source, { resolve: refuse, lists: new Map() })).toThrow(
    new KeywardenError('RULE', 'a.yml:5:19: x.y: no such field; did you mean x.ys?'),
  );
  const plain = compileRule(source, { resolve: field => [field.split('.')], lists: new Map() });
  expect(plain.matches({ x: { y: 1 } })).toBe(true);
  const elsewhere = compileRule(source, { resolve: field => [['etcd', field]], lists: new Map() });
  expect(elsewhere.matches({ etcd: { 'x.y': 1 } })).toBe(true);
  expect(elsewhere.requires).toEqual([[{ kind: 'value', path: ['etcd', 'x.y'], texts: ['1'] }]]);
});

function bomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [name, before] of ['ba', 'cb', 'dc'].map(pair => [...pair])) {
    lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
  }
  return lines.join('\n');
}
