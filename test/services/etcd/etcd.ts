import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { dockerEtcd, hasDocker } from '../docker.ts';
import { eventually } from '../keywarden.ts';
import { localEtcd } from '../local/etcd.ts';
import { freePort } from '../local/process.ts';
import { makePki, type Pki } from './pki.ts';
import { connectWriter, type Writer } from './writer.ts';

const READY_MS = 30_000;

/** An etcd of one test file alone, with TLS, which asks for client certificates. */
export type OwnEtcd = {
  readonly endpoint: string;
  readonly pki: Pki;
  /** Its data, to be copied or removed while it is halted. */
  readonly data: string;
  /** Writes as `root`. */
  readonly writer: Writer;
  readonly halt: () => Promise<void>;
  readonly kill: () => Promise<void>;
  /** Starts it on the data that is there. A new cluster gets its id from the token. */
  readonly begin: (token?: string) => Promise<void>;
};

/** One that runs. */
export type Launched = { readonly stop: () => Promise<void>; readonly kill: () => Promise<void> };

/** Starts one with these options, by whatever brings it; whether it answers is asked elsewhere. */
export type Launch = (options: readonly string[]) => Promise<Launched>;

/** What brings one. `prepare` may take minutes, once; `launch` is told the folder of all its files. */
export type EtcdSource = { readonly prepare: () => Promise<void>; readonly launch: (folder: string) => Launch };

/** A container where the host's network can be used, else a program. What is missing as text. */
export async function findEtcd(): Promise<EtcdSource | string> {
  const docker = process.platform === 'linux' && (await hasDocker());
  return docker ? { prepare: async () => {}, launch: dockerEtcd } : localEtcd();
}

const mine: (() => Promise<void>)[] = [];

afterAll(() => Promise.all(mine.map(end => end())));

/** Starts one. */
export async function ownEtcd(): Promise<OwnEtcd> {
  const source = await findEtcd();
  if (typeof source === 'string') throw new Error(source);
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-etcd-'));
  const launch = source.launch(folder);
  const [port, peer] = [await freePort(), await freePort()];
  const pki = await makePki(join(folder, 'pki'));
  const endpoint = `https://127.0.0.1:${port}`;
  const data = join(folder, 'data');
  const writer = connectWriter(endpoint, pki);
  let running: Launched | undefined;
  const begin = async (token = 'first'): Promise<void> => {
    running = await launch(optionsOf(port, peer, data, pki, token));
    const answers = async (): Promise<boolean> => (await writer.put('/ready', '')) > 0;
    await eventually(answers, () => 'etcd does not answer', READY_MS);
  };
  const kill = async (): Promise<void> => running?.kill();
  mine.push(async () => {
    writer.close();
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await begin();
  return { endpoint, pki, data, writer, halt: async () => running?.stop(), kill, begin };
}

const optionsOf = (port: number, peer: number, data: string, pki: Pki, token: string): readonly string[] => [
  '--name=one',
  `--data-dir=${data}`,
  `--listen-client-urls=https://127.0.0.1:${port}`,
  `--advertise-client-urls=https://127.0.0.1:${port}`,
  `--listen-peer-urls=http://127.0.0.1:${peer}`,
  `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
  `--initial-cluster=one=http://127.0.0.1:${peer}`,
  `--initial-cluster-token=${token}`,
  `--cert-file=${pki.cert('server')}`,
  `--key-file=${pki.key('server')}`,
  `--trusted-ca-file=${pki.ca}`,
  '--client-cert-auth',
  // A test machine has nothing to lose.
  '--unsafe-no-fsync',
  '--log-level=warn',
];
