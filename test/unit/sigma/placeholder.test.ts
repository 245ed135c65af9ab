import { expect, test } from '@jest/globals';
import { expanded } from '../../../src/sigma/placeholder.ts';

const LISTS = new Map([
  ['one', ['a']],
  ['two', ['b', 'c']],
  ['none', []],
]);

const cases: [text: string, texts: readonly string[]][] = [
  ['%one%', ['<a>']],
  ['x%two%y', ['x<b>y', 'x<c>y']],
  ['%two%-%two%', ['<b>-<b>', '<b>-<c>', '<c>-<b>', '<c>-<c>']],
  ['%one%%two%', ['<a><b>', '<a><c>']],
  ['\\%one%two%', ['%one<b>', '%one<c>']],
  ['100\\%%one%', ['100%<a>']],
  ['%none%', []],
  ['%one%%none%', []],
];
for (const [text, texts] of cases) {
  test(`${text} becomes ${texts.length} texts`, () => {
    expect(expanded(text, LISTS, entry => `<${entry}>`)).toEqual(texts);
  });
}

const errors: [text: string, message: string][] = [
  ['x', 'expand needs a placeholder such as %apiserver_addresses%, found "x"'],
  ['100 %', 'expand needs a placeholder such as %apiserver_addresses%, found "100 %"'],
  ['%three%', 'there is no list three; there are: one, two, none'],
];
for (const [text, message] of errors) {
  test(`${text} cannot be expanded`, () => expect(() => expanded(text, LISTS, String)).toThrow(message));
}

test('where there are no lists the error says so', () => {
  expect(() => expanded('%one%', new Map(), String)).toThrow('there is no list one; there are: none');
});
