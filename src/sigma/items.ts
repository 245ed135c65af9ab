import { messageOf } from '../errors.ts';
import { alternativesTest, type Field } from './alternatives.ts';
import type { CompileOptions } from './compile.ts';
import type { DetectionSource, Item, Value } from './detection.ts';
import { MatcherFault } from './faults.ts';
import { anywhere } from './keywords.ts';
import { CONTAINS, EQUALS } from './matchers.ts';
import { allOf, anyOf, type Predicate } from './predicate.ts';
import { referenceFields } from './reference.ts';
import { ANYWAY, type Need, type Requirements, type Ways, waysOfAll, waysOfAny } from './requirement.ts';
import type { Path } from './resolve.ts';
import { everyOf, type ValueTest } from './tests.ts';
import { compileValues, modeFor } from './values.ts';

/** Compiles what has to hold together. Fields go first: keywords read the whole event. Throws RULE. */
export function compileItems(items: readonly Item[], source: DetectionSource, options: CompileOptions): Predicate {
  const keywords = items.filter(({ field }) => field === '').map(item => compileKeywords(item, source, options));
  const named = items.filter(({ field }) => field !== '');
  if (named.length === 0) return allOf(keywords);
  const placed = named.map(item => ({ item, paths: pathsOf(item.field, item.node, source, options) }));
  return allOf([compileFields(placed, source, options), ...keywords]);
}

/** An item and the places of its field. */
type Placed = { readonly item: Item; readonly paths: readonly Path[] };

function compileFields(placed: readonly Placed[], source: DetectionSource, options: CompileOptions): Predicate {
  const at = placed.findIndex(isMixed);
  const mixed = placed[at];
  if (mixed !== undefined) {
    const parts = partsOf(mixed);
    // Neither null nor x: both parts have to hold. Null or x: one of them.
    if (mixed.item.modifiers.includes('neq')) return compileFields(placed.toSpliced(at, 1, ...parts), source, options);
    return anyOf(parts.map(part => compileFields(placed.toSpliced(at, 1, part), source, options)));
  }
  const compiled = placed.map(one => compileField(one, source, options));
  const requires = waysOfAll(compiled.map(({ ways }) => ways));
  const excludes = waysOfAny(compiled.map(({ excludes }) => excludes));
  try {
    return { test: alternativesTest(compiled.flatMap(({ fields }) => fields)), requires, excludes };
  } catch (error) {
    throw error instanceof MatcherFault ? source.fault(placed[0]?.item.node, error.message) : error;
  }
}

/** Of a field with several places null is sought at all of them, a value at one, so that both cannot be one test. */
const isMixed = ({ item, paths }: Placed): boolean =>
  paths.length > 1 && !item.modifiers.includes('all') && item.values.some(isNull) && !item.values.every(isNull);

const isNull = ({ value }: Value): boolean => value === null;

const partsOf = ({ item, paths }: Placed): readonly Placed[] => [
  { paths, item: { ...item, values: item.values.filter(isNull) } },
  { paths, item: { ...item, values: item.values.filter(value => !isNull(value)) } },
];

type CompiledField = { readonly fields: readonly Field[]; readonly ways: Ways; readonly excludes: Ways };

function compileField({ item, paths }: Placed, source: DetectionSource, options: CompileOptions): CompiledField {
  const { logsource } = source.rule;
  const mode = modeFor(item, EQUALS, source);
  if (mode.reference) {
    const others = item.values.map(({ value, node }) => pathsOf(String(value), node, source, options));
    return {
      fields: referenceFields(paths, others, mode, path => options.objectListOf?.(path, logsource)),
      ways: ANYWAY,
      excludes: ANYWAY,
    };
  }
  const { tests, cost, needs } = compileValues(item, mode, source, options.lists);
  const test = everyOf(tests);
  const alternatives = paths.map(path => ({ path, test, cost, list: options.objectListOf?.(path, logsource) }));
  const absence = isAbsence(item) !== mode.negated;
  const ways = absence ? absentAt(paths, mode.negated, test) : foundAt(paths, test, needs);
  return { fields: [{ alternatives, absence }], ways, excludes: testedAt(paths, value => !test(value)) };
}

/** A value is sought at one of the places; what does not hold of an absent field requires it to be there. */
function foundAt(paths: readonly Path[], test: ValueTest, needs: readonly Need[]): Ways {
  if (test(undefined)) return testedAt(paths, test);
  return waysOfAny(paths.map(path => [requiredAt(path, test, needs)]));
}

const requiredAt = (path: Path, test: ValueTest, needs: readonly Need[]): Requirements =>
  needs.length === 0
    ? [
        { kind: 'presence', path },
        { kind: 'test', path, test },
      ]
    : needs.map(need => ({ ...need, path }));

/** What must only not be this or that may be something else. */
const absentAt = (paths: readonly Path[], negated: boolean, test: ValueTest): Ways =>
  negated || paths.length > 1 ? testedAt(paths, test) : [paths.map(path => ({ kind: 'absence', path }))];

/** Of several places the other fields decide which counts. */
const testedAt = (paths: readonly Path[], test: ValueTest): Ways =>
  paths.length > 1 ? ANYWAY : [paths.map(path => ({ kind: 'test', path, test }))];

const isAbsence = ({ modifiers, values }: Item): boolean =>
  values.every(({ value }) => value === null || (value === false && modifiers.includes('exists')));

/** The places of a field in the event. Throws RULE where there can be none. */
export function pathsOf(
  field: string,
  node: unknown,
  source: DetectionSource,
  { resolve }: CompileOptions,
): readonly Path[] {
  try {
    return resolve(field, source.rule.logsource);
  } catch (error) {
    throw source.fault(node, `${field}: ${messageOf(error)}`);
  }
}

const SEARCHABLE = new Set(['text', 'regular expression']);

/** Keywords match inside of texts, so a plain one means contains. With `all`, each may stand in another text. */
function compileKeywords(item: Item, source: DetectionSource, { lists }: CompileOptions): Predicate {
  const mode = modeFor(item, CONTAINS, source);
  if (!SEARCHABLE.has(mode.comparison.kind) || mode.negated || mode.reference) {
    throw source.fault(item.node, 'keywords: are searched as text or by re; name a field for any other comparison');
  }
  const { tests } = compileValues(item, mode, source, lists);
  return { test: everyOf(tests.map(anywhere)), requires: ANYWAY, excludes: ANYWAY };
}
