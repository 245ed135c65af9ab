import type { Config } from '../config/schema.ts';
import type { Filter } from '../filter/parse.ts';
import { loadFilters } from './filters.ts';
import { loadRules, type RuleSet, SHIPPED_RULES } from './rules.ts';
import { type Text, yamlFiles } from './yaml-files.ts';

type Paths = Pick<Config, 'rules' | 'lists' | 'fields' | 'filters'>;

/** What a process judges by: rules with their lists and field maps, and filters. */
export type Judgement = { readonly rules: RuleSet; readonly filters: readonly Filter[] };

/** Makes a set of what the configured files say at `now`. Throws RULE, LIST, FIELDS or FILTER where none can be made. */
export function loadJudgement({ rules: paths, lists, fields, filters }: Paths, now: Date): Judgement {
  const rules = loadRules({ rules: paths, lists, fields, now });
  return { rules, filters: loadFilters(filters ?? [], rules.compile) };
}

/** Every file that the set is made of. Throws RULE, LIST, FIELDS or FILTER where one cannot be read. */
export const judgementFiles = ({ rules, lists, fields, filters }: Paths): readonly Text[] => [
  ...[SHIPPED_RULES, ...(rules ?? [])].flatMap(path => yamlFiles(path, 'RULE')),
  ...(lists ?? []).flatMap(path => yamlFiles(path, 'LIST')),
  ...(fields ?? []).flatMap(path => yamlFiles(path, 'FIELDS')),
  ...(filters ?? []).flatMap(path => yamlFiles(path, 'FILTER')),
];
