import { expect, test } from '@jest/globals';
import { Found } from '../../../src/normalize/redact/found.ts';
import { APPLIED, REDACTED } from '../../../src/normalize/redact/marker.ts';
import { cutPaths, parsePath } from '../../../src/normalize/redact/paths.ts';

const annotated = (text: string): object => ({ metadata: { annotations: { [APPLIED]: text } } });

const BODY = 'requestObject';

const cases: [name: string, path: string, event: object, safe: object, found: string[]][] = [
  ['a name', `${BODY}.b`, { [BODY]: { b: 1, c: 2 } }, { [BODY]: { b: REDACTED, c: 2 } }, [`${BODY}.b`]],
  [
    'through lists',
    `${BODY}.b`,
    { [BODY]: [{ b: 1 }, { c: 2 }] },
    { [BODY]: [{ b: REDACTED }, { c: 2 }] },
    [`${BODY}.b`],
  ],
  ['a whole object', BODY, { [BODY]: { b: 1 } }, { [BODY]: REDACTED }, [BODY]],
  [
    'any name',
    `${BODY}.*.c`,
    { [BODY]: { x: { c: 1 }, y: { d: 2 } } },
    { [BODY]: { x: { c: REDACTED }, y: { d: 2 } } },
    [`${BODY}.x.c`],
  ],
  [
    'a name with dots',
    `${BODY}[x.io/k]`,
    { [BODY]: { 'x.io/k': 1 } },
    { [BODY]: { 'x.io/k': REDACTED } },
    [`${BODY}.x.io/k`],
  ],
  ['nothing there', `${BODY}.b.c`, { [BODY]: { b: 'text' } }, { [BODY]: { b: 'text' } }, []],
  ['a name of the prototype', `${BODY}.constructor`, { [BODY]: {} }, { [BODY]: {} }, []],
  [
    'all extra of a user',
    'user.extra',
    { user: { extra: { a: ['x'] } } },
    { user: { extra: { a: REDACTED } } },
    ['user.extra.a'],
  ],
  ['a text that stays a text', 'userAgent', { userAgent: 'a' }, { userAgent: REDACTED }, ['userAgent']],
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
    ['requestObject.v', APPLIED],
  ],
  [
    'a copy in a patch that has nothing else',
    'requestObject.v',
    { requestObject: { w: 1, ...annotated('{"v":1}') } },
    { requestObject: { w: 1, ...annotated(`{"v":"${REDACTED}"}`) } },
    [`${APPLIED}.v`],
  ],
  [
    'a copy that has nothing of it stays as it is',
    'requestObject.v',
    { requestObject: { w: 1, ...annotated('{ "w": 1 }') } },
    { requestObject: { w: 1, ...annotated('{ "w": 1 }') } },
    [],
  ],
  [
    'a copy in another body',
    'requestObject.v',
    { responseObject: annotated('{"v":1}') },
    { responseObject: annotated('{"v":1}') },
    [],
  ],
];
for (const [name, path, event, safe, found] of cases) {
  test(`redaction path: ${name}`, () => {
    const cuts = new Found();
    expect(cutPaths(event as Readonly<Record<string, unknown>>, [parsePath(path)], cuts)).toEqual(safe);
    expect(cuts.paths).toEqual(found);
  });
}

for (const path of [
  '*',
  'sourceIPs',
  'user',
  'user.username',
  'annotations',
  'responseStatus.code',
  'userAgent.x',
  '',
]) {
  test(`what rules and the index rely on is not cut: ${path}`, () => {
    expect(() => parsePath(path)).toThrow(/cannot be cut, allowed: .*requestObject.*annotations.*userAgent/);
  });
}

test('names of an attacker make neither long paths nor many', () => {
  const fields = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}${'k'.repeat(1_000)}`, { v: 1 }]));
  const cuts = new Found();
  cutPaths({ requestObject: fields }, [parsePath('requestObject.*.v')], cuts);
  expect(cuts.paths).toHaveLength(100);
  expect(Math.max(...cuts.paths.map(path => path.length))).toBe(257);
});
