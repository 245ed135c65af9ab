import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { Command, Option } from 'commander';
import { type CheckOptions, check } from '../../check/check.ts';
import { readFile, type SourceFile } from '../../check/document.ts';
import { atLeastAsBad, type Finding, SEVERITIES, type Severity } from '../../check/finding.ts';
import { fixed } from '../../check/fix.ts';
import { LINTS } from '../../check/lints.ts';
import { checkedFiles } from '../../pipeline/checked-files.ts';
import { counted, findingLines } from '../../report/findings.ts';
import { sarifOf } from '../../report/sarif.ts';
import { collect } from '../options.ts';
import { VERSION } from '../version.ts';

type Options = {
  readonly fix?: true;
  readonly list?: true;
  readonly lists?: readonly string[];
  readonly fields?: readonly string[];
  readonly format: 'text' | 'json' | 'sarif';
  readonly show: Severity;
  readonly failOn: Severity;
};

/** `keywarden rules check`: what is wrong with rules, lists, filters and examples, before they are in force. */
export const checkCommand = (): Command =>
  new Command('check')
    .description('say what is wrong with rules, lists, filters and examples, and what to do about it')
    .argument('[paths...]', 'files and folders to check; the shipped rules where none is given')
    .option('--fix', 'mend what can be mended without a decision; comments and layout stay')
    .option('--lists <path>', 'a file or folder of lists that the rules may name (repeatable)', collect)
    .option('--fields <path>', 'a file or folder of field maps beside the shipped ones (repeatable)', collect)
    .addOption(
      new Option('--format <format>', 'how findings are written').choices(['text', 'json', 'sarif']).default('text'),
    )
    .addOption(
      new Option('--show <severity>', 'the mildest findings that text shows').choices(SEVERITIES).default('warning'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'the mildest finding that makes the exit code 1')
        .choices(SEVERITIES)
        .default('error'),
    )
    .option('--list', 'list every lint instead: name, severity, reason')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing that bad, 1 a finding reached --fail-on, 2 usage or a path that cannot be read.\nExample:\n  keywarden rules check --fix my-rules/',
    )
    .action(run);

function run(paths: readonly string[], options: Options): void {
  if (options.list === true) writeLints(options.format);
  else runCheck(paths, options);
}

function runCheck(paths: readonly string[], options: Options): void {
  const { files, beside, resolver } = checkedFiles(paths, [...(options.lists ?? []), ...(options.fields ?? [])]);
  const settings: CheckOptions = { beside: beside.map(readFile), resolver, now: new Date() };
  const named = files.map(file => ({ ...file, file: nearName(file.file) }));
  const mended = options.fix === true ? mend(files, named, settings) : named;
  const findings = check(mended, settings);
  write(findings, options);
  const failed = findings.some(({ severity }) => atLeastAsBad(severity, options.failOn));
  process.stderr.write(
    `${files.length} ${files.length === 1 ? 'file' : 'files'}: ${counted(findings)}${hidden(findings, options)}\n`,
  );
  if (failed) process.exitCode = 1;
}

/** The path from here where that is shorter. */
function nearName(file: string): string {
  const near = relative(process.cwd(), file);
  return near !== '' && !near.startsWith('..') ? near : file;
}

function mend(
  files: readonly SourceFile[],
  named: readonly SourceFile[],
  settings: CheckOptions,
): readonly SourceFile[] {
  let count = 0;
  const read = named.map(readFile);
  const mended = named.map((file, i) => {
    const others = [...read.filter((_, other) => other !== i), ...settings.beside];
    const result = fixed(file, one => check([one], { ...settings, beside: others }));
    count += result.count;
    if (result.text !== file.text) writeFileSync(files[i]?.file ?? file.file, result.text);
    return { ...file, text: result.text };
  });
  process.stderr.write(`${count} ${count === 1 ? 'finding' : 'findings'} mended\n`);
  return mended;
}

function write(findings: readonly Finding[], { format, show }: Options): void {
  if (format === 'sarif') writeJson(sarifOf(findings, LINTS, VERSION));
  else if (format === 'json')
    writeJson(findings.map(({ edits, ...finding }) => ({ ...finding, fixable: edits.length > 0 })));
  else {
    const shown = findings.filter(({ severity }) => atLeastAsBad(severity, show));
    process.stdout.write(findingLines(shown, process.stdout.isTTY === true));
  }
}

const writeJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
};

function hidden(findings: readonly Finding[], { format, show }: Options): string {
  const left = findings.filter(({ severity }) => !atLeastAsBad(severity, show)).length;
  return left === 0 || format !== 'text' ? '' : ' (--show note shows all)';
}

function writeLints(format: Options['format']): void {
  const lints = LINTS.map(({ name, severity, reason, section, fix, fixable = false }) => ({
    name,
    severity,
    reason,
    section,
    fix,
    fixable,
  }));
  if (format !== 'text') {
    writeJson(lints);
    return;
  }
  const width = Math.max(...lints.map(({ name }) => name.length));
  for (const { name, severity, reason } of lints) {
    process.stdout.write(`${name.padEnd(width)}  ${severity.padEnd('warning'.length)}  ${reason}\n`);
  }
}
