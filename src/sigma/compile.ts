import { type Condition, parseCondition } from './condition.ts';
import { ConditionFault, MatcherFault } from './faults.ts';
import { anywhere } from './keywords.ts';
import { type Matcher, type Mode, matcherOf, modeOf, type ValueTest } from './matchers.ts';
import type { Item, RuleSource, Selection, Value } from './parse.ts';
import { contains } from './pattern.ts';
import { type Requirement, requiredByAll, requiredByAny } from './requirement.ts';
import type { Rule } from './rule.ts';
import { type FieldTest, selectionTest } from './selection.ts';

export type { Requirement };

/** A rule ready to be evaluated. */
export type CompiledRule = {
  readonly rule: Rule;
  readonly matches: (event: object) => boolean;
  /** What every event that matches has; an index may skip the rule for all others. */
  readonly requires: readonly Requirement[];
};

export type CompileOptions = {
  /** The path of a field in the event. */
  readonly resolve: (field: string, logsource: Rule['logsource']) => readonly string[];
  /** The values of each placeholder. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
};

type Predicate = { readonly test: ValueTest; readonly requires: readonly Requirement[] };

/** Turns a rule into closures, once, so that evaluating allocates nothing. Throws RULE naming file, line and column. */
export function compileRule(source: RuleSource, options: CompileOptions): CompiledRule {
  const names = [...source.selections.keys()];
  const selections = new Map<string, Predicate>();
  for (const [name, selection] of source.selections) selections.set(name, compileSelection(selection, source, options));
  const conditions = source.conditions.map(({ value, node }) => {
    try {
      return joined(parseCondition(String(value), names), selections);
    } catch (error) {
      throw error instanceof ConditionFault ? source.fault(node, `condition: ${error.message}`) : error;
    }
  });
  const { test, requires } = anyOf(conditions);
  return { rule: source.rule, matches: test, requires };
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

function allOf(parts: readonly Predicate[]): Predicate {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const tests = parts.map(({ test }) => test);
  return {
    test: event => tests.every(test => test(event)),
    requires: requiredByAll(parts.map(({ requires }) => requires)),
  };
}

function anyOf(parts: readonly Predicate[]): Predicate {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const tests = parts.map(({ test }) => test);
  return {
    test: event => tests.some(test => test(event)),
    requires: requiredByAny(parts.map(({ requires }) => requires)),
  };
}

function compileSelection(selection: Selection, source: RuleSource, options: CompileOptions): Predicate {
  return anyOf(selection.map(items => compileItems(items, source, options)));
}

function compileItems(items: readonly Item[], source: RuleSource, options: CompileOptions): Predicate {
  const keywords = items.filter(({ field }) => field === '').map(item => compileKeywords(item, source, options));
  const fields = items.filter(({ field }) => field !== '').map(item => compileField(item, source, options));
  const inFields: Predicate = {
    test: selectionTest(fields),
    requires: requiredByAll(fields.map(({ requires }) => requires)),
  };
  return allOf(fields.length === 0 ? keywords : [inFields, ...keywords]);
}

function compileField(
  item: Item,
  source: RuleSource,
  options: CompileOptions,
): FieldTest & { readonly requires: readonly Requirement[] } {
  const path = options.resolve(item.field, source.rule.logsource);
  const { mode, matchers } = compileValues(item, source, options);
  return { path, test: valuesTest(matchers, mode.all), requires: requirement(path, matchers, mode.all) };
}

/** Keywords match inside of texts, so a plain one means contains. */
function compileKeywords(item: Item, source: RuleSource, options: CompileOptions): Predicate {
  const { mode, matchers } = compileValues(item, source, options, contains);
  const tests = matchers.map(({ test }) => anywhere(test));
  return {
    test: event => (mode.all ? tests.every(test => test(event)) : tests.some(test => test(event))),
    requires: [],
  };
}

type Values = { readonly mode: Mode; readonly matchers: readonly Matcher[] };

function compileValues(item: Item, source: RuleSource, { lists }: CompileOptions, shape?: Mode['shape']): Values {
  let node: unknown = item.node;
  try {
    const plain = modeOf(item.modifiers);
    const mode = shape !== undefined && plain.kind === 'text' ? { ...plain, shape } : plain;
    const matchers = item.values.flatMap(value => {
      node = value.node;
      return mode.expand
        ? expanded(value, lists).map(text => matcherOf(text, mode, true))
        : [matcherOf(value.value, mode, false)];
    });
    return { mode, matchers };
  } catch (error) {
    throw error instanceof MatcherFault ? source.fault(node, `${item.field || 'keywords'}: ${error.message}`) : error;
  }
}

const PLACEHOLDER = /%([^%\s]+)%/g;

/** The value once for each entry of the list that its placeholder names. */
function expanded({ value }: Value, lists: CompileOptions['lists']): readonly string[] {
  const text = String(value);
  const [placeholder, another] = [...text.matchAll(PLACEHOLDER)];
  if (placeholder === undefined)
    throw new MatcherFault(`expand needs a placeholder such as %apiserver_addresses%, found "${text}"`);
  if (another !== undefined) throw new MatcherFault('expand takes one placeholder a value');
  const [whole, name = ''] = placeholder;
  const entries = lists.get(name);
  if (entries === undefined)
    throw new MatcherFault(`there is no list ${name}; there are: ${[...lists.keys()].join(', ') || 'none'}`);
  return entries.map(entry => text.replace(whole, () => entry));
}

/** Applies the matchers to a value or to the elements of a list of values. */
function valuesTest(matchers: readonly Matcher[], all: boolean): ValueTest {
  const tests = matchers.map(({ test }) => overElements(test));
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return only;
  if (all) return value => tests.every(test => test(value));
  const set = exactSet(matchers);
  return set === undefined ? value => tests.some(test => test(value)) : overElements(set);
}

/** A list without elements is an absent field; otherwise one element has to pass. */
const overElements = (test: ValueTest): ValueTest => {
  const over: ValueTest = value => {
    if (!Array.isArray(value)) return test(value);
    return value.length === 0 ? test(undefined) : value.some(over);
  };
  return over;
};

/** Many exact values are one lookup. */
function exactSet(matchers: readonly Matcher[]): ValueTest | undefined {
  const texts = matchers.map(({ exact }) => exact);
  if (texts.length < 4 || texts.includes(undefined)) return undefined;
  const set = new Set(texts);
  return value =>
    (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
    set.has(String(value).toLowerCase());
}

function requirement(path: readonly string[], matchers: readonly Matcher[], all: boolean): readonly Requirement[] {
  const texts = matchers.flatMap(({ exact }) => (exact === undefined ? [] : [exact]));
  if (all) return texts.slice(0, 1).map(text => ({ path, values: [text] }));
  return texts.length === matchers.length && texts.length > 0 ? [{ path, values: [...new Set(texts)] }] : [];
}
