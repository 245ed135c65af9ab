import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { KeywardenError } from '../../errors.ts';
import { findSources } from '../../ingest/files.ts';
import { type Backtest, type BacktestSink, backtestFiles, backtestTopics, type Sets } from '../../pipeline/backtest.ts';
import { loadEnrichment } from '../../pipeline/enrichment.ts';
import { loadRules, type RuleSet } from '../../pipeline/rules.ts';
import { backtestTable } from '../../report/backtest.ts';
import { printable } from '../../report/escape.ts';
import { type ProgressBar, progressBar } from '../../report/progress.ts';
import type { CompiledRule } from '../../sigma/compile.ts';
import { createLog } from '../../telemetry/log.ts';
import { DeadLetterNotes } from '../notes.ts';
import {
  type ConfigOptions,
  collect,
  type EnrichmentOptions,
  inForce,
  totalSize,
  withConfig,
  withEnrichment,
} from '../options.ts';
import { shortPath } from './path.ts';

type Options = ConfigOptions &
  EnrichmentOptions & {
    readonly rules?: readonly string[];
    readonly lists?: readonly string[];
    readonly against?: readonly string[];
    readonly againstLists?: readonly string[];
    readonly fields?: readonly string[];
    readonly instead: boolean;
    readonly cluster?: string;
    readonly from?: number;
    readonly to?: number;
    readonly format: 'table' | 'json';
  };

/** `keywarden rules backtest`: what candidate rules would change. */
export const backtestCommand = (): Command =>
  withConfig(withEnrichment(new Command('backtest')))
    .description(
      'say what candidate rules would alert otherwise than the current set, on recorded logs or what Kafka still holds',
    )
    .argument('[file...]', 'files, .gz files or folders; - is standard input; without any, the topics of --config')
    .option('--rules <path>', 'candidate rules or filters: a file or folder (repeatable)', collect)
    .option('--lists <path>', 'candidate lists, which replace those of the same name (repeatable)', collect)
    .option('--against <path>', 'the current set (repeatable); else that of --config, else the shipped rules', collect)
    .option('--instead', 'the candidates replace the whole current set, not only its rules of the same ids', false)
    .option(
      '--against-lists <path>',
      'lists of the current set; else those of --config, else the shipped ones',
      collect,
    )
    .option('--fields <path>', 'field maps for both sets, beside the shipped ones (repeatable)', collect)
    .option('--cluster <name>', 'name of the cluster that the files are of')
    .addOption(
      new Option('--from <time>', 'first time in Kafka: 2026-11-23T05:00:00Z, or 24h ago as 24h').argParser(timeOf),
    )
    .addOption(new Option('--to <time>', 'end of the time in Kafka, now where nothing is said').argParser(timeOf))
    .addOption(new Option('--format <format>', 'how it is printed').choices(['table', 'json']).default('table'))
    .addHelpText(
      'after',
      '\nCandidates are added to the current set and replace its rules of the same ids. From Kafka nothing is committed.\n\nExamples:\n  keywarden rules backtest --rules my-rule.yml --against rules/ audit.log.gz\n  keywarden rules backtest --rules candidates/ --config keywarden.yml --from 24h',
    )
    .action(run);

async function run(files: readonly string[], options: Options): Promise<void> {
  if (files.length === 0 && (options.config === undefined || options.from === undefined)) {
    throw new KeywardenError('USAGE', 'name files, or a time range in Kafka by --config and --from');
  }
  if (options.rules === undefined && options.lists === undefined) {
    throw new KeywardenError(
      'USAGE',
      'name what is to be tried: candidate rules or filters by --rules, lists by --lists',
    );
  }
  const config = options.config === undefined ? undefined : loadConfig(options.config, process.env);
  const fields = options.fields ?? config?.fields;
  const before = inForce({
    rules: options.against ?? config?.rules,
    lists: options.againstLists ?? config?.lists,
    fields,
  });
  const after = { ...before, lists: options.lists ?? before.lists };
  const current = loadRules(before);
  const candidates = loadRules({ ...after, rules: options.rules ?? before.rules, base: before.rules });
  const base = options.instead ? NO_RULES : loadRules(after);
  const notes = new DeadLetterNotes(process.stderr);
  const quiet = base.quiet.union(candidates.quiet);
  const sets = {
    current: alerting(current.rules, current.quiet),
    candidates: alerting(laidOver(base.rules, candidates.rules), quiet),
  };
  const enrich = loadEnrichment({ ...config?.enrichment, ...options });
  let bar: ProgressBar | undefined;
  const sink = (open: (total: number | undefined) => ProgressBar): BacktestSink => ({
    deadLetter: letter => notes.add(letter),
    progress: (done, total) => {
      bar ??= open(total);
      bar.update(done);
    },
  });
  const backtest =
    files.length > 0 || config === undefined
      ? await onFiles(files, sets, { enrich, cluster: options.cluster ?? config?.cluster }, sink)
      : await backtestTopics(
          config,
          { from: options.from ?? 0, to: options.to ?? Date.now() },
          sets,
          enrich,
          sink(total => progressBar(process.stderr, total, Date.now, count => `${count} records`)),
          createLog(config.log.level),
        );
  bar?.end();
  process.stdout.write(options.format === 'json' ? jsonOf(backtest, sets) : backtestTable(backtest.rules));
  for (const fault of [...faultsOf(candidates, current), ...backtest.faults]) {
    process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  }
  notes.end();
  process.stderr.write(summaryOf(backtest, sets));
  const left = new Set([...current.programs, ...candidates.programs].map(({ rule }) => rule.id)).size;
  if (left > 0)
    process.stderr.write(`not compared: ${left} rules of more than one event, and what counts for them alone\n`);
  if (candidates.faults.length + backtest.faults.length > 0) process.exitCode = 2;
}

const NO_RULES: Pick<RuleSet, 'rules' | 'quiet'> = { rules: [], quiet: new Set() };

/** Events are judged alone here, so only rules of which a match alone is an alert are compared. */
const alerting = (rules: readonly CompiledRule[], quiet: ReadonlySet<string>): readonly CompiledRule[] =>
  rules.filter(({ rule }) => !quiet.has(rule.id));

function laidOver(current: readonly CompiledRule[], candidates: readonly CompiledRule[]): readonly CompiledRule[] {
  const replaced = new Set(candidates.map(({ rule }) => rule.id));
  return [...current.filter(({ rule }) => !replaced.has(rule.id)), ...candidates];
}

async function onFiles(
  files: readonly string[],
  sets: Sets,
  about: Parameters<typeof backtestFiles>[2],
  sink: (open: () => ProgressBar) => BacktestSink,
): Promise<Backtest> {
  const sources = await findSources(files);
  return backtestFiles(
    sources,
    sets,
    about,
    sink(() => progressBar(process.stderr, totalSize(sources), Date.now)),
  );
}

/** A file that both sets share is said once. */
const faultsOf = (candidates: RuleSet, current: RuleSet): readonly KeywardenError[] => [
  ...new Map([...candidates.faults, ...current.faults].map(fault => [fault.message, fault])).values(),
];

function summaryOf({ rules, events, seconds }: Backtest, { current, candidates }: Sets): string {
  const sum = (side: 'new' | 'gone' | 'same'): number => rules.reduce((total, rule) => total + rule[side], 0);
  const speed = seconds === 0 ? events : Math.round(events / seconds);
  return `alerts: ${sum('new')} new, ${sum('gone')} gone, ${sum('same')} as before; ${candidates.length} rules instead of ${current.length}, ${events} events in ${seconds.toFixed(1)} s (${speed} a second)\n`;
}

const jsonOf = ({ rules, events, seconds }: Backtest, { current, candidates }: Sets): string =>
  `${JSON.stringify(
    {
      events,
      seconds,
      events_per_second: seconds === 0 ? events : Math.round(events / seconds),
      rules_before: current.length,
      rules_after: candidates.length,
      rules: rules.map(({ rule, levelBefore, ...difference }) => ({
        rule: { id: rule.id, title: rule.title, level: rule.level, file: shortPath(rule.file) },
        level_before: levelBefore,
        ...difference,
      })),
    },
    undefined,
    2,
  )}\n`;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment, or how long ago it was; milliseconds since 1970. */
function timeOf(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('expected a time such as 2026-11-23T05:00:00Z, or 24h.');
  return ms;
}
