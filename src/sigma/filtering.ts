import type { KeywardenError } from '../errors.ts';
import type { CorrelationSource } from './correlation.ts';
import type { FilterSource, FilterTarget } from './filter.ts';
import { speaksOf } from './logsource.ts';
import type { RuleSource } from './parse.ts';
import type { Rule } from './rule.ts';

type Logsource = Rule['logsource'];

/** Gives each rule the filters that are for it. A filter for a rule that is not there, or for a correlation, is a fault; its other rules have it all the same. */
export function withFilters(
  rules: readonly RuleSource[],
  filters: readonly FilterSource[],
  correlations: readonly CorrelationSource[] = [],
): { readonly rules: readonly RuleSource[]; readonly faults: readonly KeywardenError[] } {
  const names: Names = {
    rules: Map.groupBy(
      rules.flatMap(source => namesOf(source).map(name => ({ name, source }))),
      ({ name }) => name,
    ),
    correlations: new Set(correlations.flatMap(namesOf)),
  };
  const filtersOf = new Map<RuleSource, FilterSource[]>(rules.map(source => [source, []]));
  const faults: KeywardenError[] = [];
  for (const filter of filters) {
    for (const source of targetsOf(filter, rules, names, faults)) filtersOf.get(source)?.push(filter);
  }
  return { rules: rules.map(source => ({ ...source, filters: filtersOf.get(source) ?? [] })), faults };
}

const namesOf = ({ rule: { id, name } }: Pick<RuleSource, 'rule'>): readonly string[] => [
  id.toLowerCase(),
  ...(name === undefined ? [] : [name]),
];

function targetsOf(
  source: FilterSource,
  rules: readonly RuleSource[],
  names: Names,
  faults: KeywardenError[],
): readonly RuleSource[] {
  const { rules: targets, logsource } = source.filter;
  if (targets !== 'any') return [...new Set(targets.flatMap(target => targetOf(target, source, names, faults)))];
  const found = rules.filter(({ rule }) => covers(logsource, rule.logsource));
  if (found.length === 0) faults.push(source.fault(source.node, 'filter: no rule in force is of its log source'));
  return found;
}

function targetOf(
  { rule: name, node }: FilterTarget,
  { filter, fault }: FilterSource,
  names: Names,
  faults: KeywardenError[],
): readonly RuleSource[] {
  const found = (names.rules.get(name) ?? names.rules.get(name.toLowerCase()) ?? []).map(({ source }) => source);
  const ids = new Set(found.map(({ rule: { id } }) => id));
  const isCorrelation = names.correlations.has(name) || names.correlations.has(name.toLowerCase());
  if (ids.size === 0 && isCorrelation) {
    faults.push(
      fault(node, `filter.rules: ${name} is a correlation, which has no events; name the rules that it names`),
    );
  } else if (ids.size === 0) faults.push(fault(node, `filter.rules: there is no rule of the id or the name ${name}`));
  if (ids.size > 1) faults.push(fault(node, `filter.rules: several rules are named ${name}; write the id of the one`));
  if (ids.size !== 1) return [];
  const covered = found.filter(({ rule: { logsource } }) => covers(filter.logsource, logsource));
  if (covered.length === 0) {
    faults.push(
      fault(node, `filter.rules: the rule ${name} is of another log source than the filter; make them the same`),
    );
  }
  return covered;
}

type Names = {
  readonly rules: ReadonlyMap<string, readonly { readonly source: RuleSource }[]>;
  readonly correlations: ReadonlySet<string>;
};

const ATTRIBUTES = ['category', 'product', 'service'] as const;

/** Whether a rule's log source is, or is a part of, the one that a filter names. */
const covers = (filter: Logsource, rule: Logsource): boolean =>
  speaksOf(rule, filter) ||
  ATTRIBUTES.every(name => filter[name] === undefined || filter[name].toLowerCase() === rule[name]?.toLowerCase());
