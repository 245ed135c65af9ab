import { relative } from 'node:path';

/** A path as it is read most easily: relative where it lies below the working directory. */
export function shortPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
