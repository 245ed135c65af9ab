import { Command, Option } from 'commander';
import { findSources } from '../../ingest/files.ts';
import { normalizeSettings } from '../../normalize/settings.ts';
import { type FieldSight, sightOfFields } from '../../pipeline/field-sight.ts';
import { loadRules } from '../../pipeline/rules.ts';
import { printable } from '../../report/escape.ts';
import { unseenText } from '../../report/field-sight.ts';
import { progressBar } from '../../report/progress.ts';
import { DeadLetterNotes } from '../notes.ts';
import { inForce, type RulesOptions, totalSize, withRules } from '../options.ts';

type Options = RulesOptions & { readonly format: 'text' | 'json' };

/** `keywarden rules fields`: what rules read and events lack. */
export const fieldsCommand = (): Command =>
  withRules(new Command('fields'))
    .description('say which fields of the rules no event of your logs has, and which rules read them')
    .argument('<log...>', 'logs of the API server and of etcd, as for hunt: a normal day of both')
    .addOption(new Option('--format <format>', 'how they are printed').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      '\nA field that no event has may be rare, or your audit policy, shipper or etcd leaves it out: then its rules are\nblind. See also: keywarden policy check.\n\nExample:\n  keywarden rules fields audit.log etcd.log.gz',
    )
    .action(run);

async function run(paths: readonly string[], options: Options): Promise<void> {
  const set = loadRules(inForce(options));
  const sources = await findSources(paths);
  const bar = progressBar(process.stderr, totalSize(sources), Date.now);
  const notes = new DeadLetterNotes(process.stderr);
  const sight = await sightOfFields(sources, set, normalizeSettings('keywarden', Date.now), {
    deadLetter: letter => notes.add(letter),
    progress: bar.update,
  });
  bar.end();
  process.stdout.write(options.format === 'json' ? jsonOf(sight) : unseenText(sight.unseen, sight.events));
  for (const fault of set.faults) process.stderr.write(`keywarden: ${printable(fault.message)}\n`);
  notes.end();
  process.stderr.write(tally(sight, set.rules.length));
  if (set.faults.length > 0) process.exitCode = 2;
}

function tally({ events, fields, seen }: FieldSight, rules: number): string {
  const absent = [...events].flatMap(([dataset, count]) =>
    count === 0 ? [`; no event of ${dataset} came at all`] : [],
  );
  return `${seen} of ${fields} fields of ${rules} rules are in some event${absent.join('')}\n`;
}

const jsonOf = ({ events, fields, seen, unseen }: FieldSight): string =>
  `${JSON.stringify(
    {
      events: Object.fromEntries(events),
      fields,
      seen,
      unseen: unseen.map(({ dataset, path, fields: written, rules }) => ({
        dataset,
        path: path.join('.'),
        fields: written,
        rules: rules.map(({ id, title }) => ({ id, title })),
      })),
    },
    undefined,
    2,
  )}\n`;
