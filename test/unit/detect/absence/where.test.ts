import { expect, test } from '@jest/globals';
import { collection, END, explanation, programOf, type Step, told, unnamed, write } from './support.ts';

/** A deletion of a collection explains no creation, a creation nothing else. */
const PROGRAM = programOf([
  explanation('collection', { by: [['ns', 'ns']], where: [['creates', new Set(['false', ''])]] }),
  explanation('unnamed', {
    by: [['ns', 'ns']],
    once: true,
    where: [
      ['creates', new Set(['true', ''])],
      ['operation', new Set(['write'])],
    ],
  }),
]);

const created = write('w', 5_000, { ns: 'dev', operation: 'write', creates: 'true' });
const changed = write('w', 5_000, { ns: 'dev', operation: 'write', creates: 'false' });
const written = write('w', 5_000, { ns: 'dev', operation: 'write' });
const deleted = write('w', 5_000, { ns: 'dev', operation: 'delete' });
const deletion = collection('r', 5_100, { ns: 'dev' });
const creation = unnamed('r', 5_100, { ns: 'dev' });

const cases: [name: string, steps: readonly Step[], found: string[]][] = [
  ['a creation while a collection is deleted', [created, deletion], ['w']],
  ['a change while a collection is deleted', [changed, deletion], []],
  ['a write of which nobody told, while a collection is deleted', [written, deletion], []],
  ['a deletion while a collection is deleted', [deleted, deletion], []],
  ['a creation with its request', [created, creation], []],
  ['a change while something is created', [changed, creation], ['w']],
  ['a write of which nobody told, while something is created', [written, creation], []],
  ['a deletion while something is created', [deleted, creation], ['w']],
  [
    'a change takes no request from a creation',
    [changed, write('v', 5_200, { ns: 'dev', operation: 'write', creates: 'true' }), creation],
    ['w'],
  ],
];
for (const [name, steps, found] of cases) {
  test(`what explains what: ${name}`, () => expect(told([...steps, END], { program: PROGRAM })).toEqual(found));
  test(`what explains what, in the other order: ${name}`, () =>
    expect(told([...steps.toReversed(), END], { program: PROGRAM })).toEqual(found));
}
