import { isMap } from 'yaml';
import { z } from 'zod';
import { type Condition, parseCondition } from './condition.ts';
import { type DetectionSource, readDetection, type Value } from './detection.ts';
import { ConditionFault } from './faults.ts';
import { Logsource, type Rule } from './rule.ts';
import type { YamlDocument, YamlSource } from './source.ts';

/** What a Sigma filter says besides its detection. Source: Sigma filters specification 2.1. */
const FilterFields = z.looseObject({
  title: z.string().min(1).max(256),
  id: z.string().optional(),
  description: z.string().optional(),
  logsource: Logsource,
  filter: z.looseObject(
    {
      /** Ids and names of rules; without them the filter is for every rule of its log source. */
      rules: z
        .union([z.literal('any'), z.array(z.string()).min(1)], 'expected a list of ids or names of rules, or any')
        .default('any'),
    },
    'expected rules, selections and a condition; a filter of events goes to --filters, see docs/filters.md',
  ),
});

/** A filter's metadata and where it stands; `line` counts from 1. */
export type Filter = {
  readonly title: string;
  readonly id?: string | undefined;
  readonly description?: string | undefined;
  readonly logsource: Rule['logsource'];
  readonly rules: 'any' | readonly FilterTarget[];
  readonly file: string;
  readonly line: number;
};

/** The id or the name of a rule, with its place. */
export type FilterTarget = { readonly rule: string; readonly node: unknown };

/** What is left out of the matches of rules that stay as they are, as it was written. */
export type FilterSource = DetectionSource & { readonly filter: Filter; readonly node: unknown };

/** Reads a document with a `filter`. Throws RULE naming file, line and column. */
export function readFilter(document: YamlDocument, source: YamlSource): FilterSource {
  const fields = FilterFields.safeParse(document.value);
  if (!fields.success) throw source.refusal(document, fields.error);
  const { filter, title, id, description, logsource } = fields.data;
  const fault: DetectionSource['fault'] = (node, what) => source.fault(node, what);
  const detection = readDetection(document.map, fault, { key: 'filter', others: ['rules'] });
  for (const condition of detection.conditions) refuseUnlessExcluding(condition, detection);
  const isOpen = [logsource.category, logsource.product, logsource.service].every(value => value === undefined);
  if (isOpen) throw fault(document.map.get('logsource', true), 'logsource: is empty; name the product of the rules');
  const rules = filter.rules === 'any' ? 'any' : targetsOf(filter.rules, document);
  return {
    ...detection,
    rule: { logsource },
    filter: { title, id, description, logsource, rules, file: source.file, line: source.line(document.map) },
    node: document.map,
  };
}

function targetsOf(rules: readonly string[], { map }: YamlDocument): readonly FilterTarget[] {
  const filter = map.get('filter', true);
  return rules.map((rule, index) => ({ rule, node: isMap(filter) ? filter.getIn(['rules', index], true) : filter }));
}

/**
 * The specification's example leaves out what its condition `selection` selects; pySigma and rsigma add a condition as
 * it is, so that of them only what is selected would be left. `not` means the same to all.
 */
function refuseUnlessExcluding({ value, node }: Value, { selections, fault }: Omit<DetectionSource, 'rule'>): void {
  try {
    if (excludes(parseCondition(String(value), [...selections.keys()]))) return;
  } catch (error) {
    throw error instanceof ConditionFault ? fault(node, `condition: ${error.message}`) : error;
  }
  throw fault(node, `condition: tools disagree on what this leaves out; write "not ${bracketed(String(value))}"`);
}

const excludes = (condition: Condition): boolean =>
  condition.kind === 'not' || (condition.kind !== 'selection' && condition.parts.every(excludes));

const bracketed = (condition: string): string => (/^\S+$/.test(condition) ? condition : `(${condition})`);
