import { expect, test } from '@jest/globals';
import { parseSilences, silenceOf } from '../../../src/detect/silence.ts';
import { ruleOf } from './support.ts';

const FROM = '2026-11-24T22:00:00Z';
const UNTIL = '2026-11-25T04:00:00+02:00';
const text = (more: string): string =>
  `silence: upgrade\nowner: platform team\nreason: etcd is upgraded\nfrom: ${FROM}\nuntil: ${UNTIL}\n${more}\n`;

const { rule } = ruleOf();
const INSIDE = '2026-11-25T01:00:00Z';

const matches: [name: string, more: string, at: string, isSilenced: boolean][] = [
  ['by the rule’s id', `rule: ${rule.id}`, INSIDE, true],
  ['by one of several ids', `rule: [x, ${rule.id}]`, INSIDE, true],
  ['by another rule’s id', 'rule: x', INSIDE, false],
  ['by a tag', 'tag: attack.t1530', INSIDE, true],
  ['by another tag', 'tag: attack.t1609', INSIDE, false],
  ['by its level', 'level: medium', INSIDE, true],
  ['by a level above it', 'level: high', INSIDE, true],
  ['by a level below it', 'level: low', INSIDE, false],
  ['by its group', 'group: { user.name: alice }', INSIDE, true],
  ['by one of several values', 'group: { user.name: [bob, alice] }', INSIDE, true],
  ['by another value', 'group: { user.name: bob }', INSIDE, false],
  ['by a field that the rule does not group by', 'group: { source.ip: 10.0.0.7 }', INSIDE, false],
  ['a value is no pattern', "group: { user.name: 'a*' }", INSIDE, false],
  ['all that it names must fit', 'tag: attack.t1530\nlevel: low', INSIDE, false],
  ['at its beginning', 'level: critical', FROM, true],
  ['before it', 'level: critical', '2026-11-24T21:59:59Z', false],
  ['at its end', 'level: critical', UNTIL, false],
];
for (const [name, more, at, isSilenced] of matches) {
  test(`a match is ${isSilenced ? '' : 'not '}silenced ${name}`, () => {
    const find = silenceOf(parseSilences(text(more), 's.yml'));
    expect(find?.(rule, { 'user.name': 'alice' }, Date.parse(at)) !== undefined).toBe(isSilenced);
  });
}

test('what an alert says of its silence', () => {
  const find = silenceOf(parseSilences(text('level: high'), 's.yml'));
  expect(find?.(rule, {}, Date.parse(INSIDE))).toEqual({
    name: 'upgrade',
    owner: 'platform team',
    reason: 'etcd is upgraded',
    until: UNTIL,
  });
});

test('the first of a file that fits is the one', () => {
  const two = `${text('level: high')}---\n${text('level: high').replace('upgrade', 'another')}`;
  expect(silenceOf(parseSilences(two, 's.yml'))?.(rule, {}, Date.parse(INSIDE))?.name).toBe('upgrade');
});

test('without silences nothing is asked', () => expect(silenceOf([])).toBeUndefined());

const faults: [name: string, text: string, message: string][] = [
  ['no end', text('level: high').replace(/until.*\n/, ''), 's.yml:1:1: until: is missing'],
  ['an end before the beginning', text('level: high').replace(UNTIL, FROM), 's.yml:5:8: until: is not after from'],
  [
    'a day for a time',
    text('level: high').replace(UNTIL, '2026-11-25'),
    's.yml:5:8: until: expected a time with its zone',
  ],
  ['nothing that it means', text(''), 's.yml:1:1: upgrade: would silence everything'],
  ['no owner', text('level: high').replace(/owner.*\n/, ''), 's.yml:1:1: owner: is missing'],
  ['a key that is none', text('rules: x'), 's.yml:6:1: rules: is no known key; see docs/alerts.md'],
  ['a level that is none', text('level: bad'), 's.yml:6:8: level: expected one of informational'],
];
for (const [name, given, message] of faults) {
  test(`a silence with ${name}: file, line, column and what to write`, () => {
    expect(() => parseSilences(given, 's.yml')).toThrow(`the silence cannot be used: ${message}`);
  });
}
