import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { ruleOf } from './support.ts';

const HEAD = 'title: A rule\nlogsource: { product: etcd }\nlevel: low\ndetection: { a: { x: 1 }, condition: a }\n';

const read: [name: string, text: string, fields: object][] = [
  ['one reference', 'references: https://example.org', { references: ['https://example.org'] }],
  ['several references', 'references: [a, b]', { references: ['a', 'b'] }],
  ['no references', 'references:', { references: [] }],
  ['one false positive', 'falsepositives: backups', { falsepositives: ['backups'] }],
  ['tags', 'tags: [attack.t1552]', { tags: ['attack.t1552'] }],
  ['no tags', 'tags:', { tags: [] }],
  ['nothing of them', '', { tags: [], fields: [], references: [], falsepositives: [], level: 'low' }],
  ['fields', 'fields: [a, b]', { fields: ['a', 'b'] }],
  ['a key of one’s own', 'mine: { x: 1 }', { mine: { x: 1 } }],
  ['a log source with more keys', 'status: test', { status: 'test', logsource: { product: 'etcd' } }],
  ['the taxonomy of Sigma', 'taxonomy: sigma', { taxonomy: 'sigma' }],
  ['the taxonomy of ECS', 'taxonomy: ecs', { taxonomy: 'ecs' }],
  ...['stable', 'test', 'experimental', 'deprecated', 'unsupported'].map((status): [string, string, object] => [
    `the status ${status}`,
    `status: ${status}`,
    { status },
  ]),
  ...['0s', '30s', '10m', '12h', '7d', '999999s'].map((suppress): [string, string, object] => [
    `suppression for ${suppress}`,
    `keywarden: { suppress: ${suppress} }`,
    { keywarden: { suppress } },
  ]),
];
for (const [name, text, fields] of read) {
  test(`a rule is read: ${name}`, () => expect(ruleOf(`${HEAD}${text}\n`).rule).toMatchObject(fields));
}

const TIME = '5:24: keywarden.suppress: expected a time such as 30s, 10m, 12h or 7d';
const errors: [name: string, text: string, message: string][] = [
  ...['10', 's', '010m', '10w', '1h30m', '-1s', '1000000s'].map((time): [string, string, string] => [
    `suppression for ${time}`,
    `keywarden: { suppress: '${time}' }`,
    TIME,
  ]),
  [
    'groups of nothing',
    'keywarden: { group: [] }',
    '5:21: keywarden.group: Too small: expected array to have >=1 items',
  ],
  [
    'an empty message',
    "keywarden: { message: '' }",
    '5:23: keywarden.message: Too small: expected string to have >=1 characters',
  ],
  [
    'an empty look first',
    "keywarden: { look_first: '' }",
    '5:26: keywarden.look_first: Too small: expected string to have >=1 characters',
  ],
  ['an empty name', "name: ''", '5:7: name: Too small: expected string to have >=1 characters'],
  [
    'another status',
    'status: draft',
    '5:9: status: Invalid option: expected one of "stable"|"test"|"experimental"|"deprecated"|"unsupported"',
  ],
  ['tags that are a text', 'tags: attack', '5:7: tags: Invalid input: expected array, received string'],
  ['an author that is a list', 'author: [a]', '5:9: author: Invalid input: expected string, received array'],
  ['a tag that is a number', 'tags: [1]', '5:8: tags.0: Invalid input: expected string, received number'],
];
for (const [name, text, message] of errors) {
  test(`a rule that cannot be used says where and why: ${name}`, () => {
    expect(() => ruleOf(`${HEAD}${text}\n`, 'a.yml')).toThrow(new KeywardenError('RULE', `a.yml:${message}`));
  });
}

const titles: [length: number, message: string | undefined][] = [
  [0, 'a.yml:1:8: title: Too small: expected string to have >=1 characters'],
  [1, undefined],
  [256, undefined],
  [257, 'a.yml:1:8: title: Too big: expected string to have <=256 characters'],
];
for (const [length, message] of titles) {
  test(`a title of ${length} characters is ${message === undefined ? 'fine' : 'refused'}`, () => {
    const text = HEAD.replace('A rule', `'${'x'.repeat(length)}'`);
    const read = () => ruleOf(text, 'a.yml').rule.title.length;
    if (message === undefined) expect(read()).toBe(length);
    else expect(read).toThrow(new KeywardenError('RULE', message));
  });
}

for (const key of ['category', 'product', 'service']) {
  test(`a log source whose ${key} is no text is refused`, () => {
    const text = HEAD.replace('{ product: etcd }', `{ ${key}: [x] }`);
    const message = `logsource.${key}: Invalid input: expected string, received array`;
    expect(() => ruleOf(text, 'a.yml')).toThrow(new KeywardenError('RULE', `a.yml:2:${16 + key.length}: ${message}`));
  });
}
