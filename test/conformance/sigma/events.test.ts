import { expect, test } from '@jest/globals';
import { RuleIndex } from '../../../src/detect/rule-index.ts';
import { compiled, only } from './support.ts';

/** What the Sigma specification leaves open: selection, event, whether it holds. */
const cases: [name: string, selection: string, event: object, holds: boolean][] = [
  // Lists in the event
  ['one element is enough', 'a: x', { a: ['y', 'x'] }, true],
  ['no element', 'a: x', { a: ['y', 'z'] }, false],
  ['all values among the elements', 'a|all: [x, y]', { a: ['y', 'x', 'z'] }, true],
  ['one value is among no element', 'a|all: [x, q]', { a: ['y', 'x'] }, false],
  ['lists in lists', 'a: x', { a: [['x']] }, true],
  ['a field of one of many objects', 'a.b: x', { a: [{ b: 'y' }, { b: 'x' }] }, true],
  ['two fields of one object', 'a.b: x\na.c: y', { a: [{ b: 'x', c: 'y' }] }, true],
  ['two fields of two objects are no pair', 'a.b: x\na.c: y', { a: [{ b: 'x' }, { c: 'y' }] }, false],
  ['pairs further down', 'r.a.b: x\nr.a.c: y', { r: [{ a: [{ b: 'x' }] }, { a: [{ b: 'x', c: 'y' }] }] }, true],
  [
    'a right of RBAC',
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
    'a right of RBAC in one rule',
    "rules.verbs: '\\*'\nrules.resources: secrets",
    { rules: [{ verbs: ['get', '*'], resources: ['pods', 'secrets'] }] },
    true,
  ],
  ['null of one of many objects', 'a.b: null', { a: [{ b: 'x' }, { c: 'x' }] }, true],
  ['null where all have it', 'a.b: null', { a: [{ b: 'x' }] }, false],
  ['a list of nothing but nulls is absent', 'a: null', { a: [null, null] }, true],
  ['a list of a null and a text is there', 'a: null', { a: [null, 'x'] }, false],
  ['a list of an undefined value is absent', 'a: null', { a: [undefined] }, true],
  // Null among values, which the specification forbids and public rules have
  ['null or a text', 'a: [null, x]', {}, true],
  ['null or a text, the text', 'a: [null, x]', { a: 'x' }, true],
  ['null or a text, another', 'a: [null, x]', { a: 'y' }, false],
  // Names that an attacker chooses
  ['an inherited name is no field', 'constructor: x', {}, false],
  ['an inherited name does not exist', 'toString|exists: true', {}, false],
  ['an own name of that kind does', 'constructor.name: x', { constructor: { name: 'x' } }, true],
  ['the length of a list is no field', 'a.length: 1', { a: ['x'] }, false],
];
for (const [name, selection, event, holds] of cases) {
  test(`${name}: ${selection.replaceAll('\n', ' / ')} ${holds ? 'holds' : 'does not hold'} on ${JSON.stringify(event)}`, () => {
    const rule = compiled(only(selection));
    expect(rule.matches(event)).toBe(holds);
    expect(new RuleIndex([rule, rule]).matching(event)).toHaveLength(holds ? 2 : 0);
  });
}

test('a key called __proto__ is a field like any other', () => {
  expect(compiled(only('__proto__.a: x')).matches(JSON.parse('{"__proto__":{"a":"x"}}'))).toBe(true);
  expect(compiled(only('a: x')).matches(JSON.parse('{"__proto__":{"a":"x"}}'))).toBe(false);
});

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

test('fieldref: lists of some hundred elements are compared whole, longer ones not', () => {
  const texts = (length: number, last: string) => [...Array.from({ length }, (_, i) => `${last}${i}`), 'x'];
  const { matches } = compiled(only('a|fieldref: b'));
  expect(matches({ a: texts(300, 'a'), b: texts(300, 'b') })).toBe(true);
  expect(matches({ a: texts(800, 'a'), b: texts(800, 'b') })).toBe(false);
});

const lists = (depth: number): unknown => {
  let value: unknown = 'x';
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
};
const deep: [selection: string, eventOf: (list: unknown) => object, deepest: number][] = [
  ['a: x', a => ({ a }), 65],
  ['a|fieldref: b', a => ({ a, b: 'x' }), 65],
  ['b|fieldref: a', a => ({ a, b: 'x' }), 65],
];
for (const [selection, eventOf, deepest] of deep) {
  test(`${selection}: lists in lists are searched ${deepest} deep, and no event exhausts the stack`, () => {
    const { matches } = compiled(only(selection));
    expect([deepest, deepest + 1, 50_000].map(depth => matches(eventOf(lists(depth))))).toEqual([true, false, false]);
  });
}
