import { gunzipSync } from 'node:zlib';

const GZIP = [0x1f, 0x8b] as const;
/** Base64 of gzip's first three bytes. */
const BASE64_GZIP = 'H4sI';
const BASE64 = /^[\w+/-]+={0,2}$/;

/** The bytes that Base64 text of something packed with gzip stands for; undefined for other text. */
export const packedIn = (text: string): Buffer | undefined =>
  text.startsWith(BASE64_GZIP) && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;

export const isPacked = (bytes: Buffer): boolean => bytes[0] === GZIP[0] && bytes[1] === GZIP[1];

/** Unpacks gzip to at most `maxBytes`; a text says why it cannot be. */
export function unpacked(bytes: Buffer, maxBytes: number): Buffer | string {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(maxBytes, 1) });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? 'gzip: more than 64 MiB when unpacked'
      : 'gzip: damaged or cut off';
  }
}
