import { expect, test } from '@jest/globals';
import { KeywardenError } from '../../../src/errors.ts';
import { compiled } from './support.ts';

/** The detection begins in line 6, column 3. */
const cases: [name: string, detection: string, message: string][] = [
  [
    'a modifier that is none',
    'a: { x|like: -c }\ncondition: a',
    '6:8: x: there is no modifier "like"; there are contains, startswith, endswith, cased, windash, all, neq, expand, fieldref, exists, cidr, re, i, m, s, lt, lte, gt, gte, base64, base64offset, utf16, utf16le, utf16be, wide, minute, hour, day, week, month, year',
  ],
  ['a modifier twice', 'a: { x|re|re: 1 }\ncondition: a', '6:8: x: the modifier "re" stands twice; write it once'],
  [
    'two shapes',
    'a: { x|startswith|endswith: 1 }\ncondition: a',
    '6:8: x: the modifier "endswith" cannot follow another way to compare',
  ],
  [
    'an encoding after the comparison',
    'a: { x|contains|base64: y }\ncondition: a',
    '6:8: x: the modifier "base64" cannot follow another way to compare',
  ],
  [
    'an encoding of an expression',
    'a: { x|base64|re: y }\ncondition: a',
    '6:8: x: the modifier "re" cannot follow an encoding',
  ],
  [
    'an encoding of a wildcard',
    "a: { x|base64: 'y*' }\ncondition: a",
    '6:18: x: a value with wildcards cannot be encoded; escape them by \\',
  ],
  [
    'cased without a text',
    'a: { x|re|cased: y }\ncondition: a',
    '6:8: x: the modifier "cased" has no meaning for a regular expression; leave it out',
  ],
  [
    'all and neq',
    'a: { x|all|neq: [1, 2] }\ncondition: a',
    '6:8: x: the modifiers "all" and "neq" do not go together; negate a selection in the condition',
  ],
  [
    'windash without a text',
    'a: { x|windash|gt: 1 }\ncondition: a',
    '6:8: x: the modifier "windash" has no meaning for a number; leave it out',
  ],
  [
    'windash after an encoding',
    'a: { x|base64|windash: -c }\ncondition: a',
    '6:8: x: the modifier "windash" cannot follow an encoding; write it first',
  ],
  [
    'more spellings than can be encoded',
    'a: { x|windash|base64: -a -b -c -d -e }\ncondition: a',
    '6:26: x: an encoding after windash takes values of at most 4 dashes and slashes',
  ],
  [
    'a reference to a number',
    'a: { x|gt|fieldref: y }\ncondition: a',
    '6:8: x: the modifier "fieldref" goes with startswith, endswith, contains, cased, all and neq alone',
  ],
  [
    'a reference that is expanded',
    "a: { x|fieldref|expand: '%admins%' }\ncondition: a",
    '6:8: x: the modifier "fieldref" goes with startswith, endswith, contains, cased, all and neq alone',
  ],
  [
    'a part of a text',
    'a: { x|hour|contains: 4 }\ncondition: a',
    '6:8: x: the modifier "hour" goes with gt, gte, lt, lte, all and neq alone',
  ],
  [
    'two parts of a date',
    'a: { x|hour|minute: 4 }\ncondition: a',
    '6:8: x: the modifier "minute" cannot follow another part of a date; write another field',
  ],
  ['an hour that is none', 'a: { x|hour: 24 }\ncondition: a', '6:16: x: hour takes a whole number from 0 to 23'],
  ['a month in words', 'a: { x|month: May }\ncondition: a', '6:17: x: month takes a whole number from 1 to 12'],
  [
    'cased of a date',
    'a: { x|hour|cased: 4 }\ncondition: a',
    '6:8: x: the modifier "cased" has no meaning for a date; leave it out',
  ],
  ['exists of both', 'a: { x|exists: [true, false] }\ncondition: a', '6:8: x: exists takes true or false, not both'],
  [
    'a reference in keywords',
    "a: { '|fieldref': y }\ncondition: a",
    '6:8: keywords: are searched as text or by re; name a field for any other comparison',
  ],
  ['all of one value', 'a: { x|all: 1 }\ncondition: a', '6:8: x|all: all needs a list of several values; leave it out'],
  [
    'null with a modifier',
    'a: { x|contains: null }\ncondition: a',
    '6:20: x: null is an absent field and cannot be compared otherwise; write it without the modifier',
  ],
  [
    'keywords of another kind',
    "a: { '|exists': true }\ncondition: a",
    '6:8: keywords: are searched as text or by re; name a field for any other comparison',
  ],
  [
    'the second of two values',
    "a:\n  x|re:\n    - a\n    - '['\ncondition: a",
    '9:9: x: the regular expression cannot be used (error parsing regexp: missing closing ]: `[`); write it in the syntax of RE2',
  ],
  [
    'an expression that looks ahead',
    "a: { x|re: '(?=y)' }\ncondition: a",
    '6:14: x: the regular expression cannot be used (error parsing regexp: invalid or unsupported Perl syntax: `(?=`); write it in the syntax of RE2',
  ],
  [
    'a network of three parts',
    'a: { x|cidr: 10.0.0.0/8/9 }\ncondition: a',
    '6:16: x: "10.0.0.0/8/9" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'a list that is not there',
    "a: { x|expand: '%admin%' }\ncondition: a",
    '6:18: x: there is no list admin; there are: admins, networks, empty',
  ],
  [
    'only an escaped placeholder',
    "a: { x|expand: '\\%admins' }\ncondition: a",
    '6:18: x: expand needs a placeholder such as %apiserver_addresses%, found "\\%admins"',
  ],
  ['a number that is none', "a: { x|gt: '' }\ncondition: a", '6:14: x: "" is no number; write one such as 5 or 0.5'],
  ['an empty map', 'a: {}\ncondition: a', '6:6: a: is empty; name at least one field'],
  ['an empty list', 'a: []\ncondition: a', '6:6: a: is empty; name at least one field or keyword'],
  ['an empty map in a list', 'a: [{ x: 1 }, {}]\ncondition: a', '6:17: a: is empty; name at least one field'],
  [
    'a selection without anything',
    'a:\ncondition: a',
    '6:5: a: expected a map of fields, a list of maps or a list of keywords',
  ],
  [
    'a selection that is a number',
    'a: 5\ncondition: a',
    '6:6: a: expected a map of fields, a list of maps or a list of keywords',
  ],
  [
    'an alias',
    'a: { x: &one 1, y: *one }\ncondition: a',
    '6:22: aliases are not read in a detection; write the value out',
  ],
  [
    'a time frame',
    'a: { x: 1 }\ntimeframe: 5m\ncondition: a',
    '7:3: timeframe: belongs to aggregations, which are not part of Sigma 2; write a correlation rule',
  ],
  [
    'an aggregation',
    'a: { x: 1 }\ncondition: a | count() > 5',
    '7:14: condition: aggregations by | are not part of Sigma 2; write a correlation rule',
  ],
  [
    'a list of no conditions',
    'a: { x: 1 }\ncondition: []',
    '7:14: condition: is empty; name the selections that must hold',
  ],
  ['a condition that is no text', 'a: { x: 1 }\ncondition: 5', '7:14: condition: expected a text'],
  [
    'the second of two conditions',
    'a: { x: 1 }\ncondition: [a, b]',
    '7:18: condition: no selection is named b; there are: a',
  ],
  ['an empty condition', "a: { x: 1 }\ncondition: ''", '7:14: condition: ends where a selection is expected'],
  [
    'nothing after of',
    'a: { x: 1 }\ncondition: 1 of',
    '7:14: condition: "1 of" needs them or a pattern such as selection_*',
  ],
  ['an operator first', 'a: { x: 1 }\ncondition: and a', '7:14: condition: "and" stands where a selection is expected'],
  [
    'a closing parenthesis',
    'a: { x: 1 }\ncondition: a)',
    '7:14: condition: unexpected ")"; join selections by and, or',
  ],
  [
    'parentheses without end',
    `a: { x: 1 }\ncondition: ${'('.repeat(10_000)}a`,
    '7:14: condition: is nested too deeply; make fewer parentheses',
  ],
  [
    'negations without end',
    `a: { x: 1 }\ncondition: ${'not '.repeat(10_000)}a`,
    '7:14: condition: is nested too deeply; make fewer parentheses',
  ],
  ['no selection at all', 'condition: a', '6:14: condition: no selection is named a; there are: none'],
];
for (const [name, detection, message] of cases) {
  test(`the exact error: ${name}`, () => {
    const expected = new KeywardenError('RULE', `rule.yml:${message}`);
    expect(() => compiled(detection)).toThrow(expected);
  });
}
