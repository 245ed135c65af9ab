import { expect, test } from '@jest/globals';
import { compiled, only } from './support.ts';

/**
 * Section of the Sigma rules specification 2.1 (rules, and its appendix of modifiers), selection, event, whether it holds.
 */
const cases: [section: string, selection: string, event: object, holds: boolean][] = [
  // Values
  ['General: text ignores capitals', 'a: Get', { a: 'gET' }, true],
  ['General: text is compared whole', 'a: get', { a: 'getter' }, false],
  ['General: text beyond ASCII ignores capitals', 'a: ÄRGER', { a: 'ärger' }, true],
  ['General: a number equals its text', 'a: 200', { a: '200' }, true],
  ['General: a text equals its number', "a: '200'", { a: 200 }, true],
  ['General: a number is no part of another', 'a: 20', { a: 200 }, false],
  ['General: truth values', 'a: true', { a: true }, true],
  ['General: truth values as text', 'a: true', { a: 'True' }, true],
  ['General: false is not absent', 'a: false', {}, false],
  ['General: an absent field holds for nothing', 'a: x', { b: 'x' }, false],
  ['General: an object is no text', 'a: x', { a: { b: 'x' } }, false],
  ['General: a dot goes one level down', 'a.b: x', { a: { b: 'x' } }, true],
  ['General: a field below a text is absent', 'a.b: x', { a: 'x' }, false],
  // Lists and maps
  ['Lists: one of the values', 'a: [x, y]', { a: 'y' }, true],
  ['Lists: none of the values', 'a: [x, y]', { a: 'z' }, false],
  ['Lists: many values', 'a: [q, r, s, t, u]', { a: 'T' }, true],
  ['Lists: many values with a wildcard', "a: [q, r, s, t, 'u*']", { a: 'Under' }, true],
  ['Lists: numbers among texts', 'a: [1, 2, 3, 4, x]', { a: 3 }, true],
  ['Maps: all fields have to hold', 'a: x\nb: y', { a: 'x', b: 'y' }, true],
  ['Maps: one field that fails is enough', 'a: x\nb: y', { a: 'x', b: 'z' }, false],
  ['Lists of maps: one of them', '- a: x\n- b: y', { b: 'y' }, true],
  ['Lists of maps: none of them', '- a: x\n- b: y', { a: 'y', b: 'x' }, false],
  ['Lists of maps: each is a map of its own', '- a: x\n  b: y\n- c: z', { a: 'x', c: 'q' }, false],
  // Null and empty
  ['Special values: null is an absent field', 'a: null', {}, true],
  ['Special values: null is a null field', 'a: null', { a: null }, true],
  ['Special values: null is no empty text', 'a: null', { a: '' }, false],
  ['Special values: no value at all is null', 'a:', {}, true],
  ['Special values: null of a field below nothing', 'a.b: null', {}, true],
  ['Special values: an empty list is absent', 'a: null', { a: [] }, true],
  ['Special values: empty text', "a: ''", { a: '' }, true],
  ['Special values: empty text is not absent', "a: ''", {}, false],
  ['Special values: null or a text', 'a: [null, x]', {}, true],
  ['Special values: null or a text, the text', 'a: [null, x]', { a: 'x' }, true],
  ['Special values: null or a text, another', 'a: [null, x]', { a: 'y' }, false],
  // Wildcards and escapes
  ['Wildcards: * at the end', "a: 'ab*'", { a: 'abc' }, true],
  ['Wildcards: * stands for nothing too', "a: 'ab*'", { a: 'ab' }, true],
  ['Wildcards: * at the start', "a: '*bc'", { a: 'abc' }, true],
  ['Wildcards: * on both sides', "a: '*b*'", { a: 'abc' }, true],
  ['Wildcards: * in the middle', "a: 'a*c'", { a: 'abbbc' }, true],
  ['Wildcards: * in the middle, end differs', "a: 'a*c'", { a: 'abcd' }, false],
  ['Wildcards: several *', "a: 'a*c*e'", { a: 'abcde' }, true],
  ['Wildcards: several * in order', "a: '*b*a*'", { a: 'ab' }, false],
  ['Wildcards: ? is one character', "a: 'a?c'", { a: 'abc' }, true],
  ['Wildcards: ? is not nothing', "a: 'a?c'", { a: 'ac' }, false],
  ['Wildcards: ? is one character beyond 16 bits', "a: 'a?c'", { a: 'a🗝c' }, true],
  ['Wildcards: * alone is any text', "a: '*'", { a: 'x' }, true],
  ['Wildcards: * alone is empty text too', "a: '*'", { a: '' }, true],
  ['Wildcards: * alone is not absent', "a: '*'", {}, false],
  ['Wildcards: they ignore capitals', "a: 'AB*'", { a: 'abc' }, true],
  ['Wildcards: a newline is a character', "a: 'a*c'", { a: 'a\nc' }, true],
  ['Wildcards: nothing of a regular expression', "a: 'a.c*'", { a: 'abc' }, false],
  ['Escaping: \\* is an asterisk', "a: '\\*'", { a: '*' }, true],
  ['Escaping: \\* is nothing else', "a: '\\*'", { a: 'x' }, false],
  ['Escaping: \\? is a question mark', "a: 'a\\?'", { a: 'a?' }, true],
  ['Escaping: \\? is no wildcard', "a: 'a\\?'", { a: 'ab' }, false],
  ['Escaping: a backslash before a letter is itself', "a: 'C:\\Windows'", { a: 'C:\\Windows' }, true],
  ['Escaping: \\\\ is one backslash', "a: 'C:\\\\Windows'", { a: 'C:\\Windows' }, true],
  ['Escaping: \\\\* is a backslash and a wildcard', "a: 'C:\\\\*'", { a: 'C:\\x' }, true],
  ['Escaping: \\\\\\* is a backslash and an asterisk', "a: 'C:\\\\\\*'", { a: 'C:\\*' }, true],
  ['Escaping: \\\\\\* is no wildcard', "a: 'C:\\\\\\*'", { a: 'C:\\x' }, false],
  // Modifiers
  ['contains: inside', 'a|contains: bc', { a: 'abcd' }, true],
  ['contains: not inside', 'a|contains: cb', { a: 'abcd' }, false],
  ['contains: capitals', 'a|contains: BC', { a: 'abcd' }, true],
  ['contains: one of a list', 'a|contains: [x, c]', { a: 'abcd' }, true],
  ['contains: with a wildcard inside', "a|contains: 'b*d'", { a: 'abcde' }, true],
  ['contains: an escaped wildcard', "a|contains: '\\*'", { a: 'a*b' }, true],
  ['contains: a number', 'a|contains: 20', { a: 1200 }, true],
  ['startswith: at the start', 'a|startswith: ab', { a: 'abc' }, true],
  ['startswith: not later', 'a|startswith: bc', { a: 'abc' }, false],
  ['endswith: at the end', 'a|endswith: bc', { a: 'abc' }, true],
  ['endswith: not before', 'a|endswith: ab', { a: 'abc' }, false],
  ['all: every value', 'a|contains|all: [a, c]', { a: 'abc' }, true],
  ['all: one is missing', 'a|contains|all: [a, x]', { a: 'abc' }, false],
  ['cased: equal', 'a|cased: Get', { a: 'Get' }, true],
  ['cased: other capitals', 'a|cased: Get', { a: 'get' }, false],
  ['cased: with contains', 'a|contains|cased: eT', { a: 'get' }, false],
  ['exists: there', 'a|exists: true', { a: '' }, true],
  ['exists: not there', 'a|exists: true', {}, false],
  ['exists: a field that is null is there', 'a|exists: true', { a: null }, true],
  ['exists: an empty list is there', 'a|exists: true', { a: [] }, true],
  ['exists: false is there', 'a|exists: true', { a: false }, true],
  ['exists: an object is there', 'a|exists: true', { a: {} }, true],
  ['exists false: not there', 'a|exists: false', {}, true],
  ['exists false: there', 'a|exists: false', { a: 0 }, false],
  ['re: found anywhere', "a|re: 'b+c'", { a: 'abbc' }, true],
  ['re: anchored', "a|re: '^b'", { a: 'abbc' }, false],
  ['re: minds capitals', 're|re: B', { re: 'b' }, false],
  ['re i: ignores capitals', 'a|re|i: B', { a: 'b' }, true],
  ['re s: a dot is a newline too', "a|re|s: 'a.b'", { a: 'a\nb' }, true],
  ['re: a dot is no newline', "a|re: 'a.b'", { a: 'a\nb' }, false],
  ['re m: ^ after a newline', "a|re|m: '^b'", { a: 'a\nb' }, true],
  ['re: a backslash is the expression’s', "a|re: '\\d{3}'", { a: 'x123' }, true],
  ['re: one of a list', "a|re: ['^x', '^y']", { a: 'yes' }, true],
  ['cidr: inside', 'a|cidr: 10.0.0.0/8', { a: '10.1.2.3' }, true],
  ['cidr: outside', 'a|cidr: 10.0.0.0/8', { a: '11.1.2.3' }, false],
  ['cidr: a single address', 'a|cidr: 10.1.2.3', { a: '10.1.2.3' }, true],
  ['cidr: the whole net', 'a|cidr: 0.0.0.0/0', { a: '203.0.113.9' }, true],
  ['cidr: IPv6', "a|cidr: '2001:db8::/32'", { a: '2001:db8::1' }, true],
  ['cidr: IPv6 in another spelling', "a|cidr: '::1'", { a: '0:0:0:0:0:0:0:1' }, true],
  ['cidr: IPv4 in IPv6', 'a|cidr: 10.0.0.0/8', { a: '::ffff:10.1.2.3' }, true],
  ['cidr: what is no address', 'a|cidr: 10.0.0.0/8', { a: 'ten' }, false],
  ['cidr: one of many addresses', 'a|cidr: 10.0.0.0/8', { a: ['1.1.1.1', '10.0.0.1'] }, true],
  ['expand: a value of the list', "a|expand: '%admins%'", { a: 'Alice' }, true],
  ['expand: not in the list', "a|expand: '%admins%'", { a: 'mallory' }, false],
  ['expand: a list’s asterisk is one', "a|expand: '%admins%'", { a: 'bobby' }, false],
  ['expand: with cidr', "a|cidr|expand: '%networks%'", { a: '10.9.9.9' }, true],
  ['expand: cidr after it', "a|expand|cidr: '%networks%'", { a: '192.0.2.7' }, true],
  ['expand: inside a text', "a|expand: 'user-%admins%'", { a: 'user-alice' }, true],
  ['gt: above', 'a|gt: 5', { a: 6 }, true],
  ['gt: equal', 'a|gt: 5', { a: 5 }, false],
  ['gte: equal', 'a|gte: 5', { a: '5' }, true],
  ['lt: below', 'a|lt: 5', { a: 4.5 }, true],
  ['lte: above', 'a|lte: 5', { a: 6 }, false],
  ['lt: what is no number', 'a|lt: 5', { a: 'x' }, false],
  ['lt: empty text is no number', 'a|lt: 5', { a: '' }, false],
  // Lists in the event
  ['Events: one element is enough', 'a: x', { a: ['y', 'x'] }, true],
  ['Events: no element', 'a: x', { a: ['y', 'z'] }, false],
  ['Events: all values among the elements', 'a|all: [x, y]', { a: ['y', 'x', 'z'] }, true],
  ['Events: one value is among no element', 'a|all: [x, q]', { a: ['y', 'x'] }, false],
  ['Events: lists in lists', 'a: x', { a: [['x']] }, true],
  ['Events: a field of one of many objects', 'a.b: x', { a: [{ b: 'y' }, { b: 'x' }] }, true],
  ['Events: two fields of one object', 'a.b: x\na.c: y', { a: [{ b: 'x', c: 'y' }] }, true],
  ['Events: two fields of two objects are no pair', 'a.b: x\na.c: y', { a: [{ b: 'x' }, { c: 'y' }] }, false],
  ['Events: pairs further down', 'r.a.b: x\nr.a.c: y', { r: [{ a: [{ b: 'x' }] }, { a: [{ b: 'x', c: 'y' }] }] }, true],
  [
    'Events: a right of RBAC',
    "rules.verbs: '\\*'\nrules.resources: secrets",
    {
      rules: [
        { verbs: ['*'], resources: ['pods'] },
        { verbs: ['get'], resources: ['secrets'] },
      ],
    },
    false,
  ],
  [
    'Events: a right of RBAC in one rule',
    "rules.verbs: '\\*'\nrules.resources: secrets",
    { rules: [{ verbs: ['get', '*'], resources: ['pods', 'secrets'] }] },
    true,
  ],
  ['Events: null of one of many objects', 'a.b: null', { a: [{ b: 'x' }, { c: 'x' }] }, true],
  ['Events: null where all have it', 'a.b: null', { a: [{ b: 'x' }] }, false],
  // Keywords
  ['Keywords: anywhere', '- secret', { a: { b: ['a secret thing'] } }, true],
  ['Keywords: nowhere', '- secret', { a: { secret: 'x' } }, false],
  ['Keywords: one of them', '- x1\n- y1', { a: 'y1' }, true],
  ['Keywords: all of them', "'|all':\n  - x1\n  - y1", { a: 'x1', b: 'y1' }, true],
  ['Keywords: all of them, one is missing', "'|all':\n  - x1\n  - y1", { a: 'x1' }, false],
  ['Keywords: numbers', '- 404', { a: { code: 404 } }, true],
  // Hostile events
  ['Hostile: an inherited name is no field', 'constructor: x', {}, false],
  ['Hostile: an inherited name does not exist', 'toString|exists: true', {}, false],
  ['Hostile: an own name of that kind does', 'constructor.name: x', { constructor: { name: 'x' } }, true],
  ['Hostile: the length of a list is no field', 'a.length: 1', { a: ['x'] }, false],
];

for (const [section, selection, event, holds] of cases) {
  test(`${section}: ${selection.replaceAll('\n', ' / ')} ${holds ? 'holds' : 'does not hold'} on ${JSON.stringify(event)}`, () => {
    const rule = compiled(only(selection));
    expect(rule.matches(event)).toBe(holds);
    const lacking = rule.requires.filter(
      ({ path, values }) => !anyOf(event, path).some(value => values.includes(value)),
    );
    expect(holds ? lacking : []).toEqual([]);
  });
}

test('a key called __proto__ is a field like any other', () => {
  expect(compiled(only('__proto__.a: x')).matches(JSON.parse('{"__proto__":{"a":"x"}}'))).toBe(true);
  expect(compiled(only('a: x')).matches(JSON.parse('{"__proto__":{"a":"x"}}'))).toBe(false);
});

/** Every value below a path, as lower-case text. */
function anyOf(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(item => anyOf(item, path));
  const [first, ...rest] = path;
  if (first === undefined) return [String(value).toLowerCase()];
  if (typeof value !== 'object' || value === null) return [];
  return anyOf((value as Record<string, unknown>)[first], rest);
}
