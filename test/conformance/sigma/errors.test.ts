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
    '6:8: x: the modifier "cased" goes with texts alone; leave it out',
  ],
  [
    'all and neq',
    'a: { x|all|neq: [1, 2] }\ncondition: a',
    '6:8: x: the modifiers "all" and "neq" do not go together; negate a selection in the condition',
  ],
  [
    'windash without a text',
    'a: { x|windash|gt: 1 }\ncondition: a',
    '6:8: x: the modifier "windash" goes with texts alone; leave it out',
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
    '6:8: x: the modifier "cased" goes with texts alone; leave it out',
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
    'more negations than anybody writes',
    `a: { x: 1 }\ncondition: ${'not '.repeat(101)}a`,
    '7:14: condition: is nested too deeply; make fewer parentheses',
  ],
  [
    'negations without end',
    `a: { x: 1 }\ncondition: ${'not '.repeat(10_000)}a`,
    '7:14: condition: is nested too deeply; make fewer parentheses',
  ],
  [
    'a selection that is not there',
    'a: { x: 1 }\ncondition: a and c',
    '7:14: condition: no selection is named c; there are: a',
  ],
  ['an end too early', 'a: { x: 1 }\ncondition: a and', '7:14: condition: ends where a selection is expected'],
  ['an open parenthesis', 'a: { x: 1 }\ncondition: (a', '7:14: condition: a ( is not closed; write ) where it ends'],
  [
    'two selections in a row',
    'a: { x: 1 }\ncondition: a a',
    '7:14: condition: unexpected "a"; join selections by and, or',
  ],
  [
    'two selections in a row in parentheses',
    'a: { x: 1 }\ncondition: (a a)',
    '7:14: condition: unexpected "a"; join selections by and, or',
  ],
  [
    'a pattern that fits nothing',
    'a: { x: 1 }\nb: { x: 1 }\ncondition: 1 of c*',
    '8:14: condition: no selection is named c*; there are: a, b',
  ],
  [
    'a pattern of hidden names alone',
    '_a: { x: 1 }\n_b: { x: 1 }\ncondition: 1 of _*',
    '8:14: condition: "of" leaves out names that begin with _; join _a, _b by and, or',
  ],
  [
    'another number',
    'a: { x: 1 }\ncondition: 2 of a',
    '7:14: condition: "2 of" is not known; write 1 of, any of or all of',
  ],
  [
    'a parenthesis after of',
    'a: { x: 1 }\ncondition: (1 of)',
    '7:14: condition: "1 of" needs them or a pattern such as selection_*',
  ],
  ['of alone', 'a: { x: 1 }\ncondition: of', '7:14: condition: "of" stands where a selection is expected'],
  ['or first', 'a: { x: 1 }\ncondition: OR a', '7:14: condition: "OR" stands where a selection is expected'],
  ['parentheses of nothing', 'a: { x: 1 }\ncondition: ()', '7:14: condition: ")" stands where a selection is expected'],
  [
    'an aggregation of nothing',
    "a: { x: 1 }\ncondition: '| count() > 5'",
    '7:14: condition: aggregations by | are not part of Sigma 2; write a correlation rule',
  ],
  [
    'an aggregation in parentheses',
    'a: { x: 1 }\ncondition: (a | count() > 5)',
    '7:14: condition: aggregations by | are not part of Sigma 2; write a correlation rule',
  ],
  ['no condition', 'a: { x: 1 }', '6:3: condition: is missing; name the selections that must hold'],
  ['a flag without re', 'a: { x|i: 1 }\ncondition: a', '6:8: x: the modifier "i" stands only after re'],
  [
    'two ways to compare',
    'a: { x|contains|re: 1 }\ncondition: a',
    '6:8: x: the modifier "re" cannot follow another way to compare',
  ],
  [
    'a group that is not closed',
    "a: { x|re: '(' }\ncondition: a",
    '6:14: x: the regular expression cannot be used (error parsing regexp: missing closing ): `(`); write it in the syntax of RE2',
  ],
  [
    'a prefix that is too long',
    'a: { x|cidr: 10.0.0.0/33 }\ncondition: a',
    '6:16: x: "10.0.0.0/33" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'a prefix that is too long for IPv6',
    "a: { x|cidr: '::/129' }\ncondition: a",
    '6:16: x: "::/129" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'a prefix that is no number',
    'a: { x|cidr: 10.0.0.0/x }\ncondition: a',
    '6:16: x: "10.0.0.0/x" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'a prefix that is empty',
    'a: { x|cidr: 10.0.0.0/ }\ncondition: a',
    '6:16: x: "10.0.0.0/" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'a prefix with a sign',
    'a: { x|cidr: 10.0.0.0/+8 }\ncondition: a',
    '6:16: x: "10.0.0.0/+8" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'a network of a zone',
    "a: { x|cidr: 'fe80::1%eth0' }\ncondition: a",
    '6:16: x: "fe80::1%eth0" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'a name for a network',
    'a: { x|cidr: localhost }\ncondition: a',
    '6:16: x: "localhost" is no network; write 10.0.0.0/8, 2001:db8::/32 or a single address',
  ],
  [
    'no placeholder',
    'a: { x|expand: nobody }\ncondition: a',
    '6:18: x: expand needs a placeholder such as %apiserver_addresses%, found "nobody"',
  ],
  ['a list of no values', 'a: { x: [] }\ncondition: a', '6:8: x: the list is empty; write null for an absent field'],
  [
    'an object for a value',
    'a: { x: { y: 1 } }\ncondition: a',
    '6:11: expected a text, a number, true, false or null, or a list of them',
  ],
  ['a key twice', 'a: { x: 1, x: 2 }\ncondition: a', '6:14: Map keys must be unique'],
  ['exists of something', 'a: { x|exists: maybe }\ncondition: a', '6:18: x: exists takes true or false'],
  [
    'a comparison with a text',
    'a: { x|gt: many }\ncondition: a',
    '6:14: x: "many" is no number; write one such as 5 or 0.5',
  ],
  [
    'a comparison with a truth value',
    'a: { x|gt: true }\ncondition: a',
    '6:14: x: "true" is no number; write one such as 5 or 0.5',
  ],
  ['a number of blanks', "a: { x|gt: ' ' }\ncondition: a", '6:14: x: " " is no number; write one such as 5 or 0.5'],
  ['an hour of blanks', "a: { x|hour: ' ' }\ncondition: a", '6:16: x: hour takes a whole number from 0 to 23'],
  ['a minute that is none', 'a: { x|minute: 60 }\ncondition: a', '6:18: x: minute takes a whole number from 0 to 59'],
  ['a day that is none', 'a: { x|day: 0 }\ncondition: a', '6:15: x: day takes a whole number from 1 to 31'],
  ['a day after all', 'a: { x|day: 32 }\ncondition: a', '6:15: x: day takes a whole number from 1 to 31'],
  ['a week that is none', 'a: { x|week: 54 }\ncondition: a', '6:16: x: week takes a whole number from 1 to 53'],
  ['a month that is none', 'a: { x|month: 13 }\ncondition: a', '6:17: x: month takes a whole number from 1 to 12'],
  ['a year that is none', 'a: { x|year: 10000 }\ncondition: a', '6:16: x: year takes a whole number from 0 to 9999'],
  ['a year before all', 'a: { x|year: -1 }\ncondition: a', '6:16: x: year takes a whole number from 0 to 9999'],
  ['half an hour', 'a: { x|hour: 1.5 }\ncondition: a', '6:16: x: hour takes a whole number from 0 to 23'],
  ['an hour that is empty', "a: { x|hour: '' }\ncondition: a", '6:16: x: hour takes a whole number from 0 to 23'],
  [
    'cased of a number',
    'a: { x|gt|cased: 1 }\ncondition: a',
    '6:8: x: the modifier "cased" goes with texts alone; leave it out',
  ],
  [
    'cased of a network',
    'a: { x|cidr|cased: ::1 }\ncondition: a',
    '6:8: x: the modifier "cased" goes with texts alone; leave it out',
  ],
  [
    'cased of existence',
    'a: { x|exists|cased: true }\ncondition: a',
    '6:8: x: the modifier "cased" goes with texts alone; leave it out',
  ],
  [
    'a reference that is encoded',
    'a: { x|base64|fieldref: y }\ncondition: a',
    '6:8: x: the modifier "fieldref" goes with startswith, endswith, contains, cased, all and neq alone',
  ],
  [
    'a reference with windash',
    'a: { x|windash|fieldref: y }\ncondition: a',
    '6:8: x: the modifier "fieldref" goes with startswith, endswith, contains, cased, all and neq alone',
  ],
  [
    'a reference of a date',
    'a: { x|hour|fieldref: y }\ncondition: a',
    '6:8: x: the modifier "fieldref" goes with startswith, endswith, contains, cased, all and neq alone',
  ],
  [
    'a part of a date with windash',
    'a: { x|hour|windash: 4 }\ncondition: a',
    '6:8: x: the modifier "hour" goes with gt, gte, lt, lte, all and neq alone',
  ],
  [
    'a part of a date that is encoded',
    'a: { x|base64|hour: 4 }\ncondition: a',
    '6:8: x: the modifier "hour" goes with gt, gte, lt, lte, all and neq alone',
  ],
  [
    'a part of a date from a list',
    "a: { x|hour|expand: '%admins%' }\ncondition: a",
    '6:8: x: the modifier "hour" goes with gt, gte, lt, lte, all and neq alone',
  ],
  [
    'null in base64',
    'a: { x|base64: null }\ncondition: a',
    '6:18: x: null is an absent field and cannot be compared otherwise; write it without the modifier',
  ],
  [
    'null with windash',
    'a: { x|windash: null }\ncondition: a',
    '6:19: x: null is an absent field and cannot be compared otherwise; write it without the modifier',
  ],
  ['null of a date', 'a: { x|hour: null }\ncondition: a', '6:16: x: hour takes a whole number from 0 to 23'],
  [
    'negated keywords',
    "a: { '|neq': x }\ncondition: a",
    '6:8: keywords: are searched as text or by re; name a field for any other comparison',
  ],
  [
    'dates in keywords',
    "a: { '|hour|gt': 4 }\ncondition: a",
    '6:8: keywords: are searched as text or by re; name a field for any other comparison',
  ],
  [
    'an object among keywords',
    'a: [x, [y]]\ncondition: a',
    '6:10: expected a text, a number, true, false or null, or a list of them',
  ],
  ['no selection at all', 'condition: a', '6:14: condition: no selection is named a; there are: none'],
];
for (const [name, detection, message] of cases) {
  test(`the exact error: ${name}`, () => {
    const expected = new KeywardenError('RULE', `rule.yml:${message}`);
    expect(() => compiled(detection)).toThrow(expected);
  });
}
