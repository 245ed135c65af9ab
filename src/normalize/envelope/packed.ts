import { gunzipSync } from 'node:zlib';

const GZIP = [0x1f, 0x8b] as const;
/** Base64 of gzip's first three bytes. */
const BASE64_GZIP = 'H4sI';
const BASE64 = /^[\w+/-]+={0,2}$/;

/** The bytes that Base64 text of something packed with gzip stands for; undefined for other text. */
export const packedIn = (text: string): Buffer | undefined =>
  text.startsWith(BASE64_GZIP) && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;

export const isPacked = (bytes: Buffer): boolean => bytes[0] === GZIP[0] && bytes[1] === GZIP[1];

/** What may be unpacked of one record, in all; `openings` are braces and brackets, each a value that JSON makes of them. */
export type Budget = { bytes: number; openings: number };

/** What any record may hold: a subscription of CloudWatch is 1 MB packed, and its events some ten times that. */
export const budget = (): Budget => ({ bytes: MAX_BYTES, openings: MAX_OPENINGS });

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_OPENINGS = 2_000_000;

/** Unpacks gzip within the budget and takes from it what it unpacked; a text says why it cannot be. */
export function unpacked(bytes: Buffer, left: Budget): Buffer | string {
  const content = gunzipped(bytes, left.bytes);
  if (typeof content === 'string') return content;
  left.bytes -= content.length;
  left.openings -= openingsIn(content);
  return left.openings < 0 ? 'gzip: more than 2,000,000 objects and lists when unpacked' : content;
}

function gunzipped(bytes: Buffer, maxBytes: number): Buffer | string {
  try {
    return gunzipSync(bytes, { maxOutputLength: Math.max(maxBytes, 1) });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? 'gzip: more than 32 MiB when unpacked'
      : 'gzip: damaged or cut off';
  }
}

const BRACE = 0x7b;
const BRACKET = 0x5b;

function openingsIn(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === BRACE || byte === BRACKET) count += 1;
  return count;
}
