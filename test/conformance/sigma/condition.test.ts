import { expect, test } from '@jest/globals';
import { compiled } from './support.ts';

const SELECTIONS = 'a: { x: 1 }\nb: { y: 1 }\nsel_1: { p: 1 }\nsel_2: { q: 1 }\n_hidden: { h: 1 }\n';

/** Section "Condition" of the Sigma rules specification 2.1: condition, event, whether it holds. */
const cases: [condition: string, event: object, holds: boolean][] = [
  ['a', { x: 1 }, true],
  ['a', { x: 2 }, false],
  ['not a', { x: 2 }, true],
  ['not not a', { x: 1 }, true],
  ['a and b', { x: 1, y: 1 }, true],
  ['a and b', { x: 1 }, false],
  ['a or b', { y: 1 }, true],
  ['a or b', {}, false],
  ['A_b or a'.replace('A_b', 'b'), { x: 1 }, true],
  ['a AND b', { x: 1, y: 1 }, true],
  ['NOT a OR b', { x: 1, y: 1 }, true],
  ['not a and b', { y: 1 }, true],
  ['not a and b', { x: 1, y: 1 }, false],
  ['not (a and b)', { x: 1 }, true],
  ['not (a and b)', { x: 1, y: 1 }, false],
  ['a or b and sel_1', { x: 1 }, true],
  ['a or b and sel_1', { y: 1 }, false],
  ['(a or b) and sel_1', { x: 1 }, false],
  ['(a or b) and sel_1', { x: 1, p: 1 }, true],
  ['((a))', { x: 1 }, true],
  ['(a)and(b)', { x: 1, y: 1 }, true],
  ['1 of sel_*', { q: 1 }, true],
  ['1 of sel_*', { x: 1 }, false],
  ['any of sel_*', { q: 1 }, true],
  ['all of sel_*', { p: 1 }, false],
  ['all of sel_*', { p: 1, q: 1 }, true],
  ['1 of *_2', { q: 1 }, true],
  ['1 of a', { x: 1 }, true],
  ['1 of them', { q: 1 }, true],
  ['1 of them', { h: 1 }, false],
  ['1 of *', { q: 1 }, true],
  ['1 of *', { h: 1 }, false],
  ['all of *', { x: 1, y: 1, p: 1, q: 1 }, true],
  ['all of them', { x: 1, y: 1, p: 1, q: 1 }, true],
  ['all of them', { x: 1, y: 1, p: 1 }, false],
  ['a and not 1 of sel_*', { x: 1 }, true],
  ['a and not 1 of sel_*', { x: 1, p: 1 }, false],
  ['_hidden', { h: 1 }, true],
  ['[a, b]', { y: 1 }, true],
];
for (const [condition, event, holds] of cases) {
  test(`condition: ${condition} ${holds ? 'holds' : 'does not hold'} on ${JSON.stringify(event)}`, () => {
    expect(compiled(`${SELECTIONS}condition: ${condition}`).matches(event)).toBe(holds);
  });
}

/** Detection, and the error that names line, column and what to write. The head of the rule takes five lines. */
const errors: [name: string, detection: string, message: string][] = [
  [
    'a selection that is not there',
    'a: { x: 1 }\ncondition: a and c',
    'rule.yml:7:14: condition: no selection is named c; there are: a',
  ],
  ['an end too early', 'a: { x: 1 }\ncondition: a and', 'rule.yml:7:14: condition: ends where a selection is expected'],
  [
    'a pattern of hidden names alone',
    '_a: { x: 1 }\ncondition: 1 of _*',
    'rule.yml:7:14: condition: "of" leaves out names that begin with _; join _a by and, or',
  ],
  ['an open parenthesis', 'a: { x: 1 }\ncondition: (a', 'rule.yml:7:14: condition: a ( is not closed'],
  [
    'two selections in a row',
    'a: { x: 1 }\ncondition: a a',
    'rule.yml:7:14: condition: unexpected "a"; join selections by and, or',
  ],
  [
    'a pattern that fits nothing',
    'a: { x: 1 }\ncondition: 1 of b*',
    'rule.yml:7:14: condition: no selection is named b*; there are: a',
  ],
  [
    'another number',
    'a: { x: 1 }\ncondition: 2 of a',
    'rule.yml:7:14: condition: "2 of" is not known; write 1 of, any of or all of',
  ],
  ['no condition', 'a: { x: 1 }', 'rule.yml:6:3: condition: is missing; name the selections that must hold'],
  [
    'an unknown modifier',
    'a: { x|sounds: 1 }\ncondition: a',
    'rule.yml:6:8: x: there is no modifier "sounds"; there are',
  ],
  ['a flag without re', 'a: { x|i: 1 }\ncondition: a', 'rule.yml:6:8: x: the modifier "i" stands only after re'],
  [
    'two ways to compare',
    'a: { x|contains|re: 1 }\ncondition: a',
    'rule.yml:6:8: x: the modifier "re" cannot follow another way to compare',
  ],
  [
    'an expression that cannot be',
    "a: { x|re: '(' }\ncondition: a",
    'rule.yml:6:14: x: the regular expression cannot be used',
  ],
  [
    'a network that is none',
    'a: { x|cidr: 10.0.0.0/33 }\ncondition: a',
    'rule.yml:6:16: x: "10.0.0.0/33" is no network',
  ],
  [
    'a list that is not there',
    "a: { x|expand: '%nobody%' }\ncondition: a",
    'rule.yml:6:18: x: there is no list nobody; there are: admins, networks',
  ],
  ['no placeholder', 'a: { x|expand: nobody }\ncondition: a', 'rule.yml:6:18: x: expand needs a placeholder'],
  ['an empty list', 'a: { x: [] }\ncondition: a', 'rule.yml:6:8: x: the list is empty; write null for an absent field'],
  [
    'an object for a value',
    'a: { x: { y: 1 } }\ncondition: a',
    'rule.yml:6:11: expected a text, a number, true, false or null',
  ],
  ['a key twice', 'a: { x: 1, x: 2 }\ncondition: a', 'Map keys must be unique'],
  ['exists of something', 'a: { x|exists: maybe }\ncondition: a', 'rule.yml:6:18: x: exists takes true or false'],
  ['a comparison with a text', 'a: { x|gt: many }\ncondition: a', 'rule.yml:6:14: x: "many" is no number'],
];
for (const [name, detection, message] of errors) {
  test(`an error names the place and the remedy: ${name}`, () => {
    expect(() => compiled(detection)).toThrow(message);
  });
}
