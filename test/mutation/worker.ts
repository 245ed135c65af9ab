import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { type Test, takeDeclared } from './collected.ts';
import { useInstrumented } from './hooks.ts';
import { mutantSwitch } from './switch.ts';

/** How the sources do without a mutant in force: each test, and which mutants it passes how often. */
export type Baseline = {
  readonly tests: readonly { readonly name: string; readonly milliseconds: number; readonly error?: string }[];
  /** Mutants that are passed when modules are loaded: the modules have to be loaded anew for them. */
  readonly loading: readonly string[];
  readonly hits: readonly Readonly<Record<string, number>>[];
};

/** A mutant to be tried: by these tests, in this order; one that it passes more often than `hitLimit` runs without end. */
export type Trial = {
  readonly mutant: string;
  readonly tests: readonly { readonly index: number; readonly hitLimit: number }[];
  readonly anew: boolean;
};

export type Outcome = { readonly kind: 'killed' | 'survived' | 'endless'; readonly by?: string };

const [, , sources = '', ...files] = process.argv;
useInstrumented(JSON.parse(readFileSync(sources, 'utf8')));
// A test never fails because the machine is slow, nor because of chance.
performance.now = () => 0;
fc.configureGlobal({ seed: 20_261_124 });

const MAX_HITS_LOADING = 1_000_000;

let generation = 0;
const tests = await load();

process.on('message', async (message: 'baseline' | Trial) => {
  process.send?.(message === 'baseline' ? await baseline() : await outcomeOf(message));
});
process.send?.('ready');

async function load(): Promise<readonly Test[]> {
  generation += 1;
  for (const file of files) await import(`${pathToFileURL(resolve(file))}?${generation}`);
  return takeDeclared();
}

async function baseline(): Promise<Baseline> {
  const { mutantCoverage } = mutantSwitch;
  const results: Baseline['tests'][number][] = [];
  for (const [index, test] of tests.entries()) {
    mutantSwitch.currentTestId = `test ${index}`;
    const start = process.hrtime.bigint();
    const error = await failureOf(test);
    const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
    results.push({ name: test.name, milliseconds, ...(error === undefined ? {} : { error }) });
  }
  return {
    tests: results,
    loading: Object.keys(mutantCoverage.static),
    hits: tests.map((_, index) => mutantCoverage.perTest[`test ${index}`] ?? {}),
  };
}

async function outcomeOf({ mutant, tests: wanted, anew }: Trial): Promise<Outcome> {
  mutantSwitch.currentTestId = 'trial';
  Object.assign(mutantSwitch, { activeMutant: mutant, hitCount: 0, hitLimit: MAX_HITS_LOADING });
  try {
    const tried = anew ? await load() : tests;
    for (const { index, hitLimit } of wanted) {
      const test = tried[index];
      Object.assign(mutantSwitch, { hitCount: 0, hitLimit });
      const error = test === undefined ? 'is not declared' : await failureOf(test);
      if (isEndless()) return { kind: 'endless' };
      if (error !== undefined) return { kind: 'killed', by: test?.name ?? error };
    }
    return { kind: 'survived' };
  } catch (error) {
    takeDeclared();
    return isEndless() ? { kind: 'endless' } : { kind: 'killed', by: `loading: ${error}` };
  } finally {
    mutantSwitch.activeMutant = undefined;
  }
}

const isEndless = ({ hitCount = 0, hitLimit = 0 } = mutantSwitch): boolean => hitCount > hitLimit;

async function failureOf({ run }: Test): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
