import { closeSync, openSync, writeSync } from 'node:fs';
import { KeywardenError } from '../errors.ts';
import type { DeadLetter } from '../model/deadletter.ts';

const CHUNK = 64 * 1024;

/** Writes dead letters into a file, a line of JSON each; what it held before is gone. */
export type LettersFile = { readonly add: (letter: DeadLetter) => void; readonly end: () => void };

/** Opens the file; without a path letters go nowhere. Throws USAGE, also while it is written. */
export function lettersFile(path: string | undefined): LettersFile {
  if (path === undefined) return { add: () => {}, end: () => {} };
  const file = trying(path, () => openSync(path, 'w'));
  let text = '';
  const flush = (): void => {
    trying(path, () => writeSync(file, text));
    text = '';
  };
  return {
    add: letter => {
      text += `${JSON.stringify(letter)}\n`;
      if (text.length >= CHUNK) flush();
    },
    end: () => {
      flush();
      closeSync(file);
    },
  };
}

function trying<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    throw new KeywardenError('USAGE', `${path} cannot be written (${REASONS[code] ?? code})`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'not allowed',
  EISDIR: 'it is a folder',
  ENOSPC: 'the disk is full',
};
