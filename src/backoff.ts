import { setTimeout as sleep } from 'node:timers/promises';
import { KeywardenError } from './errors.ts';

const FIRST_MS = 200;
const LONGEST_MS = 15_000;

/** Milliseconds to wait before try `attempt` (from 0): doubling, bounded, with full jitter so that many clients do not return at once. */
export const backoff = (attempt: number, random: () => number = Math.random): number =>
  FIRST_MS + random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));

/** Waits; an abort ends the wait by throwing the signal's reason. */
export const wait = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });

/** What `work` gives, or undefined if that takes longer than `ms`; it goes on then, and nobody waits. */
export async function atMost<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const done = new AbortController();
  try {
    return await Promise.race([work, sleep(ms, undefined, { signal: done.signal })]);
  } finally {
    done.abort();
  }
}

/** Begins `work` at each call, unless it is still at it; resolves when it is done, or after `ms`, and then it goes on. It must not reject. */
export function oneAtATime(work: () => Promise<unknown>, ms: number): () => Promise<void> {
  let working: Promise<unknown> | undefined;
  return async () => {
    working ??= work().finally(() => {
      working = undefined;
    });
    await atMost(working, ms);
  };
}

/** What is told of a failed try: the error, the number of the try (from 0), and the milliseconds until the next. */
export type OnWait<E = unknown> = (error: E, attempt: number, ms: number) => void;

/**
 * Calls `work` until it resolves, for as long as it lasts, waiting longer after each failure. An error that no second try
 * can mend is thrown at once. When `signal` is aborted it throws, though `work` may still hang; nobody waits for that then.
 */
export async function untilDone<T>(work: () => Promise<T>, onWait: OnWait, signal: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KeywardenError && !error.retriable) throw error;
      const ms = backoff(attempt);
      onWait(error, attempt, ms);
      await wait(ms, signal);
    }
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
