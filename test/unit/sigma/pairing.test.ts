import { expect, test } from '@jest/globals';
import { explainer } from '../../../src/sigma/explain.ts';
import type { Pairing } from '../../../src/sigma/pairing.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';
import { ruleOf } from './support.ts';

/** What is told of lists of which one element has to meet several fields of the only selection. */
function pairings(selection: string, event: object): readonly Pairing[] {
  const text = `title: A rule\nlogsource: {}\ndetection: { s: { ${selection} }, condition: s }`;
  const clause = explainer(ruleOf(text), { ...AS_WRITTEN, lists: new Map() })(event).conditions[0]?.clause;
  return clause?.kind === 'selection' ? (clause.alternatives[0]?.pairings ?? []) : [];
}

const TWO = 'l.a: 1, l.b: 2';
const fields = ['l.a', 'l.b'];
const DEEP = 'p.c.m.a: 1, p.c.m.b: 2';
const deep = ['p.c.m.a', 'p.c.m.b'];

const cases: [name: string, selection: string, event: object, pairings: readonly Pairing[]][] = [
  ['the first element', TWO, { l: [{ a: 1, b: 2 }] }, [{ list: 'l', fields, element: 0, lacking: [[]] }]],
  [
    'the second element',
    TWO,
    { l: [{ a: 1 }, { a: 1, b: 2 }] },
    [{ list: 'l', fields, element: 1, lacking: [['l.b'], []] }],
  ],
  ['none', TWO, { l: [{ a: 1 }, { b: 2 }] }, [{ list: 'l', fields, lacking: [['l.b'], ['l.a']] }]],
  [
    'an element that is a text',
    TWO,
    { l: ['x', { a: 1, b: 2 }] },
    [{ list: 'l', fields, element: 1, lacking: [fields, []] }],
  ],
  [
    'an element that is null',
    TWO,
    { l: [null, { a: 1, b: 2 }] },
    [{ list: 'l', fields, element: 1, lacking: [fields, []] }],
  ],
  ['an object is no list', TWO, { l: { a: 1, b: 2 } }, []],
  ['a list of texts has no fields', 'l.a: null, l.b: null', { l: ['x'] }, []],
  ['no list at all', 'l.a: null, l.b: null', {}, []],
  ['a text where a list might be', 'l.a: null, l.b: null', { l: 'x' }, []],
  ['null on the way to a list', 'o.l.a: null, o.l.b: null', { o: null }, []],
  ['one field is no pair', 'l.a: 1', { l: [{ a: 1 }] }, []],
  ['fields of two lists are no pair', 'l.a: 1, m.b: 2', { l: [{ a: 1 }], m: [{ b: 2 }] }, []],
  ['the whole of an element is none of its fields', 'l: x, l.a: null', { l: ['x', { b: 1 }] }, []],
  [
    'a list below an object',
    'o.l.a: 1, o.l.b: 2',
    { o: { l: [{ a: 1, b: 2 }] } },
    [{ list: 'o.l', fields: ['o.l.a', 'o.l.b'], element: 0, lacking: [[]] }],
  ],
  [
    'a list in an element of a list: the outer first, and of the inner that of the element',
    DEEP,
    { p: { c: [{ m: [{ a: 1 }] }, { m: [{ a: 1 }, { a: 1, b: 2 }] }] } },
    [
      { list: 'p.c', fields: deep, element: 1, lacking: [['p.c.m.b'], []] },
      { list: 'p.c.m', fields: deep, element: 1, lacking: [['p.c.m.b'], []] },
    ],
  ],
  [
    'the inner list of the fields that share it',
    'c.m.a: 1, c.m.b: 2, c.n: 3',
    { c: [{ n: 3, m: [{ a: 1, b: 2 }] }] },
    [
      { list: 'c', fields: ['c.m.a', 'c.m.b', 'c.n'], element: 0, lacking: [[]] },
      { list: 'c.m', fields: ['c.m.a', 'c.m.b'], element: 0, lacking: [[]] },
    ],
  ],
  [
    'of many elements ten are told',
    TWO,
    { l: [...Array.from({ length: 11 }, () => ({ a: 1 })), { b: 2 }] },
    [{ list: 'l', fields, lacking: Array.from({ length: 10 }, () => ['l.b']) }],
  ],
];
for (const [name, selection, event, expected] of cases) {
  test(`fields that one element has to meet: ${name}`, () => expect(pairings(selection, event)).toEqual(expected));
}
