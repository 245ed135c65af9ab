import { Encrypter } from 'age-encryption';

/** Seals bytes so that only the holder of an identity can read them: an age file in base64. */
export type Seal = (bytes: Buffer) => Promise<string>;

/** Seals for every one of the age X25519 recipients (`age1…`), which have to be valid; undefined without any. About 1 ms a record. */
export function sealFor(recipients: readonly string[]): Seal | undefined {
  if (recipients.length === 0) return undefined;
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return async bytes => Buffer.from(await encrypter.encrypt(bytes)).toString('base64');
}
