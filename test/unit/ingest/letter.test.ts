import { expect, test } from '@jest/globals';
import { letterOf } from '../../../src/ingest/letter.ts';

const LETTER = {
  '@timestamp': '2026-11-23T12:00:00.000Z',
  stage: 'normalize',
  reason: 'not valid JSON',
  origin: { topic: 'audit', partition: 0, offset: 17 },
  sha256: 'ab'.repeat(32),
  size: 5,
};
const with_ = (fields: object): string => JSON.stringify({ ...LETTER, ...fields });

const good: [name: string, text: string, expected: object][] = [
  ['of a topic', with_({}), LETTER],
  ['of an item', with_({ origin: { ...LETTER.origin, item: 3 } }), { origin: { ...LETTER.origin, item: 3 } }],
  ['of a file', with_({ origin: { file: 'audit.log', line: 3 } }), { origin: { file: 'audit.log', line: 3 } }],
  ['that is sealed', with_({ sealed: 'YWdl' }), { sealed: 'YWdl' }],
  ['from a list', with_({ sealed: true }), { sealed: undefined }],
  ['with more than we know', with_({ more: 1 }), LETTER],
  ['with a reason of a megabyte', with_({ reason: 'x'.repeat(1e6) }), { reason: 'x'.repeat(1_000) }],
];
for (const [name, text, expected] of good) {
  test(`a letter ${name}`, () => expect(letterOf(text)).toMatchObject(expected));
}

const bad: [name: string, text: string][] = [
  ['no JSON', 'x'],
  ['null', 'null'],
  ['another object', '{"kind":"Event"}'],
  ['a stage that is none', with_({ stage: 'detect' })],
  ['a hash that is none', with_({ sha256: 'x' })],
  ['an origin that is none', with_({ origin: {} })],
  ['a negative offset', with_({ origin: { ...LETTER.origin, offset: -1 } })],
  ['an offset that no number holds', with_({ origin: { ...LETTER.origin, offset: 1e300 } })],
  ['a topic that cannot be', with_({ origin: { ...LETTER.origin, topic: 'a b' } })],
];
for (const [name, text] of bad) {
  test(`no letter: ${name}`, () => expect(letterOf(text)).toBeUndefined());
}
