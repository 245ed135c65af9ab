import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sealFor } from '../../../src/deliver/kafka/seal.ts';
import { openWith } from '../../../src/ingest/identity.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'keywarden-identity-'));
const fileOf = (text: string): string => {
  const path = join(FOLDER, 'identity.txt');
  writeFileSync(path, text);
  return path;
};

test('what was sealed is opened with the identity, as age-keygen writes it, among others', async () => {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const file = `# created: 2026-11-23T12:00:00Z\r\n# public key: ${recipient}\r\n${identity}\r\n\n${await generateX25519Identity()}\n`;
  const open = openWith(fileOf(file));
  const seal = sealFor([recipient]);
  for (const bytes of ['', 'secret', 'x'.repeat(200_000)]) {
    expect((await open((await seal?.(Buffer.from(bytes))) ?? '')).toString()).toBe(bytes);
  }
});

test('a stranger’s identity and damaged bytes are refused', async () => {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const open = openWith(fileOf(await generateX25519Identity()));
  const sealed = await sealFor([recipient])?.(Buffer.from('secret'));
  for (const text of [sealed ?? '', '', 'YWdl', '%%%']) await expect(open(text)).rejects.toThrow();
});

const errors: [name: string, text: string | undefined, message: string][] = [
  ['no file', undefined, '(ENOENT)'],
  ['no identity', '# only a comment\n', 'holds no age identity'],
  ['an identity with a slip', '# x\nAGE-SECRET-KEY-14711\n', 'identity.txt:2 (expected an age identity'],
  ['a recipient', 'age14711\n', 'identity.txt:1 (expected an age identity'],
];
for (const [name, text, message] of errors) {
  test(`an identity file that is none is named, never quoted: ${name}`, () => {
    const path = text === undefined ? join(FOLDER, 'nothing') : fileOf(text);
    expect(() => openWith(path)).toThrow(message);
    try {
      openWith(path);
    } catch (error) {
      expect(String(error)).not.toContain('4711');
    }
  });
}
