import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadRules } from '../../../src/pipeline/rules.ts';

const ID = '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';
const OTHER = '5b5f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';
const RULE = `title: A rule
id: ${ID}
level: low
logsource: { product: kubernetes, service: audit }
detection: { s: { user.name|expand: '%people%', who: x }, condition: s }
`;
const LIST = `list: people\ndescription: d\nowner: o\nentries: [{ value: alice, reason: r, expires: 2026-11-30 }]\n`;
const FILTER = `title: Nobody\nlogsource: { product: kubernetes }\nfilter: { rules: [${ID}], s: { verb: get }, condition: not s }\n`;
const FIELDS = `field_map: mine\ndescription: d\nlogsource: { product: kubernetes, service: audit }\nfields: { who: kubernetes.audit.user.username }\n`;

type Files = Readonly<Record<string, string>>;

const NOW = new Date('2026-11-24T00:00:00Z');

/** The set that a folder of these files makes. */
function setOf(files: Files, now = NOW) {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-set-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const set = loadRules({ rules: [folder], lists: undefined, now });
  const { rules, programs, parts, quiet, sources, hash, faults, notes, compile } = set;
  const local = (text: string): string => text.replaceAll(`${folder}/`, '');
  return {
    rules: rules.map(({ rule }) => rule.title),
    compiled: rules,
    programs: programs.map(({ rule }) => rule.title),
    parts: parts.map(({ rule }) => rule.title),
    quiet: [...quiet].sort(),
    sources: sources.map(({ rule, filters }) => `${rule.title} ${filters.length}`),
    faults: faults.map(({ message }) => local(message)),
    notes: notes.map(local),
    hash,
    compile,
  };
}

const CORRELATION = `title: Many
id: ${OTHER}
level: high
correlation: { type: event_count, rules: [${ID}], group-by: [who], timespan: 1m, condition: { gte: 2 } }
`;

const ALL: Files = { 'a.yml': RULE, 'f.yml': FILTER, 'l.yml': LIST, 'm.yml': FIELDS };

test('a folder holds rules, filters, lists and field maps', () => {
  const { rules, sources, faults, notes, compile } = setOf(ALL);
  expect({ rules, sources, faults, notes }).toEqual({
    rules: ['A rule'],
    sources: ['A rule 1'],
    faults: [],
    notes: [],
  });
  expect(compile.resolve('who', { product: 'kubernetes' })).toEqual([['kubernetes', 'audit', 'user', 'username']]);
  expect(compile.resolve('verb', { product: 'kubernetes' })).toEqual([['kubernetes', 'audit', 'verb']]);
});

const notes: [name: string, rule: string, rules: number, note: string][] = [
  ['unsupported', `${RULE}status: unsupported\n`, 0, 'a.yml:1: "A rule" is not loaded: its status is unsupported'],
  [
    'deprecated',
    `${RULE}status: deprecated\n`,
    1,
    'a.yml:1: "A rule" is deprecated; "related" may name what replaces it',
  ],
  [
    'another service',
    RULE.replace('service: audit', 'service: application'),
    0,
    'a.yml:1: "A rule" is not evaluated: it is about product: kubernetes, service: application, and read are product: kubernetes, service: audit and product: etcd, service: server',
  ],
];
for (const [name, rule, rules, note] of notes) {
  test(`a rule of which something is to be known: ${name}`, () => {
    const set = setOf({ ...ALL, 'f.yml': '', 'a.yml': rule });
    expect({ rules: set.rules.length, notes: set.notes, faults: set.faults }).toEqual({
      rules,
      notes: [note],
      faults: [],
    });
  });
}

const faults: [name: string, files: Files, rules: readonly string[], fault: string][] = [
  [
    'a document between rules',
    { 'a.yml': `${RULE}---\n- no\n---\n${RULE.replace(ID, OTHER)}` },
    ['A rule', 'A rule'],
    'a.yml:7:1',
  ],
  [
    'a correlation',
    { 'c.yml': 'title: C\ncorrelation: { type: event_count }\n' },
    ['A rule'],
    'c.yml:2:14: correlation.timespan: is missing; write a time such as 5m',
  ],
  [
    'a correlation of a rule that is not there',
    { 'c.yml': CORRELATION.replace(`[${ID}]`, '[gone]') },
    ['A rule'],
    'c.yml:4:43: correlation.rules.0: there is no rule of the id or the name gone',
  ],
  [
    'a correlation with the id of a rule',
    { 'c.yml': CORRELATION.replace(OTHER, ID) },
    ['A rule'],
    `c.yml:1: the id ${ID} is taken by a.yml:1; give this rule its own`,
  ],
  [
    'a filter of a correlation',
    { 'c.yml': CORRELATION, 'f.yml': FILTER.replace(ID, OTHER) },
    ['A rule'],
    `f.yml:3:19: filter.rules: ${OTHER} is a correlation, which has no events; name the rules that it names`,
  ],
  [
    'a rule that nothing can explain',
    { 'b.yml': `${RULE.replace(ID, OTHER)}keywarden: { without: { within: 2s, rules: [{ rule: gone }] } }\n` },
    ['A rule'],
    'b.yml:6:53: keywarden.without.rules.0.rule: there is no rule of the id or the name gone',
  ],
  [
    'an id that is taken',
    { 'b.yml': RULE },
    ['A rule'],
    `b.yml:1: the id ${ID} is taken by a.yml:1; give this rule its own`,
  ],
  [
    'a filter with a list that is not there',
    { 'f.yml': FILTER.replace('verb: get', "verb|expand: '%x%'") },
    ['A rule'],
    'f.yml:3:',
  ],
  ['a field map', { 'm.yml': `${FIELDS}x: 1\n` }, ['A rule'], 'm.yml:5:1: x: is no known key'],
  [
    'an entry of a field map',
    { 'm.yml': FIELDS.replace('kubernetes.audit.user', '$nobody') },
    ['A rule'],
    'm.yml:4:11: fields.who: there is no $nobody',
  ],
];
for (const [name, files, rules, fault] of faults) {
  test(`what cannot be used leaves the rules in force: ${name}`, () => {
    const set = setOf({ ...ALL, ...files });
    expect(set.rules).toEqual(rules);
    expect(set.faults).toEqual([expect.stringContaining(fault)]);
  });
}

test('a broken rule takes its id from nobody', () => {
  const set = setOf({ ...ALL, 'a.yml': RULE.replace('condition: s', 'condition: t'), 'b.yml': RULE });
  expect(set.rules).toEqual(['A rule']);
});

test('filters alone are for the shipped rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-set-'));
  const shipped = loadRules({ rules: undefined, lists: undefined, now: NOW });
  const id = shipped.rules[0]?.rule.id ?? '';
  const product = shipped.rules[0]?.rule.logsource.product;
  writeFileSync(join(folder, 'f.yml'), FILTER.replace(ID, id).replace('product: kubernetes', `product: ${product}`));
  const set = loadRules({ rules: [folder], lists: undefined, now: NOW });
  expect(set.faults).toEqual([]);
  expect(set.rules.length).toBe(shipped.rules.length);
  expect(set.sources.filter(({ filters }) => filters.length > 0).map(({ rule }) => rule.id)).toEqual([id]);
  expect(set.hash).not.toBe(shipped.hash);
});

test('a correlation is evaluated on the matches of its rules, which do not alert for themselves', () => {
  const { rules, programs, parts, quiet, faults } = setOf({ ...ALL, 'c.yml': CORRELATION });
  expect({ rules, programs, parts, quiet, faults }).toEqual({
    rules: ['A rule'],
    programs: ['Many'],
    parts: [],
    quiet: [ID],
    faults: [],
  });
});

test('a correlation of a rule that is broken is an error, too', () => {
  const set = setOf({ 'a.yml': RULE.replace('condition: s', 'condition: t'), 'c.yml': CORRELATION, 'l.yml': LIST });
  expect(set.programs).toEqual([]);
  expect(set.faults).toEqual([
    expect.stringContaining('a.yml:5:70: condition: no selection is named t'),
    expect.stringContaining(
      `c.yml:4:43: correlation.rules.0: the rule ${ID} (a.yml:1) is not in force; see what is said of it, or name another`,
    ),
  ]);
});

test('correlations alone are of the shipped rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-set-'));
  const shipped = loadRules({ rules: undefined, lists: undefined, now: NOW });
  const id = shipped.rules.find(({ rule }) => !shipped.quiet.has(rule.id))?.rule.id ?? '';
  writeFileSync(join(folder, 'c.yml'), CORRELATION.replace(ID, id));
  const set = loadRules({ rules: [folder], lists: undefined, now: NOW });
  expect(set.faults).toEqual([]);
  expect(set.rules.length).toBe(shipped.rules.length);
  expect([...set.quiet.difference(shipped.quiet)]).toEqual([id]);
});

test('of plain JSON too a correlation counts the matches of its rules', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-set-'));
  const foreign = RULE.replace('kubernetes, service: audit', 'windows').replace("user.name|expand: '%people%', ", '');
  writeFileSync(join(folder, 'r.yml'), `${foreign}---\n${CORRELATION}`);
  const [program] = loadRules({ rules: [folder], lists: undefined, now: NOW, plain: true }).programs;
  expect(program?.inputs.map(({ compiled, shard }) => [compiled.pathsOf('a.b'), shard])).toEqual([
    [[['a', 'b']], ['who']],
  ]);
});

const { hash: HASH } = setOf(ALL);
const same: [name: string, files: Files, now: Date | undefined, same: boolean][] = [
  ['the same files elsewhere', ALL, undefined, true],
  [
    'other names and another order',
    { 'z.yml': RULE, 'b.yml': FILTER, 'c.yml': LIST, 'a.yml': FIELDS },
    undefined,
    true,
  ],
  ['a comment', { ...ALL, 'a.yml': `# why\n${RULE}` }, undefined, true],
  ['a value of a rule', { ...ALL, 'a.yml': RULE.replace('who: x', 'who: y') }, undefined, false],
  ['a level', { ...ALL, 'a.yml': RULE.replace('level: low', 'level: high') }, undefined, false],
  ['a filter', { ...ALL, 'f.yml': FILTER.replace('verb: get', 'verb: list') }, undefined, false],
  ['an entry of a list', { ...ALL, 'l.yml': LIST.replace('alice', 'bob') }, undefined, false],
  ['an entry that has expired', ALL, new Date('2026-12-01T00:00:00Z'), false],
  ['a field map', { ...ALL, 'm.yml': FIELDS.replace('username', 'uid') }, undefined, false],
];
for (const [name, files, now, expected] of same) {
  test(`${name} ${expected ? 'is the same set' : 'makes another set'}`, () =>
    expect(setOf(files, now).hash === HASH).toBe(expected));
}

const { hash: CORRELATED } = setOf({ ...ALL, 'c.yml': CORRELATION });
const changes: [name: string, correlation: string, same: boolean][] = [
  ['the same correlation elsewhere', `# why\n${CORRELATION}`, true],
  ['none', '', false],
  ['another number', CORRELATION.replace('gte: 2', 'gte: 3'), false],
  ['another time', CORRELATION.replace('1m', '2m'), false],
  ['another alias', CORRELATION.replace('timespan', `aliases: { who: { ${ID}: x } }, timespan`), false],
  ['another level', CORRELATION.replace('high', 'low'), false],
  ['generate', CORRELATION.replace('timespan', 'generate: true, timespan'), false],
  ['one that cannot be used', CORRELATION.replace('1m', 'soon'), false],
];
for (const [name, correlation, expected] of changes) {
  test(`a set of rules with a correlation: ${name} ${expected ? 'is the same set' : 'makes another set'}`, () =>
    expect(setOf({ ...ALL, 'z.yml': correlation }).hash === CORRELATED).toBe(expected));
}
