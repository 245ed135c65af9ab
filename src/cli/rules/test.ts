import { Command, Option } from 'commander';
import { type ExampleResult, type TestedRule, testExamples } from '../../pipeline/examples.ts';
import { loadExplained } from '../../pipeline/explained.ts';
import { printable } from '../../report/escape.ts';
import { type FailedExample, failuresText } from '../../report/examples.ts';
import { useColour } from '../colour.ts';
import { inForce, type RulesOptions, withRules } from '../options.ts';
import { shortPath } from './path.ts';

type Options = RulesOptions & { readonly format: 'table' | 'json'; readonly requireExamples: boolean };

/** `keywarden rules test`: the examples beside each rule. */
export const testCommand = (): Command =>
  withRules(new Command('test'))
    .description(
      'run the examples beside each rule and correlation (x.examples.yml beside x.yml): must-matches and near misses',
    )
    .argument('[path...]', 'rule files or folders; without any the shipped rules')
    .addOption(new Option('--format <format>', 'how results are printed').choices(['table', 'json']).default('table'))
    .option('--require-examples', 'fail where a rule has no examples', false)
    .addHelpText(
      'after',
      '\nExit codes: 0 all examples held, 1 one did not, 2 a rule cannot be used.\n\nExample:\n  keywarden rules test my-rules/ --lists my-lists/',
    )
    .action(run);

function run(paths: readonly string[], options: Options): void {
  const given = [...paths, ...(options.rules ?? [])];
  const set = loadExplained({ ...inForce(options), rules: given.length === 0 ? undefined : given });
  const tested = testExamples(set);
  const bare = tested.filter(isBare);
  process.stdout.write(options.format === 'json' ? jsonOf(tested) : textOf(tested, bare));
  for (const fault of set.faults) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  if (set.faults.length > 0) process.exitCode = 2;
  else if (tested.some(isFailed) || (options.requireExamples && bare.length > 0)) process.exitCode = 1;
}

const isBare = ({ results, fault }: TestedRule): boolean => results.length === 0 && fault === undefined;

const isFailed = ({ results, fault }: TestedRule): boolean => fault !== undefined || results.some(({ held }) => !held);

function textOf(tested: readonly TestedRule[], bare: readonly TestedRule[]): string {
  const failed = tested.filter(isFailed).map(failedText);
  const untested = bare.map(
    ({ rule, file }) => `no examples: ${printable(rule.title)}\n  expected in ${printable(shortPath(file))}\n`,
  );
  const results = tested.flatMap(({ results }) => results);
  const wrong = results.filter(({ held }) => !held).length;
  const gap = untested.length === 0 ? '' : `; ${rulesCount(untested.length)} without any`;
  return `${[...failed, ...untested].join('')}${results.length} examples of ${rulesCount(tested.length)}: ${results.length - wrong} held, ${wrong} failed${gap}\n`;
}

const rulesCount = (count: number): string => `${count} ${count === 1 ? 'rule' : 'rules'}`;

function failedText({ rule, file, results, fault }: TestedRule): string {
  if (fault !== undefined) return `${printable(rule.title)}\n  ✗ ${printable(fault.message)}\n\n`;
  return failuresText(rule.title, shortPath(file), results.filter(({ held }) => !held).map(failedExample), useColour());
}

const failedExample = ({ name, mustMatch, fault, explained, notes }: ExampleResult): FailedExample => ({
  name,
  mustMatch,
  fault,
  explanation: explained?.explanation,
  notes,
});

const jsonOf = (tested: readonly TestedRule[]): string =>
  `${JSON.stringify(
    tested.map(({ rule, file, results, fault }) => ({
      rule: { id: rule.id, title: rule.title, file: rule.file, line: rule.line },
      examples: file,
      fault: fault?.message,
      results: results.map(result => ({ ...failedExample(result), held: result.held })),
    })),
    undefined,
    2,
  )}\n`;
