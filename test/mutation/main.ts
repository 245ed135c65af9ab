import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { instrumented, type Mutant } from './mutants.ts';
import { baselineOf, tried } from './pool.ts';
import { type Fate, type Judged, scoreOf, survivorLine, table } from './print.ts';
import { controlOf, trialsOf } from './trials.ts';

const FOLDER = 'src/sigma';
const TESTS = 'test/{conformance,unit}/sigma/**/*.test.ts';
const LEAST_SCORE = 85;

const folder = mkdtempSync(join(tmpdir(), 'keywarden-mutation-'));
try {
  process.exitCode = await main(new Set(process.argv.slice(2)));
} finally {
  rmSync(folder, { recursive: true });
}

/** Tries the mutants of all files or of those named, and says which the tests of src/sigma let live. */
async function main(files: ReadonlySet<string>): Promise<number> {
  const start = Date.now();
  const { sources, mutants } = await instrumented(FOLDER);
  const subject = { sources: join(folder, 'sources.json'), tests: globSync(TESTS).sort() };
  writeFileSync(subject.sources, JSON.stringify(sources));
  const baseline = await baselineOf(subject);
  const failing = baseline.tests.filter(({ error }) => error !== undefined);
  for (const { name, error } of failing) process.stderr.write(`fails without a mutant: ${name}\n${error}\n`);
  if (failing.length > 0) return 1;
  const chosen = mutants.filter(mutant => files.size === 0 || files.has(mutant.file));
  const trials = trialsOf(chosen, baseline);
  const known = new Map(chosen.map(mutant => [mutant.id, mutant]));
  const tell = (mutant: Mutant | undefined, fate: Fate): void => {
    if (mutant !== undefined && fate !== 'killed') process.stdout.write(survivorLine({ mutant, fate }));
  };
  const results = await tried(trials, controlOf(baseline), subject, availableParallelism(), (id, { kind }) =>
    tell(known.get(id), kind),
  );
  const judged = chosen.map((mutant): Judged => ({ mutant, fate: results.get(mutant.id)?.kind ?? 'untested' }));
  for (const { mutant, fate } of judged) if (fate === 'untested') tell(mutant, fate);
  const seconds = Math.round((Date.now() - start) / 1_000);
  process.stdout.write(`${table(judged)}\n${baseline.tests.length} tests, ${seconds} s\n`);
  return scoreOf(judged) < LEAST_SCORE ? 1 : 0;
}
