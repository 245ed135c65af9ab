import { hash } from 'node:crypto';

/** Characters of a base64url SHA-256 that are kept: 132 bits, so that nobody can make two events share an id. */
const ID_LENGTH = 22;

/** A deterministic id of the given parts. NUL parts them, since none of them can hold one in an audit log. */
export const identify = (...parts: readonly (string | undefined)[]): string => digest(parts.join('\0'));

/** The same of a text that was joined by hand, where an array an event would cost too much. */
export const digest = (text: string): string => hash('sha256', text, 'base64url').slice(0, ID_LENGTH);

/** The id of an alert: people give it to commands, to which a first `-` would mean an option. */
export const identifyAlert = (...parts: readonly (string | undefined)[]): string =>
  identify(...parts).replace(/^-/, 'A');

/** Characters of an id that make 48 bits. */
const SHARE_CHARACTERS = 8;
const SHARES = 2 ** 48;

/** A number in [0, 1), evenly spread over ids and always the same for one. */
export const shareOf = (id: string): number =>
  Number.parseInt(Buffer.from(id.slice(0, SHARE_CHARACTERS), 'base64url').toString('hex'), 16) / SHARES;
