import { expect, test } from '@jest/globals';
import { REDACTED } from '../../../src/normalize/redact/marker.ts';
import { auditEvent, normalized } from './support.ts';

const SECRET = 'c3dvcmRmaXNo';
const secrets = { resource: 'secrets', namespace: 'dev', name: 'db', apiVersion: 'v1' };
const token = { resource: 'serviceaccounts', subresource: 'token', namespace: 'dev', name: 'ci' };
const applied = (text: string) => ({ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': text } });
const nested = (depth: number, leaf: object): object => (depth === 0 ? leaf : { a: nested(depth - 1, leaf) });

const hiding: [where: string, fields: object][] = [
  ['data of a Secret', { objectRef: secrets, requestObject: { data: { password: SECRET } } }],
  ['stringData of a Secret', { objectRef: secrets, requestObject: { stringData: { password: SECRET } } }],
  ['the answer', { objectRef: secrets, responseObject: { data: { password: SECRET } } }],
  [
    'the items of a SecretList',
    { objectRef: secrets, responseObject: { items: [{ data: { p: SECRET } }, { data: { q: SECRET } }] } },
  ],
  [
    'the rows of a Table',
    { objectRef: secrets, responseObject: { kind: 'Table', rows: [{ object: { data: { p: SECRET } } }] } },
  ],
  ['a JSON Patch', { objectRef: secrets, requestObject: [{ op: 'replace', path: '/data/password', value: SECRET }] }],
  [
    'a JSON Patch of the whole object',
    { objectRef: secrets, requestObject: [{ op: 'add', path: '', value: { data: { p: SECRET } } }] },
  ],
  ['a patch that was not decoded', { objectRef: secrets, requestObject: `{"data":{"p":"${SECRET}"}}` }],
  [
    'last-applied-configuration',
    { objectRef: secrets, requestObject: { metadata: applied(`{"data":{"p":"${SECRET}"}}`) } },
  ],
  ['data that is no object', { objectRef: secrets, requestObject: { data: SECRET } }],
  ['data in lists', { objectRef: secrets, requestObject: { data: { list: [[SECRET], { deep: SECRET }] } } }],
  ['nesting beyond all reason', { objectRef: secrets, requestObject: nested(300, { data: { p: SECRET } }) }],
  ['the token of a TokenRequest', { objectRef: token, responseObject: { status: { token: SECRET } } }],
  [
    'the token of a TokenReview',
    { objectRef: { resource: 'tokenreviews' }, requestObject: { spec: { token: SECRET } } },
  ],
  ['a token in the URI', { requestURI: `/api/v1/pods?access_token=${SECRET}&limit=5` }],
  ['a password in the URI', { requestURI: `/api/v1/pods?Password=${SECRET}` }],
  ['a bearer token in an exec', { requestURI: `/exec?command=curl&command=Authorization:+Bearer+${SECRET}` }],
  ['a JSON web token in an exec', { requestURI: `/exec?command=eyJhbGciOiJSUzI1NiJ9.${SECRET}${SECRET}.${SECRET}` }],
];
for (const [where, fields] of hiding) {
  test(`a secret is cut from ${where}`, () => {
    const { events, deadLetters } = normalized(auditEvent(fields));
    expect(deadLetters).toEqual([]);
    expect(JSON.stringify(events[0]?.document)).not.toContain(SECRET);
    expect(JSON.stringify(events[0]?.document)).toContain(REDACTED);
    expect(events[0]?.document.keywarden.redacted?.length).toBeGreaterThan(0);
    expect(events[0]?.verbatim).toBeUndefined();
  });
}

test('the names of a Secret’s keys stay, and what was cut is said', () => {
  const [event] = normalized(
    auditEvent({ objectRef: secrets, requestObject: { kind: 'Secret', data: { password: SECRET } } }),
  ).events;
  expect(event?.document.kubernetes?.audit['requestObject']).toEqual({ kind: 'Secret', data: { password: REDACTED } });
  expect(event?.document.keywarden.redacted).toEqual(['requestObject.data']);
});

const untouched: [what: string, fields: object][] = [
  ['the data of a ConfigMap', { objectRef: { resource: 'configmaps' }, requestObject: { data: { colour: 'blue' } } }],
  ['a request for a Secret without bodies', { objectRef: secrets }],
  ['a URI with a continue token’s neighbour', { requestURI: '/api/v1/pods?limit=500&resourceVersion=0' }],
];
for (const [what, fields] of untouched) {
  test(`nothing is cut from ${what}`, () => {
    const [event] = normalized(auditEvent(fields)).events;
    expect(event?.document.keywarden.redacted).toBeUndefined();
    expect(event?.verbatim).toBeDefined();
  });
}

const named: [path: string, fields: object][] = [
  ['annotations[example.com/x]', { annotations: { 'example.com/x': SECRET, 'example.com/y': 'kept' } }],
  ['annotations.*', { annotations: { a: SECRET, b: SECRET } }],
  ['user.extra', { user: { username: 'alice', extra: { a: [SECRET] } } }],
  ['userAgent', { userAgent: `tool ${SECRET}` }],
  ['requestURI', { requestURI: `/api/${SECRET}?command=a`, objectRef: { resource: 'pods', subresource: 'exec' } }],
  ['requestObject', { requestObject: { a: SECRET } }],
];
for (const [path, fields] of named) {
  test(`what the user names does not stay: ${path}`, () => {
    const [event] = normalized(auditEvent(fields), 1, undefined, [path]).events;
    expect(event?.document.event.outcome).toBe('success');
    expect(JSON.stringify(event?.document)).not.toContain(SECRET);
    expect(JSON.stringify(event?.document)).toContain(REDACTED);
    expect(event?.verbatim).toBeUndefined();
  });
}

test('the names of an attacker do not grow with their nesting', () => {
  const fields = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`a${i}`, { data: 1 }]));
  const [event] = normalized(
    auditEvent({ objectRef: secrets, requestObject: { ['k'.repeat(100_000)]: fields } }),
  ).events;
  expect(JSON.stringify(event?.document.keywarden.redacted).length).toBeLessThan(30_000);
});
