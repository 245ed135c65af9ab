import { type Condition, parseCondition } from './condition.ts';
import { ConditionFault } from './faults.ts';
import { anywhere } from './keywords.ts';
import { CONTAINS, EQUALS } from './matchers.ts';
import type { DetectionSource, Item, RuleSource, Selection, Value } from './parse.ts';
import type { Lists } from './placeholder.ts';
import { type Requirement, requiredByAll, requiredByAny } from './requirement.ts';
import type { Rule } from './rule.ts';
import { type FieldTest, selectionTest } from './selection.ts';
import { everyOf, someOf, type ValueTest } from './tests.ts';
import { compileValues } from './values.ts';

export type { Requirement };

/** A rule ready to be evaluated. */
export type CompiledRule = {
  readonly rule: Rule;
  readonly matches: (event: object) => boolean;
  /** What every event that matches has; an index may skip the rule for all others. */
  readonly requires: readonly Requirement[];
};

export type CompileOptions = {
  /** The path of a field in the event; undefined means as it is written, split at its dots. What it throws is the rule's fault. */
  readonly resolve: (field: string, logsource: Rule['logsource']) => readonly string[] | undefined;
  /** The values of each placeholder. */
  readonly lists: Lists;
};

/** A detection ready to be evaluated. */
export type Predicate = { readonly test: ValueTest; readonly requires: readonly Requirement[] };

/** Turns a rule into closures, once, so that evaluating allocates nothing. Throws RULE naming file, line and column. */
export function compileRule(source: RuleSource, options: CompileOptions): CompiledRule {
  const { test, requires } = compileDetection(source, options);
  return { rule: source.rule, matches: test, requires };
}

/** Turns a detection without a rule into closures. Throws what the source makes of a fault. */
export function compileDetection(source: DetectionSource, options: CompileOptions): Predicate {
  const selections = new Map<string, Predicate>();
  for (const [name, selection] of source.selections) selections.set(name, compileSelection(selection, source, options));
  return anyOf(source.conditions.map(condition => compileCondition(condition, selections, source)));
}

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
  if (condition.kind === 'not') {
    const { test } = joined(condition.part, selections);
    return { test: event => !test(event), requires: [] };
  }
  const parts = condition.parts.map(part => joined(part, selections));
  return condition.kind === 'and' ? allOf(parts) : anyOf(parts);
}

const NEVER: Predicate = { test: () => false, requires: [] };

const allOf = (parts: readonly Predicate[]): Predicate => ({
  test: everyOf(parts.map(({ test }) => test)),
  requires: requiredByAll(parts.map(({ requires }) => requires)),
});

const anyOf = (parts: readonly Predicate[]): Predicate => ({
  test: someOf(parts.map(({ test }) => test)),
  requires: requiredByAny(parts.map(({ requires }) => requires)),
});

const compileSelection = (selection: Selection, source: DetectionSource, options: CompileOptions): Predicate =>
  anyOf(selection.map(items => compileItems(items, source, options)));

/** Fields first: keywords read the whole event. */
function compileItems(items: readonly Item[], source: DetectionSource, options: CompileOptions): Predicate {
  const keywords = items.filter(({ field }) => field === '').map(item => compileKeywords(item, source, options));
  const fields = items.filter(({ field }) => field !== '').map(item => compileField(item, source, options));
  if (fields.length === 0) return allOf(keywords);
  const requires = requiredByAll(
    fields.map(({ path, wanted }) => (wanted === undefined ? [] : [{ path, values: wanted }])),
  );
  return allOf([{ test: selectionTest(fields), requires }, ...keywords]);
}

function compileField(
  item: Item,
  source: DetectionSource,
  { resolve, lists }: CompileOptions,
): FieldTest & { readonly wanted: readonly string[] | undefined } {
  const { tests, cost, wanted } = compileValues(item, EQUALS, source, lists);
  return { path: pathOf(item, source, resolve), test: everyOf(tests), cost, wanted };
}

function pathOf(item: Item, source: DetectionSource, resolve: CompileOptions['resolve']): readonly string[] {
  try {
    return resolve(item.field, source.rule.logsource) ?? item.field.split('.');
  } catch (error) {
    throw source.fault(item.node, `${item.field}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const SEARCHABLE = new Set(['text', 'regular expression']);

/** Keywords match inside of texts, so a plain one means contains. With `all`, each may stand in another text. */
function compileKeywords(item: Item, source: DetectionSource, { lists }: CompileOptions): Predicate {
  const { tests, kind } = compileValues(item, CONTAINS, source, lists);
  if (!SEARCHABLE.has(kind) || item.modifiers.includes('neq')) {
    throw source.fault(item.node, 'keywords: are searched as text or by re; name a field for any other comparison');
  }
  return { test: everyOf(tests.map(anywhere)), requires: [] };
}
