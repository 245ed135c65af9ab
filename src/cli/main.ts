import { Command, CommanderError } from 'commander';
import { KeywardenError } from '../errors.ts';
import { printable } from '../report/escape.ts';
import { alertsCommand } from './alerts.ts';
import { baselineCommand } from './baseline.ts';
import { collectCommand } from './collect.ts';
import { deadLettersCommand } from './deadletters.ts';
import { filtersCommand } from './filters.ts';
import { huntCommand } from './hunt.ts';
import { normalizeCommand } from './normalize.ts';
import { policyCommand } from './policy.ts';
import { replayCommand } from './replay.ts';
import { rulesCommand } from './rules/rules.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { setupCommand } from './setup.ts';
import { silencesCommand } from './silences.ts';
import { tailCommand } from './tail.ts';
import { VERSION } from './version.ts';

const FAILED = 1;
const USAGE = 2;

/** What the user can mend by another command line, configuration or file. */
const USERS: ReadonlySet<string> = new Set([
  'CONFIG',
  'USAGE',
  'FILE',
  'RULE',
  'LIST',
  'EXAMPLES',
  'FIELDS',
  'FILTER',
  'SILENCE',
  'POLICY',
  'ENRICHMENT',
]);

const program = new Command('keywarden')
  .description('Watches who touches the keys of a Kubernetes cluster: etcd and API server audit logs in, alerts out.')
  .version(VERSION, '-V, --version', 'show the version and exit')
  .helpOption('-h, --help', 'show help and exit')
  .addHelpText(
    'after',
    '\nExit codes: 0 ran, 1 failed (for hunt: an alert reached --fail-on), 2 usage or configuration.',
  )
  .configureOutput({ outputError: (text, write) => write(`keywarden: ${text.replace(/^error: /, '')}`) })
  .exitOverride()
  .showSuggestionAfterError();

const COMMANDS = [
  huntCommand(),
  normalizeCommand(),
  runCommand(),
  collectCommand(),
  setupCommand(),
  replayCommand(),
  alertsCommand(),
  tailCommand(),
  silencesCommand(),
  deadLettersCommand(),
  filtersCommand(),
  rulesCommand(),
  schemaCommand(),
  policyCommand(),
  baselineCommand(),
];
for (const command of COMMANDS) program.addCommand(inheriting(command, program));

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : FAILED));

// Without this Node would print the error object itself.
process.on('unhandledRejection', error => process.exit(explain(error)));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Commander hands settings down only to commands that are made after them. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheriting(child, command);
  return command;
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof KeywardenError) {
    process.stderr.write(`keywarden: ${error.message.split('\n').map(printable).join('\n')}\n`);
    return USERS.has(error.code) ? USAGE : FAILED;
  }
  // Not the object: an error of a client may hold a whole request.
  process.stderr.write(
    `keywarden: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return FAILED;
}
