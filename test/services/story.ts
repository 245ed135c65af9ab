import { expect } from '@jest/globals';
import { allTold } from './evaluated.ts';
import { auditRecords } from './events.ts';
import { account } from './index.ts';
import { eventually, type Running, start } from './keywarden.ts';
import { newRig, type Rig } from './rig.ts';
import { lag, produce } from './topics.ts';

/** A topic of events, and a process that has committed some of them and is busy with the rest. */
export async function underLoad(events: number): Promise<{ readonly rig: Rig; readonly running: Running }> {
  const rig = await newRig();
  await produce(rig.audit, auditRecords(events));
  const running = start(['run', '--config', rig.config(undefined, { bulk: { bytes: 200_000 } })]);
  await eventually(async () => (await lag(rig.group, rig.audit)).left < events, running.log);
  return { rig, running };
}

/** Characters of a log that tell how a process stands. */
const LOG_END = 20_000;

/** Waits until nothing of the audit topic is left to commit. Fails with the end of the log, at once where the process has ended. */
export async function allRead(rig: Rig, { log, ended }: Running, timeoutMs?: number): Promise<void> {
  const end = (): string => log().slice(-LOG_END);
  const isDone = async (): Promise<boolean> => (await lag(rig.group, rig.audit)).left === 0;
  const gone = ended.then(async ({ code }) => {
    // Whoever is killed may have committed all before.
    if (!(await isDone())) throw new Error(`ended with ${code}: ${end()}`);
  });
  await Promise.race([eventually(isDone, end, timeoutMs), gone]);
}

/** The same, and that the alerts of its matches are told, unless the process ends before. */
export async function allCommitted(rig: Rig, running: Running, timeoutMs?: number): Promise<void> {
  await allRead(rig, running, timeoutMs);
  const log = (): string => running.log().slice(-LOG_END);
  await Promise.race([allTold(rig, { log }, timeoutMs), running.ended]);
}

/** Asks it to stop, and expects that it does so in order. */
export async function stopped(running: Running): Promise<Readonly<Record<string, number>>> {
  running.kill('SIGTERM');
  const { code, stderr } = await running.ended;
  expect([code, stderr.includes('unexpected')]).toEqual([0, false]);
  const last = stderr.split('\n').find(line => line.includes('"msg":"stopped"'));
  return JSON.parse(last ?? '{}') as Record<string, number>;
}

/** The account of a fault: every event is a document or a dead letter, none is there twice, and all is committed. */
export async function expectAccount(rig: Rig, events: number, deadLetters = 0): Promise<void> {
  expect(await account(rig.indices.kubernetes)).toEqual({ documents: events - deadLetters, ids: events - deadLetters });
  expect((await lag('nobody', rig.deadLetters)).total).toBe(deadLetters);
  expect(await lag(rig.group, rig.audit)).toEqual({ left: 0, total: events });
}

/** Carries all there is through, with nothing in the way, and stops. */
export async function carryThrough(
  rig: Rig,
  timeoutMs?: number,
  more: object = {},
): Promise<Readonly<Record<string, number>>> {
  const running = start(['run', '--config', rig.config(undefined, {}, more)]);
  await allCommitted(rig, running, timeoutMs);
  return stopped(running);
}
