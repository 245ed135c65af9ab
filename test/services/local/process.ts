import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that a test run owns. `log` is the end of what it printed. */
export type Server = {
  readonly stop: () => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly log: () => string;
  readonly ended: () => boolean;
};

const LOG_LENGTH = 20_000;
const STOP_MS = 20_000;
const running = new Set<ChildProcess>();

// A run that is broken off must not leave its servers behind.
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/** A launcher's own children, which are the server itself in Elasticsearch's case, are meant too. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Starts a server in the foreground of this process. */
export function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Server {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let log = '';
  const keep = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG_LENGTH);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', error => keep(Buffer.from(error.message)));
  running.add(child);
  const exited = once(child, 'exit').finally(() => running.delete(child));
  return {
    stop: async () => {
      // A paused server would not hear the other.
      signalGroup(child, 'SIGCONT');
      signalGroup(child, 'SIGTERM');
      const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_MS);
      await exited.catch(() => {});
      clearTimeout(kill);
    },
    signal: signal => signalGroup(child, signal),
    log: () => log,
    ended: () => child.exitCode !== null || child.signalCode !== null,
  };
}

/** Runs a command to its end. Throws with what it printed where it fails. */
export async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (log += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${log.slice(-1_000)}`);
}

/** Waits until `probe` resolves; fails when the server has ended or after `timeoutMs`. */
export async function until(
  name: string,
  server: Server,
  probe: () => Promise<unknown>,
  timeoutMs: number,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      const late = Date.now() > deadline;
      if (late || server.ended())
        throw new Error(`${name} ${late ? 'is not ready in time' : 'ended'}: ${server.log().slice(-2_000)}`, {
          cause: error,
        });
      await sleep(250);
    }
  }
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Progress for people who wait; standard output belongs to jest. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);
