import { expect, test } from '@jest/globals';
import { foundAnywhere, foundAt } from '../../../src/sigma/found.ts';

const at = (event: object, ...paths: string[]) =>
  foundAt(
    event,
    paths.map(path => path.split('.')),
    10,
  );

/** Each value as `place=value`, an absent one as `place`. */
const told = ({ values }: ReturnType<typeof foundAt>): readonly string[] =>
  values.map(({ path, value }) => (value === undefined ? path : `${path}=${value}`));

const cases: [name: string, event: object, path: string, values: readonly string[]][] = [
  ['a text', { a: 'x' }, 'a', ['a=x']],
  ['below an object', { a: { b: 1 } }, 'a.b', ['a.b=1']],
  ['null', { a: null }, 'a', ['a=null']],
  ['a truth value', { a: false }, 'a', ['a=false']],
  ['nothing', {}, 'a', []],
  ['nothing below a text', { a: 'x' }, 'a.b', []],
  ['nothing below null', { a: null }, 'a.b', []],
  ['an undefined value', { a: undefined }, 'a', []],
  ['an inherited name', {}, 'constructor', []],
  ['elements one by one', { a: ['x', 'y'] }, 'a', ['a[0]=x', 'a[1]=y']],
  ['an empty list', { a: [] }, 'a', ['a=[]']],
  ['nothing below an empty list', { a: [] }, 'a.b', []],
  ['an element that has none', { a: [{ b: 1 }, {}, 'x', null] }, 'a.b', ['a[0].b=1', 'a[1].b', 'a[2].b', 'a[3].b']],
  ['an element that has nothing on the way', { a: [{}] }, 'a.b.c', ['a[0].b.c']],
  ['lists in lists', { a: [['x'], ['y']] }, 'a', ['a[0][0]=x', 'a[1][0]=y']],
  ['an undefined element', { a: [undefined] }, 'a', ['a[0]']],
  ['an object as its JSON', { a: { b: 1 } }, 'a', ['a={"b":1}']],
  ['a text of 200 characters', { a: 'x'.repeat(200) }, 'a', [`a=${'x'.repeat(200)}`]],
  ['a longer text, cut', { a: 'x'.repeat(201) }, 'a', [`a=${'x'.repeat(200)}…`]],
];
for (const [name, event, path, values] of cases) {
  test(`found at a path: ${name}`, () => expect(told(at(event, path))).toEqual(values));
}

test('values of several paths are told in their order', () => {
  expect(told(at({ a: 1, b: [2] }, 'b', 'a'))).toEqual(['b[0]=2', 'a=1']);
});

test('of many values ten are told and the others counted', () => {
  const found = at({ a: Array.from({ length: 13 }, (_, i) => i) }, 'a');
  expect(found.values.map(({ raw }) => raw)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(found.more).toBe(3);
});

test('an absent value has no value, not even an undefined one', () => {
  expect(at({ a: [{}] }, 'a.b').values).toStrictEqual([{ path: 'a[0].b', raw: undefined }]);
});

const isText = (value: unknown): boolean => typeof value === 'string';

const anywhere: [name: string, event: object, values: readonly string[]][] = [
  ['at the top', { a: 'x', n: 1 }, ['a=x']],
  ['below objects and lists', { a: { b: [{ c: 'x' }, 'y'] } }, ['a.b[0].c=x', 'a.b[1]=y']],
  ['beside null', { a: null, b: 'x' }, ['b=x']],
];
for (const [name, event, values] of anywhere) {
  test(`found anywhere: ${name}`, () => expect(told(foundAnywhere(event, isText, 10))).toEqual(values));
}

test('null and undefined are nowhere, whatever the test', () => {
  expect(told(foundAnywhere({ a: null, b: undefined, c: 0 }, () => true, 10))).toEqual(['c=0']);
});

/** Objects, or lists, in one another. */
function nested(depth: number, around: (inner: unknown) => unknown): unknown {
  let value: unknown = 'x';
  for (let i = 0; i < depth; i += 1) value = around(value);
  return value;
}

test('an event is searched 200 levels deep', () => {
  const deep = (depth: number) => nested(depth, a => ({ a })) as object;
  expect(told(foundAnywhere(deep(201), isText, 10))).toHaveLength(1);
  expect(told(foundAnywhere(deep(202), isText, 10))).toEqual([]);
  expect(told(foundAnywhere(deep(20_000), isText, 10))).toEqual([]);
});

test('lists are followed 200 levels deep', () => {
  const deep = (depth: number) => ({ a: nested(depth, a => [a]) });
  expect(told(at(deep(199), 'a'))).toHaveLength(1);
  expect(told(at(deep(200), 'a'))).toEqual([]);
  expect(told(at(deep(20_000), 'a'))).toEqual([]);
});

test('an object that is nested deeper than its JSON can be written is told as that', () => {
  expect(told(at({ a: nested(20_000, b => ({ b })) }, 'a'))).toEqual(['a=[nested too deeply]']);
});
