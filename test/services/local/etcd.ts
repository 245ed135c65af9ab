import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EtcdSource, Launch } from '../etcd/etcd.ts';
import { cached } from './cache.ts';
import { isInstalled } from './java.ts';
import { run, say, start } from './process.ts';

export const ETCD_VERSION = '3.6.16';

/** What ETCD_BINARY names, else one built from the Go module proxy, else the one that is installed. What is missing as text. */
export function localEtcd(): EtcdSource | string {
  const named = process.env['ETCD_BINARY'];
  if (named !== undefined) return sourceOf(async () => named);
  if (isInstalled('go')) return sourceOf(built);
  return isInstalled('etcd')
    ? sourceOf(async () => 'etcd')
    : 'etcd needs Docker, Go, or the Debian package etcd-server';
}

const sourceOf = (binary: () => Promise<string>): EtcdSource => ({
  prepare: async () => void (await binary()),
  launch: () => async options => launched(await binary(), options),
});

/** etcd's module replaces others, so that `go install` refuses it; a module of our own that needs it builds it. */
async function built(): Promise<string> {
  const home = await cached(`etcd-${ETCD_VERSION}`, async folder => {
    say(`etcd ${ETCD_VERSION}: building from the Go module proxy, once`);
    const module = `module keywarden.test/etcd\n\ngo 1.24\n\nrequire go.etcd.io/etcd/server/v3 v${ETCD_VERSION}\n`;
    writeFileSync(join(folder, 'go.mod'), module);
    await run('go', ['build', '-C', folder, '-mod=mod', '-o', 'etcd', 'go.etcd.io/etcd/server/v3']);
  });
  return join(home, 'etcd');
}

async function launched(binary: string, options: readonly string[]): ReturnType<Launch> {
  const server = start(binary, options, process.env);
  const kill = async (): Promise<void> => {
    server.signal('SIGKILL');
    await server.stop();
  };
  return { stop: server.stop, kill };
}
