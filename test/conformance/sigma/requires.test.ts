import { expect, test } from '@jest/globals';
import type { Requirement } from '../../../src/sigma/compile.ts';
import { compiled, textsAt } from './support.ts';

const requirement = (path: string, ...values: string[]): Requirement => ({ path: path.split('.'), values });

const A = 'a: { p.x: [Get, list] }\nb: { p.x: watch, q: 1 }\nc: { q|contains: z }\n';

/** What an index may rely on: detection, requirements. */
const cases: [detection: string, requires: readonly Requirement[]][] = [
  [`${A}condition: a`, [requirement('p.x', 'get', 'list')]],
  [`${A}condition: b`, [requirement('p.x', 'watch'), requirement('q', '1')]],
  [`${A}condition: a or b`, [requirement('p.x', 'get', 'list', 'watch')]],
  [`${A}condition: a and b`, [requirement('p.x', 'get', 'list'), requirement('p.x', 'watch'), requirement('q', '1')]],
  [`${A}condition: a and not b`, [requirement('p.x', 'get', 'list')]],
  [`${A}condition: not a`, []],
  [`${A}condition: c`, []],
  [`${A}condition: a or c`, []],
  [`${A}condition: (a or c) and b`, [requirement('p.x', 'watch'), requirement('q', '1')]],
  [`${A}condition: [a, b]`, [requirement('p.x', 'get', 'list', 'watch')]],
  [`${A}condition: [a, not b]`, []],
  ['a: [{ x: 1, y: 2 }, { x: 3 }]\ncondition: a', [requirement('x', '1', '3')]],
  ["a: { x: ['get', 'l*'] }\ncondition: a", []],
  ['a: { x: [get, null] }\ncondition: a', []],
  ["a: { x: '\\*' }\ncondition: a", [requirement('x', '*')]],
  ["a: { x: '' }\ncondition: a", [requirement('x', '')]],
  ['a: { x: true }\ncondition: a', [requirement('x', 'true')]],
  ['a: { x|all: [Get, list] }\ncondition: a', [requirement('x', 'get')]],
  ['a: { x|neq: get }\ncondition: a', []],
  ['a: { x|cased: Get }\ncondition: a', []],
  ['a: { x|re: get }\ncondition: a', []],
  ['a: { x|exists: true }\ncondition: a', []],
  ["a: { x|expand: '%admins%' }\ncondition: a", [requirement('x', 'alice', 'bob*')]],
  ['a: [get, list]\ncondition: a', []],
];
for (const [detection, requires] of cases) {
  test(`required: ${detection.replaceAll('\n', ' / ')}`, () => expect(compiled(detection).requires).toEqual(requires));
}

const RULES = 200;
const EVENTS = 20;

test('whatever holds on an event also finds its requirements there', () => {
  const random = randomOf(20_261_123);
  let held = 0;
  for (let n = 0; n < RULES; n += 1) {
    const rule = compiled(randomDetection(random));
    for (let m = 0; m < EVENTS; m += 1) {
      const event = randomEvent(random);
      if (!rule.matches(event)) continue;
      held += rule.requires.length > 0 ? 1 : 0;
      const lacking = rule.requires.filter(
        ({ path, values }) => !values.some(value => textsAt(event, path).has(value)),
      );
      expect({ event, lacking }).toEqual({ event, lacking: [] });
    }
  }
  expect(held).toBeGreaterThan(30);
});

type Random = <T>(choices: readonly T[]) => T;

/** Numerical Recipes' linear congruential generator, so that a failure can be repeated. */
function randomOf(seed: number): Random {
  let state = seed;
  return choices => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return choices[Math.floor((state / 2 ** 32) * choices.length)] as (typeof choices)[number];
  };
}

const FIELDS = ['a', 'b', 'l.a', 'l.b'] as const;
const ITEMS = [
  ': x',
  ': [X, y]',
  ': [x, y, z, 1]',
  ": 'x*'",
  ': 1',
  ': null',
  ': [null, x]',
  '|contains: x',
  '|neq: x',
  '|all: [x, y]',
];
const CONDITIONS = [
  's',
  's and t',
  's or t',
  'not s',
  's and not t',
  'not (s or t)',
  '1 of them',
  'all of them',
  '[s, t]',
  'not not s',
];

function randomDetection(random: Random): string {
  const selection = (): string => {
    const [one, other] = [random(FIELDS), random(FIELDS)];
    const items = one === other ? [one] : [one, other];
    return `{ ${items.map(field => `${field}${random(ITEMS)}`).join(', ')} }`;
  };
  const selections = ['s', 't'].map(name => `${name}: ${random([selection(), `[${selection()}, ${selection()}]`])}`);
  return `${selections.join('\n')}\ncondition: ${random(CONDITIONS)}`;
}

function randomEvent(random: Random): object {
  const value = (): unknown => random(['x', 'X', 'y', 'z', 1, '1', null, undefined, true, ['x', 'Y'], [], { a: 'x' }]);
  const object = (): object => ({ a: value(), b: value() });
  return { ...object(), l: random([object(), [object(), object()], [[object()], object()], [], 'x', null]) };
}
