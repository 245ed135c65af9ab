import { expect, test } from '@jest/globals';
import { readFile, type SourceFile } from '../../../src/check/document.ts';
import type { Finding } from '../../../src/check/finding.ts';
import {
  BESIDE,
  CORRELATION,
  changed,
  EVENT_FILTER,
  EXAMPLES,
  FILTER,
  findings,
  findingsIn,
  LIST,
  RULE,
} from './support.ts';

const linted = (all: readonly Finding[], lint: string): readonly string[] =>
  all.filter(finding => finding.lint === lint).map(({ file, message }) => `${file}: ${message}`);

const TWO: readonly SourceFile[] = [
  { file: 'secret-read.yml', text: RULE },
  { file: 'secret-read-too.yml', text: RULE },
];

test('of two rules of one id, name and title the second is told', () => {
  const both = findings(TWO);
  expect(linted(both, 'id-duplicate')).toEqual([
    'secret-read-too.yml: the id 0f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77 is taken by secret-read.yml',
  ]);
  expect(linted(both, 'name-duplicate')).toEqual([
    'secret-read-too.yml: the name secret_read is taken by secret-read.yml',
  ]);
  expect(linted(both, 'title-duplicate')).toEqual(['secret-read-too.yml: the title is that of secret-read.yml']);
});

test('a rule may have the id of one that stands beside, which it replaces', () => {
  expect(
    linted(
      findings([{ file: 'secret-read.yml', text: RULE }], [...BESIDE, readFile({ file: 'shipped.yml', text: RULE })]),
      'id-duplicate',
    ),
  ).toEqual([]);
});

test('a list that no rule names, and one that is there twice', () => {
  const lists = ['one.yml', 'two.yml'].map(file => ({ file, text: LIST.replace('backup_users', 'new_users') }));
  const both = findings(lists);
  expect(linted(both, 'list-unused')).toEqual([
    'one.yml: no rule names %new_users%',
    'two.yml: no rule names %new_users%',
  ]);
  expect(linted(both, 'list-duplicate')).toEqual(['two.yml: the list is in one.yml, too']);
  expect(linted(findings([{ file: 'known.yml', text: LIST }]), 'list-unused')).toEqual([]);
});

test('a rule without examples, and examples without a rule', () => {
  expect(linted(findings([{ file: 'new.yml', text: RULE }]), 'examples-missing')).toEqual([
    'new.yml: there is no new.examples.yml',
  ]);
  expect(linted(findings([{ file: 'secret-read.yml', text: RULE }]), 'examples-missing')).toEqual([]);
  expect(linted(findings([{ file: 'gone.examples.yml', text: EXAMPLES }]), 'examples-of-nothing')).toHaveLength(1);
  expect(linted(findings([{ file: 'secret-read.examples.yml', text: EXAMPLES }]), 'examples-of-nothing')).toEqual([]);
});

const NAMES: readonly [file: string, count: number][] = [
  ['secret-read.yml', 0],
  ['folder/Secret Read.yml', 1],
  ['secret-read.yaml', 1],
  ['x.yml', 1],
];
for (const [file, count] of NAMES) {
  test(`the file name ${file} ${count === 0 ? 'is fine' : 'is noted'}`, () =>
    expect(linted(findingsIn(RULE, file), 'file-name')).toHaveLength(count));
}

test('a correlation that does not say whether its rules alert for themselves is noted', () => {
  const text = changed(CORRELATION, 'generate: true\n', '');
  expect(linted(findingsIn(text, 'many-secrets.yml'), 'correlation-generate-off')).toHaveLength(1);
  expect(linted(findingsIn(CORRELATION, 'many-secrets.yml'), 'correlation-generate-off')).toEqual([]);
});

test('what the engine refuses is an error, even where no lint knows why', () => {
  const text = changed(RULE, 'references:\n  - https://example.com/a', 'references: {a: b}');
  expect(linted(findingsIn(text, 'secret-read.yml'), 'rule-refused')).toEqual([
    'secret-read.yml: references: Invalid input',
  ]);
  expect(linted(findingsIn(RULE, 'secret-read.yml'), 'rule-refused')).toEqual([]);
});

const correlationOf = (id: string, name: string, rule: string, group: string): string =>
  CORRELATION.replace('1f0c6a2e', id)
    .replace('title: ', `name: ${name}\ntitle: ${name} `)
    .replace('other_rule', rule)
    .replace('- user.name', `- ${group}`);

const OTHERS: readonly (readonly [file: string, text: string])[] = [
  ['outer.yml', correlationOf('3f0c6a2e', 'outer', '1f0c6a2e-5a0b-4b2f-9c1d-3f6f8e1f4a77', 'user.name')],
  ['inner.yml', correlationOf('4f0c6a2e', 'inner', 'other_rule', 'source.ip')],
  [
    'new-user.yml',
    RULE.replace('0f0c6a2e', '5f0c6a2e')
      .replace('secret_read', 'new_user')
      .replace('title: ', 'title: New ')
      .replace('keywarden:', 'keywarden:\n  first_seen: {fields: [user.name]}'),
  ],
];

const LINKED: readonly [name: string, from: string, to: string, what: string][] = [
  [
    'a circle over another file',
    '- other_rule',
    '- outer',
    'many-secrets.yml: correlation.rules.0: outer in turn waits for this correlation; a chain that ends in itself never begins',
  ],
  [
    'a group that the inner correlation does not have',
    '- other_rule',
    '- inner',
    'many-secrets.yml: correlation.group-by.0: the correlation inner does not group by user.name; add it to its group-by, or name what it groups by in an alias',
  ],
  [
    'a rule with first_seen',
    '- other_rule',
    '- new_user',
    'many-secrets.yml: correlation.rules.0: new_user has first_seen, and a correlation counts the matches of detections; name a rule with a detection alone',
  ],
];
for (const [name, from, to, what] of LINKED) {
  test(`what cannot be put together with rules of other files is an error: ${name}`, () => {
    const beside = [...BESIDE, ...OTHERS.map(([file, text]) => readFile({ file, text }))];
    const files = [{ file: 'many-secrets.yml', text: changed(CORRELATION, from, to) }];
    expect(linted(findings(files, beside), 'rule-refused')).toEqual([what]);
    expect(linted(findings([{ file: 'many-secrets.yml', text: CORRELATION }], beside), 'rule-refused')).toEqual([]);
  });
}

test('a status code that is compared with ALLOW can never match, and the check says why', () => {
  const text = changed(RULE, 'verb: get', 'responseStatus.code: ALLOW');
  expect(linted(findingsIn(text, 'secret-read.yml'), 'rule-never-matches')).toEqual([
    'secret-read.yml: the rule can never match: responseStatus.code is a number, and "ALLOW" is none',
  ]);
});

const MISSPELT = changed(RULE, 'status: experimental', 'status: experimetal');
const ALLOWED: readonly [name: string, text: string, left: number][] = [
  [
    'by a key of the rule',
    changed(MISSPELT, '  look_first:', '  allow: [{lint: status-unknown, reason: ours}]\n  look_first:'),
    0,
  ],
  [
    'by a comment on its line',
    changed(MISSPELT, 'experimetal', 'experimetal # keywarden-allow status-unknown: ours'),
    0,
  ],
  [
    'by a comment on the line before',
    changed(MISSPELT, 'status:', '# keywarden-allow status-unknown: ours\nstatus:'),
    0,
  ],
  ['not by a comment without a reason', changed(MISSPELT, 'status:', '# keywarden-allow status-unknown\nstatus:'), 1],
  ['not by a comment elsewhere', changed(MISSPELT, 'title:', '# keywarden-allow status-unknown: ours\ntitle:'), 1],
  [
    'not by a key about another lint',
    changed(MISSPELT, '  look_first:', '  allow: [{lint: tag-order, reason: ours}]\n  look_first:'),
    1,
  ],
];
for (const [name, text, left] of ALLOWED) {
  test(`a finding is allowed ${name}`, () =>
    expect(linted(findingsIn(text, 'secret-read.yml'), 'status-unknown')).toHaveLength(left));
}

const BROKEN: readonly [name: string, text: string][] = [
  ['a document that breaks off', changed(RULE, '[user.name]', '[user.name')],
  ['brackets without end', `title: ${'['.repeat(50_000)}`],
  [
    'a bomb of aliases',
    `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [${'*a, '.repeat(9)}*a]`).join('\n')}\ntitle: x`,
  ],
  [
    'maps where texts belong',
    'title: {a: b}\nid: []\nlogsource: x\ndetection: [a]\nlevel: {}\ntags: 7\nkeywarden: []\nrelated: [[]]',
  ],
  [
    'numbers where maps belong',
    'title: 1\ndetection: {a: 1, b: {}, c: [[1]], condition: [[a]]}\nlogsource: {product: [1]}',
  ],
  ['keys that are no texts', '? [a]\n: b\ntitle: x\ndetection:\n  ? {a: b}\n  : c\n  condition: x'],
  [
    'nulls everywhere',
    'title:\nid:\ntags: [null]\nreferences: [null]\ndetection:\n  a:\n    b: [null]\n  c: [null]\n  condition: [null]\nlogsource:',
  ],
  [
    'lists and examples of nothing',
    'list:\nentries: [null, 1, {}]\n---\nmatch: [null, {}]\nno_match:\n---\ncorrelation:\n---\nfilter:\n',
  ],
];
for (const [name, text] of BROKEN) {
  test(`${name} is read as far as it goes`, () => {
    for (const file of ['broken.yml', 'broken.examples.yml']) {
      expect(findingsIn(text, file).filter(({ severity }) => severity === 'error')).not.toEqual([]);
    }
  });
}

test('the other documents of a file are checked, too', () => {
  const text = `- a list\n---\n${MISSPELT}`;
  expect(findingsIn(text, 'secret-read.yml').map(({ lint, start }) => `${lint} ${start.line}`)).toEqual([
    'not-a-map 1',
    'status-unknown 6',
  ]);
});

test('whatever a line loses, the check goes on', () => {
  const bases = [
    ['secret-read.yml', RULE],
    ['many-secrets.yml', CORRELATION],
    ['backup-filter.yml', FILTER],
    ['probes.yml', EVENT_FILTER],
    ['backup-users.yml', LIST],
    ['secret-read.examples.yml', EXAMPLES],
  ] as const;
  const lost = bases.flatMap(([file, base]) => {
    const lines = base.split('\n');
    return lines.flatMap((line, i) => {
      const halves = [
        '',
        line.slice(0, line.length / 2),
        line.slice(line.length / 2),
        line.replace(/: .*/, ':'),
        `${line} [`,
      ];
      return halves.map(damaged => ({ file, text: lines.with(i, damaged).join('\n') }));
    });
  });
  for (const { file, text } of lost) {
    const places = findingsIn(text, file).flatMap(({ start, end }) => [start, end]);
    expect(places.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true);
  }
  expect(lost.length).toBeGreaterThan(400);
});
