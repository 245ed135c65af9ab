import { expect, test } from '@jest/globals';
import { valueAt } from '../../../src/detect/message.ts';
import { SHIPPED_FIELDS } from '../sigma/support.ts';

const BINDING = { pathsOf: (field: string) => SHIPPED_FIELDS.resolve(field, { product: 'kubernetes' }) };

const nested = (open: string, close: string): unknown =>
  JSON.parse(`${open.repeat(50_000)}1${close.repeat(50_000)}`) as unknown;

const values: [name: string, subjects: unknown, expected: string | undefined][] = [
  ['a text', { name: 'alice' }, 'alice'],
  ['texts in a list', [{ name: 'alice' }, { name: 'bob' }, 7], 'alice, bob'],
  ['an object', { name: { a: 1 } }, '{"a":1}'],
  ['an object as deep as an attacker likes', [{ name: nested('{"a":', '}') }], '[nested too deeply]'],
  ['a list as deep', { name: nested('[', ']') }, '[nested too deeply]'],
  ['lists in lists as deep', nested('[', ']'), undefined],
];
for (const [name, subjects, expected] of values) {
  test(`a value in a message: ${name}`, () => {
    const document = { kubernetes: { audit: { requestObject: { subjects } } } };
    expect(valueAt(document, 'requestObject.subjects.name', BINDING)).toBe(expected);
  });
}

test('the value of a name with several places is what stands at each', () => {
  const spec = { containers: [{ image: 'shop:1' }], initContainers: [{ image: 'setup:1' }] };
  const document = { kubernetes: { audit: { requestObject: { spec } } } };
  expect(valueAt(document, 'image', BINDING)).toBe('shop:1, setup:1');
  expect(valueAt({}, 'image', BINDING)).toBeUndefined();
});
