import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { compileRule } from '../../../src/sigma/compile.ts';
import { parseRules } from '../../../src/sigma/parse.ts';

const ID = 'id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f\n';
const HEAD = `title: A rule\n${ID}level: low\nlogsource: { product: etcd }\n`;
const DETECTION = 'detection: { a: { x: 1 }, condition: a }\n';

test('a rule carries its metadata and its place', () => {
  const text = `# why\n${HEAD}tags: [attack.t1552]\nreferences: https://example.org\nmine: { x: 1 }\nkeywarden: { group: [user.name], message: 'by {user.name}' }\n${DETECTION}`;
  expect(parseRules(text, 'a.yml')[0]?.rule).toMatchObject({
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
  const rules = parseRules(`${HEAD}${DETECTION}---\n${HEAD.replace('A rule', 'Another')}${DETECTION}`, 'a.yml');
  expect(rules.map(({ rule }) => `${rule.line} ${rule.title}`)).toEqual(['1 A rule', '7 Another']);
});

test('a file of comments has no rules', () => expect(parseRules('# nothing yet\n', 'a.yml')).toEqual([]));

test('keys that objects inherit stay keys', () => {
  const [source] = parseRules(`${HEAD}__proto__: { polluted: true }\nconstructor: x\n${DETECTION}`, 'a.yml');
  expect(Object.getPrototypeOf(source?.rule)).toBe(Object.prototype);
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
    'no id',
    'title: A rule',
    '1:1: id: expected a UUID such as 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f; uuidgen makes one',
  ],
  [
    'an id that is none',
    'title: A rule\nid: E1',
    '2:5: id: expected a UUID such as 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f; uuidgen makes one',
  ],
  [
    'no level',
    `title: A rule\n${ID}logsource: {}`,
    '1:1: level: expected one of informational, low, medium, high, critical',
  ],
  [
    'another level',
    `title: A rule\n${ID}level: severe`,
    '3:8: level: expected one of informational, low, medium, high, critical',
  ],
  ['no log source', `title: A rule\n${ID}level: low`, '1:1: logsource: is missing; expected object'],
  ['no detection', HEAD, '1:1: detection: expected selections and a condition'],
  ['a detection that is a list', `${HEAD}detection: [a]`, '5:12: detection: expected selections and a condition'],
  [
    'an unknown key of ours',
    `${HEAD}keywarden: { grup: [a] }`,
    '5:14: keywarden.grup: is no known key; see docs/rules.md',
  ],
  [
    'a correlation',
    `${HEAD}correlation: { type: event_count }`,
    '5:14: correlation: correlation rules are not supported yet; write a rule with a detection',
  ],
  [
    'a filter',
    `${HEAD}filter: { rules: [] }`,
    '5:9: filter: filters are not supported yet; exclude in the rule itself by "and not"',
  ],
  [
    'a collection',
    `action: global\n${HEAD}`,
    '1:9: action: collections are not part of Sigma 2; write each rule out, parted by ---',
  ],
];
for (const [name, text, message] of errors) {
  test(`a rule that cannot be used says where and why: ${name}`, () => {
    expect(() => parseRules(text, 'a.yml')).toThrow(new KeywardenError('RULE', `a.yml:${message}`));
  });
}

test('a bomb of aliases is an error of the rule', () => {
  expect(() => parseRules(bomb(), 'a.yml')).toThrow('a.yml:1:1: the YAML cannot be read: Excessive alias count');
});

test('YAML that is nested without end is an error of the rule', () => {
  const text = `${HEAD}detection: ${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  expect(() => parseRules(text, 'a.yml')).toThrow(KeywardenError);
});

test('an unknown field is what the caller says of it', () => {
  const [source] = parseRules(`${HEAD}${DETECTION.replace('x: 1', 'x.y: 1')}`, 'a.yml');
  if (source === undefined) throw new Error('no rule');
  const refuse = (field: string): never => {
    throw new Error(`no such field; did you mean ${field}s?`);
  };
  expect(() => compileRule(source, { resolve: refuse, lists: new Map() })).toThrow(
    new KeywardenError('RULE', 'a.yml:5:19: x.y: no such field; did you mean x.ys?'),
  );
  const plain = compileRule(source, { resolve: () => undefined, lists: new Map() });
  expect(plain.matches({ x: { y: 1 } })).toBe(true);
  const elsewhere = compileRule(source, { resolve: field => ['etcd', field], lists: new Map() });
  expect(elsewhere.matches({ etcd: { 'x.y': 1 } })).toBe(true);
  expect(elsewhere.requires).toEqual([{ path: ['etcd', 'x.y'], values: ['1'] }]);
});

function bomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [name, before] of ['ba', 'cb', 'dc'].map(pair => [...pair])) {
    lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
  }
  return lines.join('\n');
}
