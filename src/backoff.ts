import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 200;
const LONGEST_MS = 15_000;

/** Milliseconds to wait before try `attempt` (from 0): doubling, bounded, with full jitter so that many clients do not return at once. */
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  FIRST_MS + random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));

/** Waits; an abort ends the wait by throwing the signal's reason. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });
