import { expect, test } from '@jest/globals';
import {
  contains,
  endsWith,
  exactText,
  literalPattern,
  parsePattern,
  quotedPattern,
  startsWith,
  textTest,
} from '../../../src/sigma/pattern.ts';

const parsed: [text: string, pattern: ReturnType<typeof parsePattern>][] = [
  ['', []],
  ['a', [{ literal: 'a' }]],
  ['a*b', [{ literal: 'a' }, { wildcard: '*' }, { literal: 'b' }]],
  ['a**b', [{ literal: 'a' }, { wildcard: '*' }, { literal: 'b' }]],
  ['a?*', [{ literal: 'a' }, { wildcard: '?' }, { wildcard: '*' }]],
  ['??', [{ wildcard: '?' }, { wildcard: '?' }]],
  ['\\*', [{ literal: '*' }]],
  ['\\?', [{ literal: '?' }]],
  ['\\', [{ literal: '\\' }]],
  ['\\\\', [{ literal: '\\' }]],
  ['\\\\\\', [{ literal: '\\\\' }]],
  ['\\\\\\\\', [{ literal: '\\\\' }]],
  ['\\\\*', [{ literal: '\\' }, { wildcard: '*' }]],
  ['\\\\\\*', [{ literal: '\\*' }]],
  ['C:\\x', [{ literal: 'C:\\x' }]],
];
for (const [text, pattern] of parsed) {
  test(`a Sigma string is taken apart: ${text}`, () => expect(parsePattern(text)).toEqual(pattern));
}

for (const text of ['a', '*', '?', '\\', '\\*', '\\\\', 'C:\\a*b?', '']) {
  test(`a quoted text means itself: ${text}`, () => {
    expect(parsePattern(quotedPattern(text))).toEqual(literalPattern(text));
  });
}

const exact: [text: string, expected: string | undefined][] = [
  ['a', 'a'],
  ['', ''],
  ['\\*', '*'],
  ['*', undefined],
  ['a?', undefined],
];
for (const [text, expected] of exact) {
  test(`the only text of ${text || 'nothing'}`, () => expect(exactText(parsePattern(text))).toBe(expected));
}

test('wildcards are put around once', () => {
  expect(contains(parsePattern('*a*'))).toEqual(parsePattern('*a*'));
  expect(startsWith(parsePattern('a*'))).toEqual(parsePattern('a*'));
  expect(endsWith(parsePattern('*a'))).toEqual(parsePattern('*a'));
  expect(contains(parsePattern(''))).toEqual(parsePattern('*'));
});

/** Letters that grow, shrink or leave ASCII when they are lowered. */
const letters: [pattern: string, text: string, holds: boolean][] = [
  ['k', '\u212a', true],
  ['\u212a', 'k', true],
  ['i\u0307', '\u0130', true],
  ['\u0130', 'i\u0307', true],
  ['i', '\u0130', false],
  ['straße', 'STRAßE', true],
  ['*ß', 'STRASSE', false],
  ['Σ', 'σ', true],
  ['ä', 'ö', false],
  ['ß', 'ss', false],
  ['\u0001b?', 'xbc', false],
  ['\u0002b?', 'xbc', false],
  ['\u0002b?', '\u0002bc', true],
  ['a?c', 'a\uffffc', true],
  ['a?c', 'a\u{10000}c', true],
  ['a?c', 'a\u{10000}xc', false],
];
for (const [pattern, text, holds] of letters) {
  test(`${pattern} ${holds ? 'equals' : 'is not'} ${text}`, () =>
    expect(textTest(parsePattern(pattern), false)(text)).toBe(holds));
}

/** Every pattern and text of few characters, against a plain translation into a regular expression. */
test('wildcards mean what they mean as a regular expression', () => {
  const patterns = words(['a', 'b', '*', '?'], 5);
  const texts = words(['a', 'b'], 4);
  for (const pattern of patterns) {
    const holds = textTest(parsePattern(pattern), false);
    const expression = new RegExp(`^${pattern.replaceAll('?', '.').replaceAll('*', '.*')}$`, 's');
    const wrong = texts.filter(text => holds(text) !== expression.test(text));
    expect({ pattern, wrong }).toEqual({ pattern, wrong: [] });
  }
});

function words(letters: readonly string[], length: number): readonly string[] {
  const shorter = length === 0 ? [] : words(letters, length - 1);
  const longest = shorter.filter(word => word.length === length - 1);
  return length === 0 ? [''] : [...shorter, ...longest.flatMap(word => letters.map(letter => word + letter))];
}

test('many wildcards on a long text take no exponential time', () => {
  const holds = textTest(parsePattern('*a*a*a*a*a*a*a*a*b'), false);
  expect(holds('a'.repeat(20_000))).toBe(false);
});
