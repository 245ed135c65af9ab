import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = join(import.meta.dirname, 'rsigma');
const PROGRAM = join(PROJECT, 'target/release/keywarden-peer-rsigma');
const MAX_OUTPUT = 256 * 1024 * 1024;

export type PeerRun = {
  /** The lines of the events, from 0, on which each rule holds. */
  readonly found: ReadonlyMap<string, readonly number[]>;
  /** Rules that the peer cannot use, and why. */
  readonly faults: readonly { readonly rule: string | undefined; readonly fault: string }[];
  readonly loadMicros: number;
  /** Microseconds an event. */
  readonly evaluateMicros: number;
};

/** Builds rsigma with cargo where that has not been done. What stands in the way, or undefined. */
export function buildRsigma(): string | undefined {
  if (spawnSync('cargo', ['--version']).status !== 0) return 'cargo is not there; install Rust 1.95 or newer';
  const built = spawnSync('cargo', ['build', '--release', '--locked', '--quiet'], { cwd: PROJECT, encoding: 'utf8' });
  return built.status === 0 ? undefined : `cargo could not build rsigma: ${built.stderr.trim().split('\n')[0]}`;
}

/** Runs rsigma over rules and events. Throws where it fails. */
export async function runRsigma(rules: readonly string[], events: readonly object[], passes = 1): Promise<PeerRun> {
  const folder = mkdtempSync(join(tmpdir(), 'keywarden-peers-'));
  try {
    const [rulesFile, eventsFile] = [join(folder, 'rules.yml'), join(folder, 'events.jsonl')];
    writeFileSync(rulesFile, rules.join('\n---\n'));
    writeFileSync(eventsFile, events.map(event => `${JSON.stringify(event)}\n`).join(''));
    const run = promisify(execFile);
    const { stdout } = await run(PROGRAM, [rulesFile, eventsFile, String(passes)], { maxBuffer: MAX_OUTPUT });
    return readRun(stdout, events.length * passes);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Line = {
  readonly rule?: string;
  readonly events?: readonly number[];
  readonly fault?: string;
  readonly loadMicros?: number;
  readonly evaluateMicros?: number;
};

function readRun(output: string, evaluated: number): PeerRun {
  const lines = output
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Line);
  const { loadMicros = 0, evaluateMicros = 0 } = lines.at(-1) ?? {};
  return {
    found: new Map(lines.flatMap(({ rule = '', events }) => (events === undefined ? [] : [[rule, events]]))),
    faults: lines.flatMap(({ rule, fault }) => (fault === undefined ? [] : [{ rule, fault }])),
    loadMicros,
    evaluateMicros: evaluateMicros / evaluated,
  };
}
