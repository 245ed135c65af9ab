import { expect, test } from '@jest/globals';
import { Recent } from '../../../src/model/recent.ts';

const MOST = 100_000;

function filled(count: number): Recent<string> {
  const recent = new Recent<string>(MOST);
  for (let i = 0; i < count; i += 1) recent.set(`k${i}`, i % 2 === 0 ? 'even' : 'odd');
  return recent;
}

const facts: [name: string, count: number, key: string, value: string | undefined][] = [
  ['what was set last is known', 1, 'k0', 'even'],
  ['half of it is known whatever comes', 3 * MOST, `k${3 * MOST - MOST / 2}`, 'even'],
  ['what was set longest ago is forgotten', 3 * MOST, 'k0', undefined],
  ['no more than the whole is known', 3 * MOST, `k${2 * MOST - 1}`, undefined],
];
for (const [name, count, key, value] of facts) test(name, () => expect(filled(count).get(key)).toBe(value));

test('a value is forgotten in both generations', () => {
  const recent = filled(80_000);
  recent.forget('odd');
  expect(['k1', 'k79999', 'k0', 'k79998'].map(key => recent.get(key))).toEqual([undefined, undefined, 'even', 'even']);
});
