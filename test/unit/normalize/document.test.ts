import { expect, test } from '@jest/globals';
import type { EcsDocument } from '../../../src/model/event.ts';
import { documentText } from '../../../src/normalize/document.ts';
import { auditEvent, normalized } from './support.ts';

const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as unknown;
const documentOf = (fields: object): EcsDocument => {
  const document = normalized(auditEvent()).events[0]?.document;
  if (document === undefined) throw new Error('no event');
  return { ...document, kubernetes: { audit: { ...document.kubernetes?.audit, ...fields } } };
};

const documents: [name: string, fields: object, expected: object][] = [
  ['a usual one', { requestObject: { a: 1 } }, { requestObject: { a: 1 } }],
  [
    'a deep body',
    { requestObject: deep, responseObject: 1 },
    { requestObject: '[nested too deeply]', responseObject: 1 },
  ],
  ['a deep field of nobody knows what', { extra: [deep] }, { extra: '[nested too deeply]' }],
];
for (const [name, fields, expected] of documents) {
  test(`a document as text: ${name}`, () =>
    expect(JSON.parse(documentText(documentOf(fields)))).toEqual(JSON.parse(JSON.stringify(documentOf(expected)))));
}
