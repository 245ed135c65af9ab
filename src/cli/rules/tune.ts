import { Command, Option } from 'commander';
import { KeywardenError } from '../../errors.ts';
import { findSources } from '../../ingest/files.ts';
import { loadRules } from '../../pipeline/rules.ts';
import { type MarkedAlert, readMarked } from '../../pipeline/tune/marked.ts';
import { type Tuning, tune } from '../../pipeline/tune/tune.ts';
import { printable } from '../../report/escape.ts';
import { progressBar } from '../../report/progress.ts';
import { type TuningRow, tuningText } from '../../report/tune.ts';
import { DeadLetterNotes } from '../notes.ts';
import { collect, inForce, type RulesOptions, totalSize, withRules } from '../options.ts';

type Options = RulesOptions & {
  readonly false: readonly string[];
  readonly true?: readonly string[];
  readonly cluster?: string;
  readonly format: 'text' | 'json';
};

/** `keywarden rules tune`: a narrow exclusion for alerts that an analyst marked false. */
export const tuneCommand = (): Command =>
  withRules(new Command('tune'))
    .description(
      'propose a narrow filter or list entry that stops alerts which an analyst marked false, and prove that it keeps the true ones',
    )
    .argument('<log...>', 'the logs that the alerts come from: files, .gz files or folders')
    .requiredOption(
      '--false <alerts>',
      'alerts that are false, as "hunt --format jsonl" prints them or the index holds them (repeatable)',
      collect,
    )
    .option('--true <alerts>', 'alerts of the same rules that are true (repeatable)', collect)
    .option('--cluster <name>', 'name of the cluster that the logs are of')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      '\nExit codes: 0 each rule has a proven proposal, 1 one has none.\n\nExample:\n  keywarden rules tune --false false.jsonl --true true.jsonl audit.log.gz',
    )
    .action(run);

async function run(logs: readonly string[], options: Options): Promise<void> {
  const set = loadRules(inForce(options));
  const wrong = await readAll(options.false);
  if (wrong.length === 0) throw new KeywardenError('USAGE', `${options.false.join(', ')}: no alerts in it`);
  const right = await readAll(options.true ?? []);
  const sources = await findSources(logs);
  const bar = progressBar(process.stderr, totalSize(sources), Date.now);
  const notes = new DeadLetterNotes(process.stderr);
  const { tunings, faults } = await tune(sources, { false: wrong, true: right, cluster: options.cluster }, set, {
    deadLetter: letter => notes.add(letter),
    progress: bar.update,
  });
  bar.end();
  process.stdout.write(options.format === 'json' ? jsonOf(tunings) : tunings.map(rowOf).map(tuningText).join('\n\n'));
  for (const fault of [...set.faults, ...faults]) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  notes.end();
  if (faults.length > 0) process.exitCode = 2;
  else if (tunings.some(({ proposal }) => proposal === undefined)) process.exitCode = 1;
}

const readAll = async (paths: readonly string[]): Promise<readonly MarkedAlert[]> =>
  (await Promise.all(paths.map(readMarked))).flat();

const rowOf = ({ rule, cases, proposal, proof, failed, variety }: Tuning): TuningRow => ({
  title: rule.title,
  id: rule.id,
  marked: {
    false: cases.false.length,
    true: cases.true.length,
    unmarked: cases.unmarked.length,
    both: cases.both,
    missing: cases.missing,
  },
  best: proposal === undefined || proof === undefined ? undefined : { proposal, proof },
  failed,
  variety,
});

const jsonOf = (tunings: readonly Tuning[]): string =>
  `${JSON.stringify(
    tunings.map(rowOf).map(({ best, failed, variety, ...row }) => ({
      ...row,
      proposal: best === undefined ? undefined : shortened(best),
      failed: failed.map(shortened),
      variety: Object.fromEntries(variety),
    })),
    undefined,
    2,
  )}\n`;

/** Of events only where they stand. */
const shortened = ({ proposal, proof }: NonNullable<TuningRow['best']>) => ({
  ...proposal,
  proof: {
    ...proof,
    falseLeft: proof.falseLeft.map(({ origin }) => origin),
    trueLost: proof.trueLost.map(({ origin }) => origin),
    unmarkedGone: proof.unmarkedGone.map(({ origin }) => origin),
  },
});
