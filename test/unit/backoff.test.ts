import { expect, test } from '@jest/globals';
import { atMost, backoff, oneAtATime, untilDone } from '../../src/backoff.ts';
import { KeywardenError } from '../../src/errors.ts';

const NEVER = new AbortController().signal;

const waits: [attempt: number, random: number, ms: number][] = [
  [0, 0, 200],
  [0, 1, 400],
  [3, 0.5, 1_000],
  [50, 1, 15_200],
];
for (const [attempt, random, ms] of waits) {
  test(`before try ${attempt} at ${random} of its jitter it waits ${ms} ms`, () =>
    expect(backoff(attempt, () => random)).toBe(ms));
}

test('work that ends in time gives what it gives, later work gives nothing, and a failure is one', async () => {
  expect(await atMost(Promise.resolve(7), 10_000)).toBe(7);
  expect(await atMost(new Promise(() => {}), 1)).toBeUndefined();
  await expect(atMost(Promise.reject(new Error('broken')), 10_000)).rejects.toThrow('broken');
});

test('work that hangs keeps nobody, is not begun twice, and is begun again when it is done', async () => {
  const begun: (() => void)[] = [];
  const work = oneAtATime(() => new Promise<void>(resolve => begun.push(resolve)), 1);
  await work();
  await work();
  expect(begun).toHaveLength(1);
  begun[0]?.();
  await Promise.resolve();
  await work();
  expect(begun).toHaveLength(2);
});

test('work that fails is tried again, and what was wrong is told', async () => {
  const told: unknown[] = [];
  let calls = 0;
  const work = async (): Promise<string> => {
    calls += 1;
    if (calls === 1) throw new Error('away');
    return 'done';
  };
  expect(await untilDone(work, error => told.push(String(error)), NEVER)).toBe('done');
  expect([calls, told]).toEqual([2, ['Error: away']]);
});

test('what no other try mends is thrown at once, and an abort ends the trying, also where it hangs', async () => {
  const fatal = new KeywardenError('CONFIG', 'no topic');
  await expect(
    untilDone(
      () => Promise.reject(fatal),
      () => {},
      NEVER,
    ),
  ).rejects.toBe(fatal);
  const stop = new AbortController();
  const hanging = untilDone(
    () => new Promise(() => {}),
    () => {},
    stop.signal,
  );
  stop.abort(new Error('no more'));
  await expect(hanging).rejects.toThrow('no more');
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(
    untilDone(
      () => Promise.reject(new Error('away')),
      () => {},
      stopped,
    ),
  ).rejects.toThrow('stopped');
});
