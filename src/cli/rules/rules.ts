import { Command } from 'commander';
import { backtestCommand } from './backtest.ts';
import { checkCommand } from './check.ts';
import { coverageCommand } from './coverage.ts';
import { explainCommand } from './explain.ts';
import { fieldsCommand } from './fields.ts';
import { listCommand } from './list.ts';
import { testCommand } from './test.ts';
import { tuneCommand } from './tune.ts';

/** `keywarden rules`: tools to write rules and to trust them, one subcommand each. */
export function rulesCommand(): Command {
  const command = new Command('rules').description('tools to write rules and to trust them');
  for (const subcommand of SUBCOMMANDS) command.addCommand(subcommand());
  return command;
}

const SUBCOMMANDS: readonly (() => Command)[] = [
  checkCommand,
  testCommand,
  listCommand,
  explainCommand,
  fieldsCommand,
  coverageCommand,
  backtestCommand,
  tuneCommand,
];
