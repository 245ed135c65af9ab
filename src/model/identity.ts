import { hash } from 'node:crypto';

/** Characters of a base64url SHA-256 that are kept: 132 bits, so that nobody can make two events share an id. */
const ID_LENGTH = 22;

/** A deterministic id of the given parts. NUL parts them, since none of them can hold one in an audit log. */
export const identify = (...parts: readonly (string | undefined)[]): string =>
  hash('sha256', parts.join('\0'), 'base64url').slice(0, ID_LENGTH);
