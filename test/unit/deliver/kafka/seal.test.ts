import { expect, test } from '@jest/globals';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { sealFor } from '../../../../src/deliver/kafka/seal.ts';
import { DEAD_LETTER_ROOM } from '../../../../src/pipeline/setup.ts';

const open = async (sealed: string, identity: string): Promise<Buffer> => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  return Buffer.from(await decrypter.decrypt(Buffer.from(sealed, 'base64')));
};
const pairs = (count: number) =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const identity = await generateX25519Identity();
      return { identity, recipient: await identityToRecipient(identity) };
    }),
  );

test('every recipient can open what is sealed, nobody else', async () => {
  const [first, second, stranger] = await pairs(3);
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x0a]);
  const sealed = await sealFor([first?.recipient ?? '', second?.recipient ?? ''])?.(bytes);
  for (const pair of [first, second]) expect(await open(sealed ?? '', pair?.identity ?? '')).toEqual(bytes);
  await expect(open(sealed ?? '', stranger?.identity ?? '')).rejects.toThrow();
});

test('without recipients nothing is sealed', () => expect(sealFor([])).toBeUndefined());

test('a letter of the smallest topic’s largest record has room in the dead-letter topic', async () => {
  const smallest = 1_048_576;
  const recipients = (await pairs(20)).map(({ recipient }) => recipient);
  const sealed = await sealFor(recipients)?.(Buffer.alloc(smallest));
  const others = 4_096;
  expect((sealed?.length ?? Infinity) + others).toBeLessThan(smallest * DEAD_LETTER_ROOM);
});
