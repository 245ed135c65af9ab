import { expect, test } from '@jest/globals';
import { compiled, only } from './support.ts';

const AT = '2026-11-23T04:54:08.927Z';

/** Section of the Sigma modifiers appendix 2.1 or of the rules specification, selection, event, whether it holds. */
const cases: [section: string, selection: string, event: object, holds: boolean][] = [
  // String modifiers
  ['windash: a hyphen stands for a slash', "a|windash|contains: ' -enc '", { a: 'x /enc y' }, true],
  ['windash: a slash stands for a hyphen', "a|windash|contains: ' /enc '", { a: 'x -enc y' }, true],
  ['windash: an en dash', 'a|windash: -c', { a: '\u2013c' }, true],
  ['windash: an em dash', 'a|windash: -c', { a: '\u2014c' }, true],
  ['windash: a horizontal bar', 'a|windash: -c', { a: '\u2015C' }, true],
  ['windash: a bar in the rule', "a|windash: '\u2015c'", { a: '-c' }, true],
  ['windash: every permutation', "a|windash: '-a /b'", { a: '/a \u2014b' }, true],
  ['windash: no other character', 'a|windash: -c', { a: '+c' }, false],
  ['windash: all values', "a|windash|contains|all: ['-a', '-b']", { a: '/b /a' }, true],
  ['windash: with a wildcard', "a|windash: '-e*c'", { a: '/encoc' }, true],
  ['windash: a value without a dash', 'a|windash: whoami', { a: 'WHOAMI' }, true],
  ['windash: cased', 'a|windash|cased: -C', { a: '/c' }, false],
  ['windash: then base64', 'a|windash|base64: -c', { a: base64('/c') }, true],
  ['windash: then base64offset', 'a|windash|base64offset|contains: -command', { a: base64('xx /command') }, true],
  ['windash: with a list', "a|windash|startswith|expand: '-%admins%'", { a: '/alice' }, true],
  ['re: several values', "a|re: ['^x', 'y$']", { a: 'zy' }, true],
  ['re: all values', "a|re|all: ['^x', 'y$']", { a: 'xy' }, true],
  ['re: neq', "a|re|neq: '^x'", { a: 'yx' }, true],
  // Time modifiers
  ['minute: of a date', 'a|minute: 54', { a: AT }, true],
  ['hour: of a date', 'a|hour: 4', { a: AT }, true],
  ['hour: another', 'a|hour: 5', { a: AT }, false],
  ['hour: as text', "a|hour: '4'", { a: AT }, true],
  ['hour: as it is written, whatever the zone', 'a|hour: 4', { a: '2026-11-23T04:54:08+02:00' }, true],
  ['hour: of several', 'a|hour: [3, 4]', { a: AT }, true],
  ['hour: greater', 'a|hour|gte: 22', { a: '2026-11-23T22:00:00Z' }, true],
  ['hour: the comparison first', 'a|lt|hour: 6', { a: AT }, true],
  ['hour: both bounds', 'a|hour|gte: 4\na|hour|lt: 5', { a: AT }, true],
  ['hour: neq', 'a|hour|neq: 4', { a: AT }, false],
  ['hour: neq of several', 'a|hour|neq: [5, 6]', { a: AT }, true],
  ['hour: of a list of dates', 'a|hour: 4', { a: ['2026-11-23T01:00:00Z', AT] }, true],
  ['hour: a date alone has none', 'a|hour: 0', { a: '2026-11-23' }, false],
  ['hour: no date', 'a|hour: 4', { a: 'four' }, false],
  ['hour: a number is no date', 'a|hour: 4', { a: 1_763_873_648 }, false],
  ['hour: an absent field', 'a|hour: 4', {}, false],
  ['hour: a blank between date and time', 'a|hour: 4', { a: '2026-11-23 04:54:08' }, true],
  ['day: of a date alone', 'a|day: 23', { a: '2026-11-23' }, true],
  ['month: of a date', 'a|month: 11', { a: AT }, true],
  ['year: of a date', 'a|year: 2026', { a: AT }, true],
  ['year: before', 'a|year|lt: 2027', { a: AT }, true],
  ['week: of a date', 'a|week: 48', { a: AT }, true],
  ['week: the first holds the first Thursday', 'a|week: 1', { a: '2026-01-01' }, true],
  ['week: days before it are of the last year', 'a|week: 53', { a: '2027-01-03' }, true],
  ['week: the Monday after', 'a|week: 1', { a: '2027-01-04' }, true],
  // Field references
  ['fieldref: equal', 'a|fieldref: b', { a: 'x', b: 'x' }, true],
  ['fieldref: different', 'a|fieldref: b', { a: 'x', b: 'y' }, false],
  ['fieldref: ignores capitals', 'a|fieldref: b', { a: 'X', b: 'x' }, true],
  ['fieldref: cased', 'a|fieldref|cased: b', { a: 'X', b: 'x' }, false],
  ['fieldref: a number and its text', 'a|fieldref: b', { a: 7, b: '7' }, true],
  ['fieldref: an absent field equals nothing', 'a|fieldref: b', {}, false],
  ['fieldref: null equals nothing', 'a|fieldref: b', { a: null, b: null }, false],
  ['fieldref: empty texts are equal', 'a|fieldref: b', { a: '', b: '' }, true],
  ['fieldref: a wildcard in an event is text', 'a|fieldref: b', { a: 'xy', b: 'x*' }, false],
  ['fieldref: deeper', 'a.x|fieldref: b.y', { a: { x: 1 }, b: { y: 1 } }, true],
  ['fieldref: one of two fields', 'a|fieldref: [b, c]', { a: 'x', b: 'y', c: 'x' }, true],
  ['fieldref: all fields', 'a|fieldref|all: [b, c]', { a: 'x', b: 'y', c: 'x' }, false],
  ['fieldref: one element of each list', 'a|fieldref: b', { a: [1, 2], b: [2, 3] }, true],
  ['fieldref: no element in common', 'a|fieldref: b', { a: [1, 2], b: [3] }, false],
  ['fieldref: startswith', 'a|fieldref|startswith: b', { a: 'abc', b: 'AB' }, true],
  ['fieldref: startswith, the other way round', 'a|startswith|fieldref: b', { a: 'ab', b: 'abc' }, false],
  ['fieldref: endswith', 'a|fieldref|endswith: b', { a: 'abc', b: 'bc' }, true],
  ['fieldref: contains', 'a|fieldref|contains: b', { a: 'abc', b: 'b' }, true],
  ['fieldref: neq', 'a|fieldref|neq: b', { a: 'x', b: 'y' }, true],
  ['fieldref: neq of equals', 'a|fieldref|neq: b', { a: 'x', b: 'X' }, false],
  ['fieldref: neq of an absent field', 'a|fieldref|neq: b', { a: 'x' }, true],
  ['fieldref: of one element', 'l.a|fieldref: l.b', { l: [{ a: 1, b: 1 }] }, true],
  [
    'fieldref: not across elements',
    'l.a|fieldref: l.b',
    {
      l: [
        { a: 1, b: 2 },
        { a: 2, b: 1 },
      ],
    },
    false,
  ],
  [
    'fieldref: of the element that another field means',
    'l.a|fieldref: l.b\nl.c: y',
    {
      l: [
        { a: 1, b: 1, c: 'x' },
        { a: 1, b: 2, c: 'y' },
      ],
    },
    false,
  ],
  ['fieldref: inherited names are absent', 'a|fieldref: constructor', { a: 'x' }, false],
  // Lists, maps, values
  ['Keywords search: one text', 'event::clear', { a: 'x event::clear y' }, true],
  ['Lists: keywords and maps are alternatives', '- secret\n- a: x', { a: 'x' }, true],
  ['Lists: keywords and maps, the keyword', '- secret\n- a: x', { b: 'a secret' }, true],
  ['Lists: keywords and maps, neither', '- secret\n- a: x', { b: 'x' }, false],
  ['General: a long number keeps its digits', 'a: 12345678901234567890', { a: '12345678901234567890' }, true],
  ['General: a long number is no other', 'a: 12345678901234567890', { a: '12345678901234567891' }, false],
  ['Special values: null or a value, absent', 'a: [null, x]', {}, true],
  ['Special values: null or a value', 'a: [null, x]', { a: 'x' }, true],
  ['Special values: null or a value, another', 'a: [null, x]', { a: 'y' }, false],
  ['Special values: empty is not null', "a: ''", { a: null }, false],
  ['Special values: null is not empty', 'a: null', { a: '' }, false],
  ['Escaping: three backslashes are two', "a: 'x\\\\\\'", { a: 'x\\\\' }, true],
  ['Escaping: four backslashes are two', "a: 'x\\\\\\\\'", { a: 'x\\\\' }, true],
  ['Escaping: a backslash before a wildcard', "a: 'x\\\\*'", { a: 'x\\yz' }, true],
  ['Escaping: a backslash and a plain wildcard', "a: 'x\\\\\\*'", { a: 'x\\*' }, true],
];
for (const [section, selection, event, holds] of cases) {
  const text = JSON.stringify(event).slice(0, 80);
  test(`${section}: ${selection.replaceAll('\n', ' / ')} ${holds ? 'holds' : 'does not hold'} on ${text}`, () => {
    expect(compiled(only(selection)).matches(event)).toBe(holds);
  });
}

const numbers = (start: number, length: number) => Array.from({ length }, (_, i) => start + i);
const hostile: [name: string, event: object][] = [
  ['two lists', { a: numbers(0, 50_000), b: numbers(100_000, 50_000) }],
  ['a text and a list', { a: 'Ä'.repeat(1_000_000), b: numbers(0, 100_000) }],
  ['a list and a text', { a: numbers(0, 100_000), b: 'Ä'.repeat(1_000_000) }],
];
for (const [name, event] of hostile) {
  test(`fieldref: ${name}, as long as an attacker likes, are compared in bounded time`, () => {
    const { matches } = compiled(only('a|fieldref|startswith: b'));
    const before = performance.now();
    expect(matches(event)).toBe(false);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
