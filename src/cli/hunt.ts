import { Command, Option } from 'commander';
import { createEngine } from '../detect/engine.ts';
import { silenceOf } from '../detect/silence.ts';
import { DEFAULT_STORY } from '../detect/story.ts';
import { findSources } from '../ingest/files.ts';
import { type Alert, atLeast, LEVELS, type Level } from '../model/alert.ts';
import { durationMs } from '../model/duration.ts';
import { normalizeSettings } from '../normalize/settings.ts';
import { readBaselineFiles } from '../pipeline/baseline/file.ts';
import { fitting } from '../pipeline/baseline/fitting.ts';
import { loadEnrichment } from '../pipeline/enrichment.ts';
import { DEFAULT_LATENESS, hunt } from '../pipeline/hunt.ts';
import { DEFAULT_SUPPRESS } from '../pipeline/judges.ts';
import { loadRules, type RuleSet } from '../pipeline/rules.ts';
import { sharedLinks } from '../pipeline/shared-links.ts';
import { loadSilences, lostSilences } from '../pipeline/silences.ts';
import { alertPrinter, FORMATS, type Format } from '../report/alerts.ts';
import { printable } from '../report/escape.ts';
import { progressBar } from '../report/progress.ts';
import { worst } from '../report/table.ts';
import { printLeftOpen } from './judged.ts';
import { lettersFile } from './letters.ts';
import { DeadLetterNotes, printNotes } from './notes.ts';
import {
  collect,
  type EnrichmentOptions,
  type RulesOptions,
  span,
  totalSize,
  withEnrichment,
  withRules,
} from './options.ts';

type Options = EnrichmentOptions &
  RulesOptions & {
    readonly format: Format;
    readonly failOn?: Level;
    readonly input: 'audit' | 'json';
    readonly everyMatch: boolean;
    readonly suppress: string;
    readonly lateness: string;
    readonly baseline?: readonly string[];
    readonly story: string;
    readonly silences?: readonly string[];
    readonly showSilenced: boolean;
    readonly verbose: boolean;
    readonly cluster?: string;
    readonly redact?: readonly string[];
    readonly deadLetters?: string;
  };

/** `keywarden hunt`: the engine of `run` on files. */
export const huntCommand = (): Command =>
  withRules(withEnrichment(new Command('hunt')))
    .description('look for attacks in recorded logs of the API server and of etcd')
    .argument('<file...>', 'files, .gz files or folders; - is standard input')
    .addOption(new Option('--format <format>', 'how alerts are printed').choices(FORMATS).default('table'))
    .addOption(new Option('--fail-on <level>', 'exit with 1 when an alert reaches this level').choices(LEVELS))
    .addOption(
      new Option('--input <kind>', 'audit: recognise what the logs are; json: take every JSON object as it is')
        .choices(['audit', 'json'])
        .default('audit'),
    )
    .option('-v, --verbose', 'with each alert what to look at first, what it may be instead, and its evidence', false)
    .option(
      '--suppress <time>',
      'how long further matches of one case only raise its count, where the rule does not say; 0s: an alert each',
      span,
      DEFAULT_SUPPRESS,
    )
    .option(
      '--story <time>',
      'how long after the last alert of a story one that is linked to it still belongs to it; 0s: no stories',
      span,
      DEFAULT_STORY,
    )
    .option(
      '--lateness <time>',
      'how far behind later lines of its file a line may stand and still count in its place',
      span,
      DEFAULT_LATENESS,
    )
    .option(
      '--baseline <file>',
      'what "keywarden baseline learn" has learnt, so that rules on first sights find at once (repeatable)',
      collect,
    )
    .option('--silences <path>', 'a file or folder of silences, see docs/alerts.md (repeatable)', collect)
    .option('--show-silenced', 'print silenced alerts too; they never count for --fail-on', false)
    .option('--every-match', 'one alert for each rule and event: no grouping, every stage of a request', false)
    .option('--cluster <name>', 'name of the cluster that the logs are of')
    .option('--redact <path>', 'cut also what this path below the audit event names (repeatable)', collect)
    .option('--dead-letters <file>', 'write what could not be read into this file, a line of JSON each')
    .addHelpText('after', '\nExample:\n  keywarden hunt --fail-on high /var/log/kubernetes/audit.log etcd.log.gz')
    .action(run);

async function run(paths: readonly string[], options: Options): Promise<void> {
  const sources = await findSources(paths);
  const enrich = loadEnrichment(options);
  const plain = options.input === 'json';
  const { lists, fields } = options;
  const ruleSet = loadRules({ rules: options.rules, lists, fields, now: new Date(), plain });
  const silences = loadSilences(options.silences ?? []);
  for (const lost of lostSilences(silences, ruleSet)) process.stderr.write(`keywarden: ${lost}\n`);
  const { rows: known, outdated } = fitting(await readBaselineFiles(options.baseline ?? []), ruleSet.programs);
  for (const id of outdated) {
    process.stderr.write(
      `keywarden: the rule ${printable(id)} looks for something else than when the baseline was learnt; left out, run "keywarden baseline learn" again\n`,
    );
  }
  const bar = progressBar(process.stderr, totalSize(sources), Date.now);
  const notes = new DeadLetterNotes(process.stderr);
  const letters = lettersFile(options.deadLetters);
  const printer = alertPrinter(options.format, process.stdout, options.verbose);
  const storySpan = durationMs(options.story);
  let highest: Level | undefined;
  let silenced = 0;
  const hunted = await hunt(
    sources,
    {
      engine: createEngine(ruleSet.rules),
      programs: ruleSet.programs,
      quiet: ruleSet.quiet,
      known,
      settings: normalizeSettings('keywarden', Date.now, options.redact),
      input: options.input,
      unit: options.everyMatch ? 'event' : 'request',
      cluster: options.cluster,
      enrich,
      order: 'time',
      latenessMs: durationMs(options.lateness),
      suppressMs: durationMs(options.suppress),
      silenceOf: silenceOf(silences),
      stories: storySpan === 0 ? undefined : { spanMs: storySpan, isShared: sharedLinks(ruleSet.lists, new Date()) },
    },
    {
      alert: (alert: Alert) => {
        const isSilenced = alert.keywarden.alert.silenced !== undefined;
        if (isSilenced) silenced += 1;
        else highest = worst(highest, alert.keywarden.alert.level);
        if (!isSilenced || options.showSilenced) printer.alert(alert);
      },
      deadLetter: letter => {
        notes.add(letter);
        letters.add(letter);
      },
      progress: bar.update,
    },
  );
  bar.end();
  letters.end();
  printer.end();
  printNotes(ruleSet.notes, process.stderr);
  const faults = [...ruleSet.faults, ...hunted.faults];
  for (const fault of faults) process.stderr.write(`keywarden: ${fault.message}\n`);
  if (ruleSet.programs.length > 0) printLeftOpen(hunted, process.stderr);
  notes.end();
  const files = `${sources.length} ${sources.length === 1 ? 'file' : 'files'}`;
  if (silenced > 0)
    process.stderr.write(`${silenced} silenced${options.showSilenced ? '' : '; --show-silenced prints them'}\n`);
  process.stderr.write(`${printer.tally()} in ${hunted.events} events of ${files}, by ${rulesIn(ruleSet)} rules\n`);
  if (faults.length > 0) process.exitCode = 2;
  else if (options.failOn !== undefined && highest !== undefined && atLeast(highest, options.failOn))
    process.exitCode = 1;
}

/** Rules with a detection, and correlations. */
const rulesIn = ({ rules, programs, parts }: RuleSet): number =>
  rules.length + parts.length + programs.filter(({ kind }) => kind === 'correlation').length;
