import type { KeywardenError } from '../errors.ts';
import type { FilterSource, FilterTarget } from './filter.ts';
import type { RuleSource } from './parse.ts';
import type { Rule } from './rule.ts';

type Logsource = Rule['logsource'];

/** Gives each rule the filters that are for it. A filter for a rule that is not there is a fault; its other rules have it all the same. */
export function withFilters(
  rules: readonly RuleSource[],
  filters: readonly FilterSource[],
): { readonly rules: readonly RuleSource[]; readonly faults: readonly KeywardenError[] } {
  const byName = new Map(rules.flatMap(source => namesOf(source).map(name => [name, source])));
  const filtersOf = new Map<RuleSource, FilterSource[]>(rules.map(source => [source, []]));
  const faults: KeywardenError[] = [];
  for (const filter of filters) {
    for (const source of targetsOf(filter, rules, byName, faults)) filtersOf.get(source)?.push(filter);
  }
  return { rules: rules.map(source => ({ ...source, filters: filtersOf.get(source) ?? [] })), faults };
}

const namesOf = ({ rule: { id, name } }: RuleSource): readonly string[] => [
  id.toLowerCase(),
  ...(name === undefined ? [] : [name]),
];

function targetsOf(
  source: FilterSource,
  rules: readonly RuleSource[],
  byName: ReadonlyMap<string, RuleSource>,
  faults: KeywardenError[],
): readonly RuleSource[] {
  const { rules: targets, logsource } = source.filter;
  if (targets !== 'any') return [...new Set(targets.flatMap(target => targetOf(target, source, byName, faults)))];
  const found = rules.filter(({ rule }) => covers(logsource, rule.logsource));
  if (found.length === 0) faults.push(source.fault(source.node, 'filter: no rule in force is of its log source'));
  return found;
}

function targetOf(
  { rule: name, node }: FilterTarget,
  { filter, fault }: FilterSource,
  byName: ReadonlyMap<string, RuleSource>,
  faults: KeywardenError[],
): readonly RuleSource[] {
  const found = byName.get(name) ?? byName.get(name.toLowerCase());
  if (found === undefined) {
    faults.push(fault(node, `filter.rules: no rule in force has the id or the name ${name}`));
    return [];
  }
  if (covers(filter.logsource, found.rule.logsource)) return [found];
  faults.push(
    fault(node, `filter.rules: the rule ${name} is of another log source than the filter; make them the same`),
  );
  return [];
}

const ATTRIBUTES = ['category', 'product', 'service'] as const;

/** Whether a rule's log source is, or is a part of, the one that a filter names. */
const covers = (wide: Logsource, narrow: Logsource): boolean =>
  ATTRIBUTES.every(name => wide[name] === undefined || wide[name].toLowerCase() === narrow[name]?.toLowerCase());
