import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { KeywardenError } from '../errors.ts';
import { type Line, lineBatches } from './lines.ts';

/** Longer lines are dead letters: no audit event that the API server can make reaches this. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const STDIN = '-';

/** A file to read; `size` in bytes as it lies on disk, undefined for what can be read only once: standard input, a pipe. */
export type Source = { readonly path: string; readonly name: string; readonly size: number | undefined };

/**
 * The files that the arguments name, sorted within a folder: folders are searched for their files, `-` is standard input.
 * A link inside a folder is followed to a file, never to a folder, which could be the one that it is in. Throws FILE, also
 * where a folder holds no file.
 */
export async function findSources(paths: readonly string[]): Promise<readonly Source[]> {
  const found: Source[] = [];
  for (const path of paths) {
    const sources = await sourcesAt(path);
    if (sources.length === 0) throw new KeywardenError('FILE', `${path} (no files in it; hidden ones do not count)`);
    found.push(...sources);
  }
  return found;
}

async function sourcesAt(path: string, isLink = false): Promise<readonly Source[]> {
  if (path === STDIN) return [{ path, name: '<stdin>', size: undefined }];
  try {
    const status = await stat(path);
    if (!status.isDirectory()) return [{ path, name: path, size: status.isFile() ? status.size : undefined }];
    if (isLink) return [];
    const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
    const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return (await Promise.all(sorted.map(entry => sourcesAt(join(path, entry.name), entry.isSymbolicLink())))).flat();
  } catch (cause) {
    throw cause instanceof KeywardenError ? cause : unreadable(path, cause);
  }
}

/** A file's lines, one by one or as many as come together, and how many bytes of it have been read from disk so far. */
export type Reading = {
  readonly lines: AsyncGenerator<Line>;
  readonly batches: AsyncGenerator<readonly Line[]>;
  readonly bytesRead: () => number;
};

/** Opens a file, unpacking it where its name ends in `.gz`. It can be read once. Reading throws FILE. */
export function openSource(source: Source): Reading {
  const raw = source.path === STDIN ? process.stdin : createReadStream(source.path, { highWaterMark: CHUNK_BYTES });
  const batches = readBatches(source, raw);
  return { batches, lines: oneByOne(batches), bytesRead: () => ('bytesRead' in raw ? Number(raw.bytesRead) : 0) };
}

async function* readBatches({ path, name }: Source, raw: Readable): AsyncGenerator<readonly Line[]> {
  try {
    yield* lineBatches(path.endsWith('.gz') ? unpacked(raw) : raw, MAX_LINE_BYTES);
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

async function* oneByOne(batches: AsyncGenerator<readonly Line[]>): AsyncGenerator<Line> {
  for await (const batch of batches) yield* batch;
}

function unpacked(raw: Readable): AsyncIterable<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // `pipe` carries neither errors on nor the end of the reading back.
  raw.on('error', error => gunzip.destroy(error));
  gunzip.on('close', () => raw.destroy());
  return raw.pipe(gunzip);
}

function unreadable(path: string, cause: unknown): KeywardenError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new KeywardenError('FILE', `${path} (${REASONS[code] ?? (code === '' ? message : code)})`, { cause });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'not allowed to read it',
  Z_BUF_ERROR: 'it breaks off: what came before was read',
  Z_DATA_ERROR: 'it is damaged: what came before was read',
};
