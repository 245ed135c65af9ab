import { expect, test } from '@jest/globals';
import { meant, nearest } from '../../../src/check/spelling.ts';

const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'];

const NEAR: readonly [word: string, words: readonly string[], near: readonly string[]][] = [
  ['hihg', LEVELS, ['high']],
  ['High', LEVELS, ['high']],
  ['informationl', LEVELS, ['informational']],
  ['severe', LEVELS, []],
  ['high', LEVELS, []],
  ['objectref_resource', ['objectRef.resource', 'objectRef.name'], ['objectRef.resource']],
  ['', LEVELS, []],
  ['x'.repeat(100_000), ['y'.repeat(100_000)], []],
];
for (const [word, words, near] of NEAR) {
  test(`near to ${word.slice(0, 30)}: ${near.join(', ') || 'nothing'}`, () =>
    expect(nearest(word, words)).toEqual(near));
}

const MEANT: readonly [word: string, words: readonly string[], meant: string | undefined][] = [
  ['Experimental', ['test', 'experimental'], 'experimental'],
  ['tset', ['test', 'best'], 'test'],
  ['cat', ['bat', 'hat'], undefined],
  ['user_name', ['user.name', 'username'], undefined],
];
for (const [word, words, found] of MEANT) {
  test(`${word} means ${found ?? 'nothing for sure'}`, () => expect(meant(word, words)).toBe(found));
}
