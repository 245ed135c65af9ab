import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Root's home is closed to the user that Elasticsearch has to run as. */
const BASE = process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache');
const CACHE = process.env['KEYWARDEN_TEST_CACHE'] ?? join(BASE, 'keywarden-test-services');

/** A folder made once for all runs: made beside its place and renamed, so that two runs at once do not spoil it. */
export async function cached(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  const building = `${folder}.${process.pid}`;
  mkdirSync(building, { recursive: true });
  try {
    await make(building);
    if (!existsSync(folder)) renameSync(building, folder);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  return folder;
}
