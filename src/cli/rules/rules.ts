import { Command } from 'commander';
import { checkCommand } from './check.ts';

/** `keywarden rules`: tools to write rules and to trust them, one subcommand each. */
export function rulesCommand(): Command {
  const command = new Command('rules').description('tools to write rules and to trust them');
  for (const subcommand of SUBCOMMANDS) command.addCommand(subcommand());
  return command;
}

const SUBCOMMANDS: readonly (() => Command)[] = [checkCommand];
