import { isUtf8 } from 'node:buffer';

const PLAIN = /^[\x20-\x7e]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be printed.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** Binary text as people can read it: UTF-8 where it is, bytes outside it and control characters as `\xNN`. */
export function printableKey(key: string): string {
  if (PLAIN.test(key)) return key;
  const bytes = Buffer.from(key, 'latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(CONTROL, hex);
  return key.replace(/[^\x20-\x7e]/g, hex);
}

const hex = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
