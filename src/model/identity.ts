import { hash } from 'node:crypto';

/** Characters of a base64url SHA-256 that are kept: 132 bits, so that nobody can make two events share an id. */
const ID_LENGTH = 22;

/** A deterministic id of the given parts. NUL parts them, since none of them can hold one in an audit log. */
export const identify = (...parts: readonly (string | undefined)[]): string => digest(parts.join('\0'));

/** The same of a text that was joined by hand, where an array an event would cost too much. */
export const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, ID_LENGTH);
