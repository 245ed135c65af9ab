import { Command, Option } from 'commander';
import { atLeast, LEVELS, type Level } from '../../model/alert.ts';
import { loadRules } from '../../pipeline/rules.ts';
import { printable } from '../../report/escape.ts';
import { rulesTable } from '../../report/rules.ts';
import { type Role, rolesOf } from '../../sigma/role.ts';
import type { Rule } from '../../sigma/rule.ts';
import { inForce, type RulesOptions, withRules } from '../options.ts';
import { shortPath } from './path.ts';

type Options = RulesOptions & {
  readonly format: 'table' | 'json';
  readonly level?: Level;
  readonly tag?: string;
};

/** `keywarden rules list`: which rules there are. */
export const listCommand = (): Command =>
  withRules(new Command('list'))
    .description(
      'list the rules and correlations: level, title, id, log source, ATT&CK techniques, file; the gravest first',
    )
    .addOption(new Option('--level <level>', 'only rules of this level and above').choices(LEVELS))
    .option('--tag <tag>', 'only rules with a tag that begins with this, such as attack.t1552')
    .addOption(new Option('--format <format>', 'how they are printed').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExample:\n  keywarden rules list --level high --tag attack.credential-access')
    .action(run);

function run({ format, level, tag, ...options }: Options): void {
  const set = loadRules(inForce(options));
  const { faults } = set;
  const rules = rolesOf(set);
  const found = rules.filter(({ rule }) => isMeant(rule, level, tag));
  process.stdout.write(format === 'json' ? jsonOf(found) : rulesTable(found.map(withShortPath)));
  for (const fault of faults) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  process.stderr.write(`${found.length} of ${rules.length} rules\n`);
  if (faults.length > 0) process.exitCode = 2;
}

const isMeant = (rule: Rule, level: Level | undefined, tag: string | undefined): boolean =>
  (level === undefined || atLeast(rule.level, level)) &&
  (tag === undefined || rule.tags.some(one => one.toLowerCase().startsWith(tag.toLowerCase())));

const withShortPath = (role: Role): Role => ({ ...role, rule: { ...role.rule, file: shortPath(role.rule.file) } });

const jsonOf = (roles: readonly Role[]): string =>
  `${JSON.stringify(
    roles.map(({ rule, kind, what, alerts }) => ({
      id: rule.id,
      level: rule.level,
      title: rule.title,
      kind,
      what: what === '' ? undefined : what,
      alerts,
      status: rule.status,
      description: rule.description,
      logsource: rule.logsource,
      tags: rule.tags,
      falsepositives: rule.falsepositives,
      look_first: rule.keywarden?.look_first,
      file: rule.file,
      line: rule.line,
    })),
    undefined,
    2,
  )}\n`;
