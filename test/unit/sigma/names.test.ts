import { expect, test } from '@jest/globals';
import { parseFieldMap } from '../../../src/sigma/field-map.ts';
import { fieldMaps } from '../../../src/sigma/field-resolver.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';

const LOGSOURCE = { product: 'kubernetes', service: 'audit' };
const MAP = `
field_map: mine
description: Some names.
logsource: { product: kubernetes, service: audit }
prefixes: { annotations: audit.annotations, user.extra: audit.user.extra, body: audit.body }
keys: { audit.annotations: _, audit.body.labels: . }
`;
const placesOf = (field: string) => fieldMaps([parseFieldMap(MAP, 'map.yml')]).resolver.resolve(field, LOGSOURCE);

const paths: [field: string, path: readonly string[]][] = [
  ['body.a.b', ['audit', 'body', 'a', 'b']],
  ['body[a.b/c].d', ['audit', 'body', 'a.b/c', 'd']],
  ['body.values[a.b].c[d.e]', ['audit', 'body', 'values', 'a.b', 'c', 'd.e']],
  ['user.extra[a.b/c]', ['audit', 'user', 'extra', 'a.b/c']],
  ['body.labels.a.b/c', ['audit', 'body', 'labels', 'a.b/c']],
  ['body.labels[a.b/c]', ['audit', 'body', 'labels', 'a.b/c']],
  ['annotations.a.b/c', ['audit', 'annotations', 'a_b/c']],
  ['annotations[a.b/c]', ['audit', 'annotations', 'a_b/c']],
  ['other[a.b]', ['other', 'a.b']],
];
for (const [field, path] of paths) {
  test(`the place of ${field}`, () => expect(placesOf(field)).toEqual([path]));
}

test('a name with dots in any JSON', () =>
  expect(AS_WRITTEN.resolve('labels[a.b/c]', {})).toEqual([['labels', 'a.b/c']]));
