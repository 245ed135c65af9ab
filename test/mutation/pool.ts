import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Baseline, Outcome, Trial } from './worker.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** All tests together take a few seconds; on the busiest machine this is far more than they take. */
const MAX_TRIAL_MS = 60_000;
/** Modules that were loaded anew stay in memory. */
const MAX_LOADS = 100;

export type Result = Outcome | { readonly kind: 'timeout' };

/** The file of the instrumented sources, and those of the tests. */
export type Subject = { readonly sources: string; readonly tests: readonly string[] };

/** Runs the tests without a mutant in force. */
export async function baselineOf(subject: Subject): Promise<Baseline> {
  const worker = await started(subject);
  try {
    return (await asked(worker, 'baseline')) as Baseline;
  } finally {
    worker.kill();
  }
}

/**
 * Tries mutants in processes side by side. Before a process ends the `control` has to pass in it, so that no mutant was
 * killed by what another one left behind.
 */
export async function tried(
  trials: readonly Trial[],
  control: Trial,
  subject: Subject,
  processes: number,
  told: (mutant: string, result: Result) => void,
): Promise<ReadonlyMap<string, Result>> {
  const results = new Map<string, Result>();
  const waiting = trials.values();
  const work = async (): Promise<void> => {
    let worker = await started(subject);
    let loads = 0;
    for (const trial of waiting) {
      const answer = (await asked(worker, trial)) as Outcome | undefined;
      const result = answer ?? { kind: 'timeout' };
      results.set(trial.mutant, result);
      told(trial.mutant, result);
      loads += trial.anew ? 1 : 0;
      if (answer !== undefined && loads < MAX_LOADS) continue;
      if (answer === undefined) worker.kill('SIGKILL');
      else await ended(worker, control);
      worker = await started(subject);
      loads = 0;
    }
    await ended(worker, control);
  };
  await Promise.all(Array.from({ length: processes }, work));
  return results;
}

async function ended(worker: ChildProcess, control: Trial): Promise<void> {
  const outcome = (await asked(worker, control)) as Outcome | undefined;
  worker.kill();
  if (outcome?.kind !== 'survived') throw new Error(`after its mutants a test fails without one: ${outcome?.by}`);
}

/** A process that has loaded the tests. */
async function started({ sources, tests }: Subject): Promise<ChildProcess> {
  const worker = fork(WORKER, [sources, ...tests], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  if ((await answerOf(worker)) === undefined) throw new Error('the tests cannot be loaded');
  return worker;
}

function asked(worker: ChildProcess, question: 'baseline' | Trial): Promise<unknown> {
  worker.send(question);
  return answerOf(worker);
}

/** The next message; undefined where there is none in time, or the process ends. */
async function answerOf(worker: ChildProcess): Promise<unknown> {
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), MAX_TRIAL_MS);
  try {
    const exit = once(worker, 'exit', waiting).then(() => [undefined]);
    const [answer] = await Promise.race([once(worker, 'message', waiting), exit]);
    return answer;
  } catch (error) {
    if (waiting.signal.aborted) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}
