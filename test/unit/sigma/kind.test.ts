import { expect, test } from '@jest/globals';
import { kindOf } from '../../../src/sigma/kind.ts';

const cases: [text: string, kind: ReturnType<typeof kindOf>][] = [
  ['title: x\ndetection:\n  a: { x: 1 }', 'rule'],
  ['# a comment\nlist: hosts\nentries: []', 'list'],
  ['"list" : hosts', 'list'],
  ['title: x\ndescription: |\n  list: of things\ndetection: {}', 'rule'],
  ['title: x\nlogsource:\n  list: x\ndetection: {}', 'rule'],
  ['title: x\ncorrelation:\n  type: event_count', 'correlation'],
  ['title: x\nfilter:\n  rules: [a]', 'filter'],
  ['field_map: mine\nfields: {}', 'fields'],
  ['title: x\nfields: [a]\ndetection: {}', 'rule'],
  ['match: []\nno_match: []', undefined],
  ["'filter':\n  rules: any", 'filter'],
  ['title: x\ntype:\n  correlation: x', undefined],
  ['title: x\n  filter: y', undefined],
  ['title: x\nunfilter: y', undefined],
  ['title: x\ndetections: y', undefined],
  ['listing: x', undefined],
  ['', undefined],
];
for (const [text, kind] of cases) {
  test(`${JSON.stringify(text)} is ${kind ?? 'nothing of ours'}`, () => expect(kindOf(text)).toBe(kind));
}
