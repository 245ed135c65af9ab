import { type Condition, parseCondition } from './condition.ts';
import type { DetectionSource, Selection, Value } from './detection.ts';
import { ConditionFault } from './faults.ts';
import { compileItems } from './items.ts';
import type { RuleSource } from './parse.ts';
import type { Lists } from './placeholder.ts';
import { allOf, anyOf, NEVER, not, type Predicate } from './predicate.ts';
import type { Requirement, Ways } from './requirement.ts';
import type { FieldResolver, Path } from './resolve.ts';
import type { Rule } from './rule.ts';

export type { Predicate, Requirement, Ways };

/** A rule ready to be evaluated. */
export type CompiledRule = {
  readonly rule: Rule;
  readonly matches: (event: object) => boolean;
  /** An event on which the rule holds meets one of these ways; an index may skip the rule for all others. */
  readonly requires: Ways;
  /** Where a field that the rule names stands in events. */
  readonly pathsOf: (field: string) => readonly Path[];
};

export type CompileOptions = FieldResolver & {
  /** The values of each placeholder. */
  readonly lists: Lists;
};

/** Turns a rule and its filters into closures, once, so that evaluating allocates nothing. Throws RULE naming file, line and column. */
export function compileRule(source: RuleSource, options: CompileOptions): CompiledRule {
  const { rule, filters } = source;
  const detections = [source, ...filters].map(detection => compileDetection(detection, options));
  const { test, requires } = allOf(detections);
  return { rule, matches: test, requires, pathsOf: field => options.resolve(field, rule.logsource) };
}

/** Turns a detection without a rule into closures. Throws what the source makes of a fault. */
export function compileDetection(source: DetectionSource, options: CompileOptions): Predicate {
  const selections = new Map<string, Predicate>();
  for (const [name, selection] of source.selections) selections.set(name, compileSelection(selection, source, options));
  return anyOf(source.conditions.map(condition => compileCondition(condition, selections, source)));
}

const compileSelection = (selection: Selection, source: DetectionSource, options: CompileOptions): Predicate =>
  anyOf(selection.map(items => compileItems(items, source, options)));

function compileCondition(
  { value, node }: Value,
  selections: ReadonlyMap<string, Predicate>,
  source: DetectionSource,
): Predicate {
  try {
    return joined(parseCondition(String(value), [...selections.keys()]), selections);
  } catch (error) {
    throw error instanceof ConditionFault ? source.fault(node, `condition: ${error.message}`) : error;
  }
}

function joined(condition: Condition, selections: ReadonlyMap<string, Predicate>): Predicate {
  if (condition.kind === 'selection') return selections.get(condition.name) ?? NEVER;
  if (condition.kind === 'not') return not(joined(condition.part, selections));
  const parts = condition.parts.map(part => joined(part, selections));
  return condition.kind === 'and' ? allOf(parts) : anyOf(parts);
}
