import { expect, test } from '@jest/globals';
import { parseContent } from '../../../../src/normalize/etcd/content.ts';
import { createsKey, isLikeApiServer, isNested } from '../../../../src/normalize/etcd/transaction.ts';

const K = 'key:"/registry/pods/dev/a"';
const GUARD = `compare:<target:MOD ${K} mod_revision:7 >`;

const shapes: [name: string, content: string, expected: boolean | undefined][] = [
  [
    'a creation',
    `compare:<target:MOD ${K} mod_revision:0 > success:<request_put:<${K} value_size:6 >> failure:<>`,
    true,
  ],
  ['a creation that ends by a lease', `${GUARD} success:<request_put:<${K} value_size:6 lease:42 >> failure:<>`, true],
  ['an update', `${GUARD} success:<request_put:<${K} value_size:6 >> failure:<request_range:<${K} > >`, true],
  ['a deletion', `${GUARD} success:<request_delete_range:<${K} > > failure:<request_range:<${K} > >`, true],
  ['no compare', `compare:<> success:<request_put:<${K} value_size:6 >> failure:<>`, false],
  [
    'a compare of another key',
    'compare:<target:MOD key:"/x" mod_revision:0 > success:<request_put:<key:"/y" >> failure:<>',
    false,
  ],
  ['a compare of the version', `compare:<${K} version:0 > success:<request_put:<${K} >> failure:<>`, false],
  [
    'a compare that always holds',
    `compare:<result:GREATER target:MOD ${K} mod_revision:0 > success:<request_put:<${K} >> failure:<>`,
    false,
  ],
  [
    'two compares, which etcd prints as one',
    `compare:<target:MOD ${K} mod_revision:0  target:MOD key:"/y" mod_revision:0 > success:<request_put:<${K} >> failure:<>`,
    false,
  ],
  ['two writes', `${GUARD} success:<request_put:<${K} > request_put:<key:"/y" >> failure:<>`, false],
  ['a deletion of a range', `${GUARD} success:<request_delete_range:<${K} range_end:"/s" > > failure:<>`, false],
  ['a read of something else', `${GUARD} success:<request_put:<${K} >> failure:<request_range:<key:"/y" > >`, false],
  ['a write where the compare fails', `${GUARD} success:<request_put:<${K} >> failure:<request_put:<${K} > >`, false],
  ['only a read', `${GUARD} success:<request_range:<${K} > > failure:<>`, false],
  ['a compare of which nobody told', `compare:<target:UNTOLD > success:<request_put:<${K} >> failure:<>`, undefined],
  [
    'of several writes one cannot be told',
    `compare:<target:UNTOLD > success:<request_put:<${K} > request_put:<key:"/y" >>`,
    false,
  ],
  [
    'nor of several of one key',
    `compare:<target:UNTOLD > success:<request_put:<${K} > request_delete_range:<${K} >>`,
    false,
  ],
  ['a read of another key', `compare:<target:UNTOLD > success:<request_put:<${K} > request_range:<key:"/y" >>`, false],
  [
    'a write and a read of its key',
    `compare:<target:UNTOLD > success:<request_put:<${K} > request_range:<${K} >>`,
    undefined,
  ],
  [
    'a range of which nobody told',
    `compare:<target:UNTOLD > success:<request_delete_range:<${K} range_end:"/s" >>`,
    false,
  ],
  ['only a read of which nobody told', `compare:<target:UNTOLD > success:<request_range:<${K} >>`, false],
  ['nothing', '', false],
];
for (const [name, content, expected] of shapes) {
  test(`a transaction like an API server’s: ${name}`, () =>
    expect(isLikeApiServer(parseContent(content))).toBe(expected));
}

for (const [revision, expected] of [
  ['0', true],
  ['7', false],
  ['00', false],
] as const) {
  test(`a transaction that compares with revision ${revision} ${expected ? 'creates' : 'changes'} its key`, () =>
    expect(
      createsKey(parseContent(`compare:<target:MOD ${K} mod_revision:${revision} > success:<request_put:<${K} >>`)),
    ).toBe(expected));
}

const DEEP = `${'success:<request_txn:<'.repeat(40)}success:<request_put:<${K} >>${'>>'.repeat(40)}`;
const nestings: [name: string, content: string, expected: boolean][] = [
  ['none', `${GUARD} success:<request_put:<${K} >>`, false],
  ['one that writes', `${GUARD} success:<request_txn:<success:<request_put:<${K} >>>>`, true],
  ['one in the other branch', `${GUARD} success:<> failure:<request_txn:<success:<request_put:<${K} >>>>`, true],
  ['more than is read', DEEP, true],
];
for (const [name, content, expected] of nestings) {
  test(`a transaction in a transaction: ${name}`, () => expect(isNested(parseContent(content))).toBe(expected));
}
