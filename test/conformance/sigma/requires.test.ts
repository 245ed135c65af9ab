import { expect, test } from '@jest/globals';
import type { Requirement, Ways } from '../../../src/sigma/compile.ts';
import { compiled } from './support.ts';

const value = (path: string, ...texts: string[]): Requirement => ({ kind: 'value', path: path.split('.'), texts });
const text = (path: string, ...texts: string[]): Requirement => ({ kind: 'text', path: path.split('.'), texts });
const presence = (path: string): Requirement => ({ kind: 'presence', path: path.split('.') });
const absence = (path: string): Requirement => ({ kind: 'absence', path: path.split('.') });
const ANYWAY: Ways = [[]];

const A = 'a: { p.x: [Get, list] }\nb: { p.x: watch, q: 1 }\nc: { q|contains: zet }\n';
const MANY = Array.from({ length: 9 }, (_, n) => `s${n}: { p.f${n}: 1, p.g: ${n} }`).join('\n');

/** What an index may rely on: detection, the ways in which it can hold. */
const cases: [detection: string, requires: Ways][] = [
  [`${A}condition: a`, [[value('p.x', 'get', 'list')]]],
  [`${A}condition: b`, [[value('p.x', 'watch'), value('q', '1')]]],
  [`${A}condition: a or b`, [[value('p.x', 'get', 'list')], [value('p.x', 'watch'), value('q', '1')]]],
  [`${A}condition: a and b`, [[value('p.x', 'get', 'list'), value('p.x', 'watch'), value('q', '1')]]],
  [`${A}condition: a and not b`, [[value('p.x', 'get', 'list')]]],
  [`${A}condition: not a`, ANYWAY],
  [`${A}condition: c`, [[text('q', 'zet')]]],
  [`${A}condition: a or c`, [[value('p.x', 'get', 'list')], [text('q', 'zet')]]],
  [
    `${A}condition: (a or c) and b`,
    [
      [value('p.x', 'get', 'list'), value('p.x', 'watch'), value('q', '1')],
      [text('q', 'zet'), value('p.x', 'watch'), value('q', '1')],
    ],
  ],
  [`${A}condition: [a, not b]`, [[value('p.x', 'get', 'list')], [], []]],
  // One question of one field is one way; more ways than an index wants are what they have in common.
  ['a: [{ x: 1, y: 2 }, { x: 3 }]\ncondition: a', [[value('x', '1'), value('y', '2')], [value('x', '3')]]],
  ['a: [{ x: 1 }, { x: 3 }]\ncondition: a', [[value('x', '1', '3')]]],
  [`${MANY}\ncondition: 1 of them`, [[value('p.g', '0', '1', '2', '3', '4', '5', '6', '7', '8')]]],
  [`${MANY.replaceAll('p.g:', 'p.h.g|neq:')}\ncondition: 1 of them`, [[presence('p')]]],
  [
    `${MANY}\nt: { t: 1 }\ncondition: t and 1 of s*`,
    [[value('t', '1'), value('p.g', '0', '1', '2', '3', '4', '5', '6', '7', '8')]],
  ],
  // Values
  ["a: { x: ['get', 'list*'] }\ncondition: a", [[text('x', 'get', 'list')]]],
  ['a: { x: [get, null] }\ncondition: a', ANYWAY],
  ['a: { x: null }\ncondition: a', [[absence('x')]]],
  ['a: { x|neq: null }\ncondition: a', [[presence('x')]]],
  ["a: { x: '\\*' }\ncondition: a", [[value('x', '*')]]],
  ["a: { x: '' }\ncondition: a", [[value('x', '')]]],
  ['a: { x: true }\ncondition: a', [[value('x', 'true')]]],
  ["a: { x: '*' }\ncondition: a", [[presence('x')]]],
  ["a: { x|contains: 'Käse-Brot' }\ncondition: a", [[text('x', 'se-brot')]]],
  ["a: { x|contains: ['ab', 'ß'] }\ncondition: a", [[presence('x')]]],
  ["a: { x|startswith: 'a?bc*d' }\ncondition: a", [[text('x', 'bc')]]],
  ['a: { x|contains|all: [Get, list] }\ncondition: a', [[text('x', 'get'), text('x', 'list')]]],
  ['a: { x|all: [Get, list] }\ncondition: a', [[value('x', 'get'), value('x', 'list')]]],
  ['a: { x|neq: get }\ncondition: a', ANYWAY],
  ['a: { x|cased: Get }\ncondition: a', [[text('x', 'get')]]],
  ['a: { x|windash|contains: -enc }\ncondition: a', [[presence('x')]]],
  ["a: { x|re: 'get|list(er)?' }\ncondition: a", [[text('x', 'get', 'list')]]],
  ["a: { x|re: '.*' }\ncondition: a", [[presence('x')]]],
  ['a: { x|exists: true }\ncondition: a', [[presence('x')]]],
  ['a: { x|exists: false }\ncondition: a', [[absence('x')]]],
  ['a: { x|gte: 5 }\ncondition: a', [[presence('x')]]],
  ['a: { x|fieldref: y }\ncondition: a', ANYWAY],
  ["a: { x|cidr: '10.0.0.0/8' }\ncondition: a", [[presence('x')]]],
  ["a: { x|expand: '%admins%' }\ncondition: a", [[value('x', 'alice', 'bob*')]]],
  ["a: { x|expand: '%empty%' }\ncondition: a", [[presence('x')]]],
  ['a: [get, list]\ncondition: a', ANYWAY],
];
for (const [detection, requires] of cases) {
  test(`required: ${detection.replaceAll('\n', ' / ')}`, () =>
    expect(withoutTests(compiled(detection).requires)).toEqual(requires));
}

function withoutTests(ways: Ways): Ways {
  return ways.map(way => way.filter(({ kind }) => kind !== 'test'));
}

/** Detection; for each way, the fields of which a value is tested; and values of `x` with what its test says. */
const tested: [detection: string, fields: string[][], values: [value: unknown, passes: boolean][]][] = [
  [
    'a: { x|gte: 5 }\ncondition: a',
    [['x']],
    [
      [5, true],
      ['6', true],
      [4, false],
      [undefined, false],
    ],
  ],
  [
    "a: { x|cidr: '10.0.0.0/8' }\ncondition: a",
    [['x']],
    [
      ['10.1.1.1', true],
      ['11.1.1.1', false],
    ],
  ],
  [
    'a: { x|neq: get }\ncondition: a',
    [['x']],
    [
      ['GET', false],
      ['list', true],
      [null, true],
      [undefined, true],
    ],
  ],
  [
    'a: { x: [get, null] }\ncondition: a',
    [['x']],
    [
      ['get', true],
      [null, true],
      [undefined, true],
      [1, false],
    ],
  ],
  [
    'a: { x: [get, list] }\ncondition: not a',
    [['x']],
    [
      ['List', false],
      ['watch', true],
      [undefined, true],
    ],
  ],
  [
    'a: { x: 1, y: 2 }\ncondition: not a',
    [['x'], ['y']],
    [
      [1, false],
      ['2', true],
    ],
  ],
  [
    'a: { x: 1 }\nb: { y: 2 }\ncondition: not a and not b',
    [['x', 'y']],
    [
      [1, false],
      [2, true],
    ],
  ],
  [
    'a: { x: 1 }\nb: { y: 2 }\ncondition: not (a and b)',
    [['x'], ['y']],
    [
      [1, false],
      [2, true],
    ],
  ],
  ['a: { x: 1 }\ncondition: not not a', [[]], []],
  // What is looked up tells more, and costs less.
  ['a: { x: 1, y|gte: 5 }\ncondition: a', [[]], []],
  ['a: { y: 1 }\nb: { x: 2 }\ncondition: a and not b', [[]], []],
  [
    'a: { y: 1 }\nb: { x: 2 }\ncondition: a or not b',
    [[], ['x']],
    [
      [2, false],
      [1, true],
    ],
  ],
];
for (const [detection, fields, values] of tested) {
  test(`tested: ${detection.replaceAll('\n', ' / ')}`, () => {
    const ways = compiled(detection).requires;
    const tests = ways.map(way => way.filter(one => one.kind === 'test'));
    expect(tests.map(way => way.map(({ path }) => path.join('.')))).toEqual(fields);
    const ofX = tests.flat().filter(({ path }) => path[0] === 'x');
    for (const [value, passes] of values) expect(ofX.map(one => one.test(value))).toEqual([passes]);
  });
}
