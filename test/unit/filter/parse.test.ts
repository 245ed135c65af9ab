import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { filtersOf, filterText } from './support.ts';

test('filters are read in their order, with what becomes of their events', () => {
  const text = [
    filterText('reads', '{ verb: get }', 'drop'),
    filterText('some', '{ verb: list }', 'sample\nrate: 0.05'),
    filterText('bodies', '{ verb: patch }', 'without-bodies'),
  ].join('---\n');
  expect(filtersOf(text).map(({ name, dataset, action }) => [name, dataset, action])).toEqual([
    ['reads', 'kubernetes.audit_logs', { kind: 'drop' }],
    ['some', 'kubernetes.audit_logs', { kind: 'sample', rate: 0.05 }],
    ['bodies', 'kubernetes.audit_logs', { kind: 'without-bodies' }],
  ]);
});

const HEAD = 'filter: a\ndescription: d\nlogsource: { product: kubernetes }\n';
const DETECTION = 'detection: { a: { verb: get }, condition: a }\n';
const SAMPLE = `${HEAD}${DETECTION}action: sample\n`;

const errors: [name: string, text: string, message: string][] = [
  ['no YAML', 'a: [', '1:5: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ['no action', `${HEAD}${DETECTION}`, '1:1: action: expected drop, sample or without-bodies'],
  ['another action', `${HEAD}${DETECTION}action: keep`, '5:9: action: expected drop, sample or without-bodies'],
  ['no name', 'action: drop', '1:1: filter: is missing; expected string'],
  [
    'a name with a space',
    `${HEAD.replace('a', '"a b"')}${DETECTION}action: drop`,
    '1:9: filter: a name of lower-case letters, digits and -, at most 64',
  ],
  ['no description', `filter: a\naction: drop`, '1:1: description: is missing; expected string'],
  [
    'another product',
    `${HEAD.replace('kubernetes', 'linux')}${DETECTION}action: drop`,
    '3:23: logsource.product: expected kubernetes or etcd',
  ],
  ['a sample of unknown size', SAMPLE, '1:1: rate: expected the share to keep, such as 0.01'],
  ['a sample of none', `${SAMPLE}rate: 0`, '6:7: rate: expected a share above 0; write action: drop to keep none'],
  ['a sample of all', `${SAMPLE}rate: 1`, '6:7: rate: expected a share below 1; without the filter all are kept'],
  ['a rate that is text', `${SAMPLE}rate: 1%`, '6:7: rate: expected the share to keep, such as 0.01'],
  [
    'a rate without a sample',
    `${HEAD}${DETECTION}action: drop\nrate: 0.1`,
    '6:1: rate: is no known key; see docs/filters.md',
  ],
  [
    'bodies of etcd',
    `${HEAD.replace('kubernetes', 'etcd')}${DETECTION}action: without-bodies`,
    '5:9: action: the lines of etcd have no bodies; write drop or sample',
  ],
  ['no detection', `${HEAD}action: drop`, '1:1: detection: expected selections and a condition'],
  [
    'a condition of another selection',
    `${HEAD}detection: { a: { verb: get }, condition: b }\naction: drop`,
    '4:43: condition: no selection is named b; there are: a',
  ],
  ['an unknown modifier', `${HEAD}detection: { a: { verb|begins: get }, condition: a }\naction: drop`, '4:19: verb: '],
  [
    'a list that is not there',
    `${HEAD}detection: { a: { user.name|expand: "%nobody%" }, condition: a }\naction: drop`,
    '4:37: user.name: there is no list nobody; there are: none',
  ],
];
for (const [name, text, message] of errors) {
  test(`a filter that cannot be used says where and why: ${name}`, () => {
    expect(() => filtersOf(text)).toThrow(KeywardenError);
    expect(() => filtersOf(text)).toThrow(`the filter cannot be used: f.yml:${message}`);
  });
}
