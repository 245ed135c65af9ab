import { expect, test } from '@jest/globals';
import { normalize } from '../../../src/normalize/normalize.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';
import { PLANTED, USER_PATHS } from '../../fixtures/secrets.ts';
import { NOW } from './support.ts';

test('there are more than fifty secrets, all different', () => {
  expect(new Set(PLANTED.map(({ secret }) => secret)).size).toBe(PLANTED.length);
  expect(PLANTED.length).toBeGreaterThan(50);
});

for (const { where, secret, record } of PLANTED) {
  test(`a planted secret does not leave normalize: ${where}`, () => {
    const out: unknown[] = [];
    expect(record).toContain(secret);
    normalize(
      { bytes: Buffer.from(record), origin: { file: 'f', line: 1 }, cluster: undefined, receivedAt: NOW },
      normalizeSettings('test', () => NOW, /\benv\b/.test(record) ? USER_PATHS : []),
      {
        event: ({ document, verbatim }) => out.push(document, verbatim?.bytes.toString()),
        deadLetter: letter => out.push(letter),
      },
    );
    expect(out.length).toBeGreaterThan(0);
    expect(JSON.stringify(out)).not.toContain(secret);
  });
}
