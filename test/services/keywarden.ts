import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';

const CLI = join(import.meta.dirname, '../../src/cli/keywarden.js');

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** The real process, as a user starts it. */
export type Running = {
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Standard error so far. */
  readonly log: () => string;
};

/** Starts `keywarden …` with nothing of this process's environment but PATH. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string | Buffer,
): Running {
  const child = spawn(process.execPath, [CLI, ...args], { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => (stdout += String(chunk)));
  child.stderr.on('data', chunk => (stderr += String(chunk)));
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { ended, kill: signal => child.kill(signal), log: () => stderr };
}

/** Runs `keywarden …` to its end. */
export const keywarden = (
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
  input?: string | Buffer,
): Promise<Ended> => start(args, env, input).ended;

/** Writes a configuration file and returns its path. */
export function configFile(config: object): string {
  const path = join(mkdtempSync(join(tmpdir(), 'keywarden-test-')), 'keywarden.yml');
  writeFileSync(path, stringify(config));
  return path;
}

/** Waits until `probe` gives true; fails with `explain` after `timeoutMs`. */
export async function eventually(
  probe: () => Promise<boolean>,
  explain: () => string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${explain()}`);
    await sleep(200);
  }
}
