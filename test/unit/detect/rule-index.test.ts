import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RuleIndex } from '../../../src/detect/rule-index.ts';
import type { CompiledRule } from '../../../src/sigma/compile.ts';
import { compiled } from '../../conformance/sigma/support.ts';

const found = (rules: readonly CompiledRule[], event: object): readonly CompiledRule[] =>
  rules.filter(rule => rule.matches(event));

const FIELDS = ['a', 'b', 'l.a', 'l.b', 'o.l.a', 'constructor'];
const ITEMS = [
  ': x',
  ': [X, y]',
  ': [x, yz, z, 1]',
  ": 'x*'",
  ": '*'",
  ': 1',
  ': null',
  ': [null, x]',
  '|contains: [xy, Ké]',
  '|contains|all: [x, y]',
  '|startswith: xy',
  '|cased: XY',
  '|neq: x',
  '|neq: null',
  '|all: [x, y]',
  '|exists: true',
  '|exists: false',
  '|gte: 1',
  "|re: 'x+y(z|1)?'",
  "|re: '^(x|y)$|yz'",
  '|fieldref: b',
  "|cidr: '10.0.0.0/8'",
  '|lt: 1',
  "|endswith: 'z'",
  '|neq: [x, null]',
  "|cidr|neq: '10.0.0.0/8'",
  '|cased|neq: X',
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
  '(s or t) and not s',
  '[s, t]',
  'not not s',
  'not s and not t',
  'not (s and t)',
  'not s or t',
  'not s and (t or not t)',
];

const selection = fc
  .dictionary(fc.constantFrom(...FIELDS), fc.constantFrom(...ITEMS), { minKeys: 1, maxKeys: 3 })
  .map(fields => `{ ${Object.entries(fields).map(([field, item]) => `${field}${item}`)} }`);
const alternatives = fc.array(selection, { minLength: 1, maxLength: 4 }).map(list => `[${list}]`);
const rule = fc
  .record({ s: alternatives, t: alternatives, condition: fc.constantFrom(...CONDITIONS) })
  .map(({ s, t, condition }) => compiled(`s: ${s}\nt: ${t}\ncondition: ${condition}`));

const scalar = fc.constantFrom(
  'x',
  'X',
  'y',
  'yz',
  'xyz',
  'XY1',
  'ké',
  '\u212a',
  '10.1.2.3',
  '',
  0,
  1,
  '1',
  true,
  null,
);
const leaf = fc.oneof({ depthSize: 'small' }, scalar, fc.constant(undefined), fc.array(scalar, { maxLength: 3 }));
const object = fc.record({ a: leaf, b: leaf, constructor: leaf }, { requiredKeys: [] });
const list = fc.oneof(object, fc.array(object, { maxLength: 3 }), fc.constant([[{ a: 'x' }], { b: 'y' }]), leaf);
const event = fc.record(
  { a: leaf, b: leaf, constructor: leaf, l: list, o: fc.record({ l: list }) },
  { requiredKeys: [] },
);

test('the index finds what every rule in turn finds, in the same order', () => {
  let held = 0;
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 40 }),
      fc.array(event, { minLength: 1, maxLength: 20 }),
      (rules, events) => {
        const index = new RuleIndex(rules);
        for (const one of events) {
          const matches = found(rules, one);
          held += matches.length;
          expect(index.matching(one)).toEqual(matches);
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(held).toBeGreaterThan(200);
});

const numbered = (n: number): CompiledRule =>
  compiled(`s: { a: v${n}, b: [x, y] }\nt: { c|contains: v${n} }\ncondition: 1 of them`);

test('rules beyond one word of bits are told apart', () => {
  const rules = Array.from({ length: 100 }, (_, n) => numbered(n));
  const index = new RuleIndex(rules);
  expect(index.matching({ a: 'V77', b: 'x', c: 'of v31, v5 and v99' })).toEqual([
    rules[3],
    rules[5],
    rules[9],
    rules[31],
    rules[77],
    rules[99],
  ]);
  expect(index.matching({ a: 'v77', b: 'z' })).toEqual([]);
});

/** Every value of an event is new, so that nothing that is remembered is of use; and then the first ones come again. */
test('what is remembered changes no answer, however much has been forgotten', () => {
  const words = Array.from({ length: 12 }, (_, n) => `w${n}x`);
  const rules = words.flatMap((word, n) => [
    compiled(`s: { a|contains: ${word}, b: [${word}, z] }\ncondition: s`),
    compiled(`s: { l: ${word}, c|contains: ${word} }\nt: { c|gte: ${n} }\ncondition: s or t`),
    compiled(`s: { a|contains: ${word} }\nt: { b: ${word} }\ncondition: not s and not t`),
  ]);
  const index = new RuleIndex(rules);
  const pick = (n: number, by: number): string[] => words.filter((_, i) => ((n * by) >>> i) % 2 === 1);
  const event = (n: number): object => ({
    a: `${pick(n, 7)} ${n}`,
    b: words[n % 13],
    c: n % 3 === 0 ? n % 15 : pick(n, 5).join(),
    l: pick(n, 11).sort((x, y) => ((n * x.length) % 3) - y.length),
  });
  for (let n = 0; n < 5_000; n += 1) {
    const one = event(n % 4_500);
    const matches = index.matching(one);
    if (n % 10 === 0) expect(matches).toEqual(found(rules, one));
  }
});

test('no event exhausts the stack: lists in lists without end', () => {
  let deep: unknown = 'x';
  for (let n = 0; n < 10_000; n += 1) deep = [deep];
  const rules = [compiled('s: { a: x }\ncondition: s'), compiled('s: { a.b|contains: x }\ncondition: s')];
  expect(new RuleIndex(rules).matching({ a: deep })).toEqual(found(rules, { a: deep }));
});

test('an index without rules finds none', () => expect(new RuleIndex([]).matching({ a: 'x' })).toEqual([]));
