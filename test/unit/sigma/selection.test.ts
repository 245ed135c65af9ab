import { expect, test } from '@jest/globals';
import { type FieldTest, selectionTest } from '../../../src/sigma/selection.ts';

/** A field that writes down what it was asked. */
const field = (path: string, cost: number, answer: boolean, seen: unknown[]): FieldTest => ({
  path: path.split('.'),
  cost,
  test: value => {
    seen.push([path, value]);
    return answer;
  },
});

test('cheap tests go first, and the first that fails ends it', () => {
  const seen: unknown[] = [];
  const holds = selectionTest([
    field('a', 9, true, seen),
    field('b.c', 4, false, seen),
    field('b.d', 1, true, seen),
    field('e', 2, true, seen),
  ]);
  expect(holds({ a: 1, b: { c: 2, d: 3 }, e: 4 })).toBe(false);
  expect(seen).toEqual([
    ['e', 4],
    ['b.d', 3],
    ['b.c', 2],
  ]);
});

test('a shared beginning is read once', () => {
  let reads = 0;
  const event = {
    get a() {
      reads += 1;
      return { b: 1, c: 2 };
    },
  };
  expect(selectionTest([field('a.b', 1, true, []), field('a.c', 1, true, [])])(event)).toBe(true);
  expect(reads).toBe(1);
});

const values: [name: string, event: unknown, seen: readonly unknown[]][] = [
  ['a value', { a: { b: 1 } }, [1]],
  ['nothing', {}, [undefined]],
  ['below null', { a: null }, [undefined]],
  ['below a text', { a: 'b' }, [undefined]],
  ['below an empty list', { a: [] }, [undefined]],
  ['each element', { a: [{ b: 1 }, {}, 'b', { b: 2 }] }, [1, undefined, undefined, 2]],
  ['a whole list', { a: { b: [1, 2] } }, [[1, 2]]],
];
for (const [name, event, expected] of values) {
  test(`a test sees ${name}`, () => {
    const seen: [string, unknown][] = [];
    selectionTest([field('a.b', 1, false, seen)])(event);
    expect(seen.map(([, value]) => value)).toEqual(expected);
  });
}

const inherited = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];
for (const name of inherited) {
  test(`${name} is absent unless the event has it`, () => {
    const seen: [string, unknown][] = [];
    const holds = selectionTest([field(name, 1, true, seen)]);
    holds({});
    holds(JSON.parse(`{"${name}":1}`));
    expect(seen.map(([, value]) => value)).toEqual([undefined, 1]);
  });
}
