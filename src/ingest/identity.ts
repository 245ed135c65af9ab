import { readFileSync } from 'node:fs';
import { Decrypter } from 'age-encryption';
import { KeywardenError } from '../errors.ts';

/** Opens what was sealed; rejects where no identity fits or the bytes are damaged. */
export type Open = (sealed: string) => Promise<Buffer>;

/** Opens with the identities of a file as age-keygen writes it: one a line, # begins a comment. Throws FILE, never with a line of it. */
export function openWith(path: string): Open {
  const decrypter = new Decrypter();
  let count = 0;
  for (const [index, line] of textOf(path).split('\n').entries()) {
    const identity = line.trim();
    if (identity === '' || identity.startsWith('#')) continue;
    add(decrypter, identity, `${path}:${index + 1}`);
    count += 1;
  }
  if (count === 0) throw new KeywardenError('FILE', `${path} (holds no age identity)`);
  return async sealed => Buffer.from(await decrypter.decrypt(Buffer.from(sealed, 'base64')));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new KeywardenError('FILE', `${path} (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** Without the cause, which may quote the identity. */
function add(decrypter: Decrypter, identity: string, where: string): void {
  try {
    decrypter.addIdentity(identity);
  } catch {
    throw new KeywardenError('FILE', `${where} (expected an age identity, AGE-SECRET-KEY-1…, not encrypted)`);
  }
}
