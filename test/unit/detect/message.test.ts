import { expect, test } from '@jest/globals';
import { valueAt } from '../../../src/detect/message.ts';
import { parseRules } from '../../../src/sigma/parse.ts';

const [SOURCE] = parseRules(
  `title: A binding
id: 4a4f4d18-9a4c-4a0e-8e4e-2f3b5c6d7e8f
level: medium
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: create }, condition: s }
`,
  'rule.yml',
);

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
    if (SOURCE === undefined) throw new Error('no rule');
    const document = { kubernetes: { audit: { requestObject: { subjects } } } };
    expect(valueAt(document, 'requestObject.subjects.name', SOURCE.rule)).toBe(expected);
  });
}
