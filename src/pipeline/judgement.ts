import type { Config } from '../config/schema.ts';
import type { Silence } from '../detect/silence.ts';
import type { Filter } from '../filter/parse.ts';
import { loadFilters } from './filters.ts';
import { loadRules, type RuleSet, SHIPPED_RULES } from './rules.ts';
import { loadSilences, lostSilences } from './silences.ts';
import { type Text, yamlFiles } from './yaml-files.ts';

type Paths = Pick<Config, 'rules' | 'lists' | 'fields' | 'filters' | 'silences'>;

/** What a process judges by: rules with their lists and field maps, filters, silences. */
export type Judgement = {
  /** Without the rules as they were written: those weigh more than all else together, and nobody asks for them while it runs. */
  readonly rules: Omit<RuleSet, 'sources'>;
  readonly filters: readonly Filter[];
  readonly silences: readonly Silence[];
  /** What is no fault and yet to be known, a line each. */
  readonly notes: readonly string[];
};

/** Makes a set of what the configured files say at `now`. Throws RULE, LIST, FIELDS, FILTER or SILENCE where none can be made. */
export function loadJudgement(paths: Paths, now: Date): Judgement {
  const { sources: _, ...rules } = loadRules({ rules: paths.rules, lists: paths.lists, fields: paths.fields, now });
  const silences = loadSilences(paths.silences ?? []);
  return {
    rules,
    filters: loadFilters(paths.filters ?? [], rules.compile),
    silences,
    notes: [...rules.notes, ...lostSilences(silences, rules)],
  };
}

/** Every file that the set is made of. Throws RULE, LIST, FIELDS, FILTER or SILENCE where one cannot be read. */
export const judgementFiles = ({ rules, lists, fields, filters, silences }: Paths): readonly Text[] => [
  ...[SHIPPED_RULES, ...(rules ?? [])].flatMap(path => yamlFiles(path, 'RULE')),
  ...(lists ?? []).flatMap(path => yamlFiles(path, 'LIST')),
  ...(fields ?? []).flatMap(path => yamlFiles(path, 'FIELDS')),
  ...(filters ?? []).flatMap(path => yamlFiles(path, 'FILTER')),
  ...(silences ?? []).flatMap(path => yamlFiles(path, 'SILENCE')),
];
