import { readFileSync } from 'node:fs';

/** The most memory (kB) that a process has ever held. Linux alone tells it; elsewhere a test would say nothing, so it fails. */
export function peakKilobytes(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
