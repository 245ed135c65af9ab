import { expect, test } from '@jest/globals';
import { plainField, resolveField } from '../../../src/detect/fields.ts';

const AUDIT = { product: 'kubernetes', service: 'audit' };

const paths: [field: string, path: readonly string[]][] = [
  ['verb', ['kubernetes', 'audit', 'verb']],
  ['user.name', ['user', 'name']],
  ['user.extra[example.com/id]', ['kubernetes', 'audit', 'user', 'extra', 'example.com/id']],
  [
    'requestObject.metadata.labels[a.b/c].d',
    ['kubernetes', 'audit', 'requestObject', 'metadata', 'labels', 'a.b/c', 'd'],
  ],
  [
    'annotations.authorization.k8s.io/decision',
    ['kubernetes', 'audit', 'annotations', 'authorization_k8s_io/decision'],
  ],
];
for (const [field, path] of paths) {
  test(`the path of ${field}`, () => expect(resolveField(field, AUDIT)).toEqual([path]));
}

test('a name with dots in any JSON', () => expect(plainField('labels[a.b/c]', {})).toEqual([['labels', 'a.b/c']]));
