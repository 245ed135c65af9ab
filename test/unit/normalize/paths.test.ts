import { expect, test } from '@jest/globals';
import { APPLIED, REDACTED } from '../../../src/normalize/redact/marker.ts';
import { cutPaths, parsePath } from '../../../src/normalize/redact/paths.ts';

const annotated = (text: string): object => ({ metadata: { annotations: { [APPLIED]: text } } });

const cases: [name: string, path: string, event: object, safe: object, found: string[]][] = [
  ['a name', 'a.b', { a: { b: 1, c: 2 } }, { a: { b: REDACTED, c: 2 } }, ['a.b']],
  ['through lists', 'a.b', { a: [{ b: 1 }, { c: 2 }] }, { a: [{ b: REDACTED }, { c: 2 }] }, ['a.b']],
  ['a whole object', 'a', { a: { b: 1 } }, { a: REDACTED }, ['a']],
  ['any name', 'a.*.c', { a: { x: { c: 1 }, y: { d: 2 } } }, { a: { x: { c: REDACTED }, y: { d: 2 } } }, ['a.x.c']],
  ['a name with dots', 'a[x.io/k]', { a: { 'x.io/k': 1 } }, { a: { 'x.io/k': REDACTED } }, ['a.x.io/k']],
  ['nothing there', 'a.b.c', { a: { b: 'text' } }, { a: { b: 'text' } }, []],
  ['a name of the prototype', 'a.constructor', { a: {} }, { a: {} }, []],
  [
    'the copy of kubectl apply',
    'requestObject.v',
    { requestObject: { v: 1, ...annotated('{"v":1,"w":2}') } },
    { requestObject: { v: REDACTED, ...annotated(`{"v":"${REDACTED}","w":2}`) } },
    ['requestObject.v', `${APPLIED}.v`],
  ],
  [
    'a copy that cannot be read',
    'requestObject.v',
    { requestObject: { v: 1, ...annotated('{"v":1') } },
    { requestObject: { v: REDACTED, ...annotated(REDACTED) } },
    ['requestObject.v'],
  ],
];
for (const [name, path, event, safe, found] of cases) {
  test(`redaction path: ${name}`, () => {
    const paths: string[] = [];
    expect(cutPaths(event as Readonly<Record<string, unknown>>, [parsePath(path)], paths)).toEqual(safe);
    expect(paths).toEqual(found);
  });
}
