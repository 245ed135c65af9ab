import { readFileSync } from 'node:fs';
import { KeywardenError } from '../errors.ts';

/** A secret given directly (by the environment) or as the file that holds it; a final newline is not part of it. */
export function secret(value: string | undefined, file: string | undefined, name: string): string | undefined {
  if (file === undefined) return value;
  if (value !== undefined) throw new KeywardenError('CONFIG', `${name} and ${name}File: give one of them, not both`);
  return readPem(file, `${name}File`).replace(/\r?\n$/, '');
}

/** The text of a certificate, key or secret file. */
export const readPem = (file: string, name: string): string => readBytes(file, name).toString('utf8');

/** The same as bytes. */
export function readBytes(file: string, name: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new KeywardenError('CONFIG', `${name}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`, {
      cause,
    });
  }
}
