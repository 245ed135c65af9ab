import { MAX_SILENCES, parseSilences, type Silence } from '../detect/silence.ts';
import { KeywardenError } from '../errors.ts';
import type { RuleSet } from './rules.ts';
import { yamlFiles } from './yaml-files.ts';

/** Reads files and folders of silences. Throws SILENCE where one cannot be used, a name is taken, or there are too many. */
export function loadSilences(paths: readonly string[]): readonly Silence[] {
  const silences = paths
    .flatMap(path => yamlFiles(path, 'SILENCE'))
    .flatMap(({ text, file }) => parseSilences(text, file).map(silence => ({ silence, file })));
  const files = new Map<string, string>();
  for (const { silence, file } of silences) {
    const other = files.get(silence.name);
    if (other !== undefined) {
      throw new KeywardenError('SILENCE', `${file}: the name ${silence.name} is taken in ${other}; give each its own`);
    }
    files.set(silence.name, file);
  }
  if (silences.length > MAX_SILENCES) {
    throw new KeywardenError('SILENCE', `${silences.length} silences; more than ${MAX_SILENCES} are not kept track of`);
  }
  return silences.map(({ silence }) => silence);
}

/** Sentences on silences that name rules which are not in force: a slip, most likely, and the alert will come. */
export function lostSilences(
  silences: readonly Silence[],
  { rules, programs }: Pick<RuleSet, 'rules' | 'programs'>,
): readonly string[] {
  const ids = new Set([...rules, ...programs].map(({ rule }) => rule.id));
  return silences.flatMap(({ name, rules: named }) =>
    named.filter(id => !ids.has(id)).map(id => `the silence ${name} names the rule ${id}, which is not in force`),
  );
}
