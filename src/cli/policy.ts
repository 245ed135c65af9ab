import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { KeywardenError } from '../errors.ts';
import { checkPolicy, type PolicyCheck } from '../pipeline/policy-check.ts';
import { loadRules } from '../pipeline/rules.ts';
import { parsePolicy } from '../policy/policy.ts';
import { writePolicy } from '../policy/write.ts';
import { printable } from '../report/escape.ts';
import { remedyText, sightsTally, sightsText } from '../report/policy.ts';
import { inForce, type RulesOptions, withRules } from './options.ts';
import { shortPath } from './rules/path.ts';

/** `keywarden policy`: what an audit policy lets the rules see. */
export const policyCommand = (): Command =>
  new Command('policy').description('tools for audit policies of the API server').addCommand(checkCommand());

type Options = RulesOptions & { readonly format: 'text' | 'json' | 'policy' };

const checkCommand = (): Command =>
  withRules(new Command('check'))
    .description('say which rules an audit policy blinds, and the smallest change that opens their eyes')
    .argument('<policy>', 'the file that the API server reads by --audit-policy-file')
    .addOption(
      new Option('--format <format>', 'text or json: what is seen; policy: the policy with the change in it')
        .choices(['text', 'json', 'policy'])
        .default('text'),
    )
    .addHelpText(
      'after',
      '\nEach rule is asked again on its examples as the policy would record them; without examples, on requests that its\nfields name.\n\nExit codes: 0 nothing to change, 1 a change would let rules see more, 2 usage, or the policy cannot be used.\n\nExamples:\n  keywarden policy check /etc/kubernetes/audit-policy.yaml\n  keywarden policy check --format policy audit-policy.yaml > better-policy.yaml',
    )
    .action(run);

function run(file: string, options: Options): void {
  const text = textOf(file);
  const policy = parsePolicy(text, file);
  const set = loadRules(inForce(options));
  const check = checkPolicy(policy, set);
  process.stdout.write(PRINTERS[options.format](check, text));
  for (const fault of set.faults) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  process.stderr.write(sightsTally(check.sights, check.unknown.length, check.others));
  if (set.faults.length > 0) process.exitCode = 2;
  else if (check.remedy.rules.length + check.remedy.stages.length > 0) process.exitCode = 1;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new KeywardenError('POLICY', `${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

const PRINTERS: Readonly<Record<Options['format'], (check: PolicyCheck, text: string) => string>> = {
  text: ({ policy, sights, remedy }) => {
    const rows = sights.map(one => ({ ...one, rule: { ...one.rule, file: shortPath(one.rule.file) } }));
    const parts = [sightsText(policy, rows), remedyText(policy, remedy)];
    return parts.filter(part => part !== '').join('\n');
  },
  json: check => `${JSON.stringify(jsonOf(check), undefined, 2)}\n`,
  policy: ({ remedy }, text) => writePolicy(text, remedy),
};

const jsonOf = ({ policy, sights, unknown, others, remedy }: PolicyCheck): object => ({
  policy: policy.file,
  rules: sights.map(({ rule, by, sight }) => ({
    id: rule.id,
    title: rule.title,
    level: rule.level,
    by,
    seen: sight.seen,
    blind: sight.blind.map(({ sample, request, decision, needs, lacksStage }) => ({
      sample: sample.name,
      verb: request.verb,
      resource: request.resource,
      path: request.path,
      level: decision.level,
      rule: decision.rule === undefined ? undefined : { index: decision.rule, line: policy.lines[decision.rule] },
      needs,
      lacksStage,
    })),
  })),
  unknown: unknown.map(({ id, title }) => ({ id, title })),
  others,
  remedy: { before: remedy.before, rules: remedy.rules, stages: remedy.stages, refused: remedy.refused.length },
});
