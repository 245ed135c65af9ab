import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';

const CLI = join(import.meta.dirname, '../../src/cli/keywarden.js');

/** Those of its first line, by which a shell starts it. */
const FLAGS = /^#!.* node (.*)$/m.exec(readFileSync(CLI, 'utf8'))?.[1]?.split(' ') ?? [];

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** The real process, as a user starts it. */
export type Running = {
  readonly ended: Promise<Ended>;
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Standard error so far. */
  readonly log: () => string;
  /** Standard output so far. */
  readonly output: () => string;
};

/** Starts `keywarden …` with nothing of this process's environment but PATH. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input?: string | Buffer,
): Running {
  const child = spawn(process.execPath, [...FLAGS, CLI, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => (stdout += String(chunk)));
  child.stderr.on('data', chunk => (stderr += String(chunk)));
  child.stdin.end(input);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  child.once('exit', () => running.delete(child));
  return { ended, pid: child.pid ?? 0, kill: signal => child.kill(signal), log: () => stderr, output: () => stdout };
}

const running = new Set<ChildProcess>();

/** Ends what a test has started and not ended. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
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

/** Waits until `probe` gives true; a probe that fails is asked again. Fails with `explain` after `timeoutMs`. */
export async function eventually(
  probe: () => Promise<boolean>,
  explain: () => string,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let cause: unknown;
  const holds = (): Promise<boolean> =>
    probe().catch(error => {
      cause = error;
      return false;
    });
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not in ${timeoutMs} ms: ${explain()}`, { cause });
    await sleep(200);
  }
}
