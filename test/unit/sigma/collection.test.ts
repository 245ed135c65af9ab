import { expect, test } from '@jest/globals';
import { compileRule } from '../../../src/sigma/compile.ts';
import { parseRules } from '../../../src/sigma/parse.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';
import { rulesOf } from './support.ts';

const GLOBAL = `action: global
title: A rule
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: low
logsource: { product: etcd }
detection:
  a: { x: 1 }
`;

/** On which of the events x and y each rule of a file holds. */
const meanings = (text: string): readonly string[] =>
  rulesOf(text).map(source => {
    const { rule, matches } = compileRule(source, { ...AS_WRITTEN, lists: new Map() });
    const events = [{ x: 1 }, { y: 1 }, { x: 1, y: 1 }].filter(matches).map(event => Object.keys(event).join(''));
    expect(rule).not.toHaveProperty('action');
    return `${rule.title}, ${rule.level}: ${events.join(' ')}`;
  });

const cases: [name: string, text: string, rules: readonly string[]][] = [
  [
    'global adds to every rule that follows',
    `${GLOBAL}---\ndetection: { condition: a }\n---\ndetection: { b: { y: 1 }, condition: a or b }\n`,
    ['A rule, low: x xy', 'A rule, low: x y xy'],
  ],
  [
    'maps are joined key by key',
    `${GLOBAL}---\nlogsource: { service: server }\ndetection: { b: { y: 1 }, condition: a and b }\n`,
    ['A rule, low: xy'],
  ],
  [
    'two global documents add up',
    `${GLOBAL.replace('level: low\n', '')}---\naction: global\nlevel: high\n---\ndetection: { condition: a }\n`,
    ['A rule, high: x xy'],
  ],
  [
    'reset ends it',
    `${GLOBAL}---\ndetection: { condition: a }\n---\naction: reset\n---\ntitle: Alone\nlogsource: {}\nlevel: low\ndetection: { b: { y: 1 }, condition: b }\n`,
    ['A rule, low: x xy', 'Alone, low: y xy'],
  ],
  [
    'repeat is the rule before with changes',
    `${GLOBAL}---\ndetection: { condition: a }\n---\naction: repeat\ntitle: Again\nlevel: high\ndetection: { b: { y: 1 }, condition: b }\n`,
    ['A rule, low: x xy', 'Again, high: y xy'],
  ],
  [
    'repeat adds to a selection key by key',
    `${GLOBAL}---\ndetection: { condition: a }\n---\naction: repeat\ndetection: { a: { y: 1 } }\n`,
    ['A rule, low: x xy', 'A rule, low: xy'],
  ],
  [
    'repeat puts a map in the place of a list',
    `${GLOBAL}---\ndetection: { b: [{ x: 1 }], condition: b }\n---\naction: repeat\ndetection: { b: { y: 1 } }\n`,
    ['A rule, low: x xy', 'A rule, low: y xy'],
  ],
  [
    'repeat puts nothing in the place of a map',
    `${GLOBAL}mine: { x: 1 }\n---\ndetection: { condition: a }\n---\naction: repeat\nmine:\nlevel: high\n`,
    ['A rule, low: x xy', 'A rule, high: x xy'],
  ],
  [
    'a value that is the same in both',
    `${GLOBAL}---\nlevel: low\ndetection: { condition: a }\n`,
    ['A rule, low: x xy'],
  ],
];
for (const [name, text, rules] of cases) {
  test(`a collection: ${name}`, () => expect(meanings(text)).toEqual(rules));
}

test('rules that have their id of the collection get one each, the same at every reading', () => {
  const text = `${GLOBAL}---\ndetection: { condition: a }\n---\ndetection: { condition: not a }\n`;
  const ids = rulesOf(text).map(({ rule }) => rule.id);
  expect(new Set([...ids, '4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f']).size).toBe(3);
  expect(rulesOf(text).map(({ rule }) => rule.id)).toEqual(ids);
});

test('a rule that is repeated without an id has one of its own', () => {
  const repeated = `${GLOBAL}---\ndetection: { condition: a }\n---\naction: repeat\nlevel: high\n`;
  const [first, second] = rulesOf(repeated).map(({ rule }) => rule.id);
  expect(second).not.toBe(first);
  const own = 'id: 5b5f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f';
  expect(rulesOf(`${repeated}${own}\n`)[1]?.rule.id).toBe('5b5f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f');
  const none = repeated.replace(/^id:.*\n/m, '');
  expect(new Set(rulesOf(none).map(({ rule }) => rule.id)).size).toBe(1);
});

const errors: [name: string, text: string, message: string][] = [
  ['another action', 'action: merge\n', 'a.yml:1:9: action: expected global, repeat or reset'],
  ['nothing to repeat', 'action: repeat\n', 'a.yml:1:9: action: there is no rule before this one to repeat'],
  [
    'a value that differs',
    `${GLOBAL}---\nlevel: high\ndetection: { condition: a }\n`,
    'a.yml:9:1: level: stands in the global document with another value; write it once',
  ],
  ['an action of no name', 'action:\n', 'a.yml:1:8: action: expected global, repeat or reset'],
  [
    'what is missing in two that are one',
    `${GLOBAL}---\ndetection: { b: { y: 1 } }\n`,
    'a.yml:9:12: condition: is missing; name the selections that must hold',
  ],
  [
    'a map that stands in the place of nothing',
    `${GLOBAL}---\ndetection: { a: x, condition: a }\n`,
    'a.yml:9:14: a: stands in the global document with another value; write it once',
  ],
  ['what is missing in both', `${GLOBAL}---\nstatus: test\n`, 'a.yml:7:3: condition: is missing'],
];
for (const [name, text, message] of errors) {
  test(`a collection: the error of ${name}`, () => {
    const [last] = parseRules(text, 'a.yml');
    expect(last?.kind === 'fault' ? last.fault.message : last?.kind).toContain(message);
  });
}
