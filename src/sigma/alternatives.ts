import { MatcherFault } from './faults.ts';
import { type FieldTest, selectionTest } from './selection.ts';
import { someTree } from './some-tree.ts';
import { everyOf, someOf, type ValueTest } from './tests.ts';

/** A list of objects in an event. Lists of one kind hold the same objects: the containers of a pod, say, and its init containers. */
export type ObjectList = { readonly kind: string; readonly at: string };

/** One place where a field may stand, and the list that this place is in. */
export type Alternative = FieldTest & { readonly list: ObjectList | undefined };

/** A field of a selection; `absence` is one that holds where nothing is found (null, `exists: false`, `neq`). */
export type Field = { readonly alternatives: readonly Alternative[]; readonly absence: boolean };

/** What one selection may unfold to: far more than rules need, far less than a machine can hold. */
const MAX_CHOICES = 256;

/**
 * Joins the fields of one selection. A field with several places holds where it holds at one of them, an absence where
 * it holds at all. Fields in lists of one kind hold for one element of one of these lists. Throws MatcherFault.
 */
export function alternativesTest(fields: readonly Field[]): ValueTest {
  const fixed = fields.filter(isFixed).flatMap(({ alternatives }) => alternatives);
  const varied = fields.filter(field => !isFixed(field));
  if (varied.length === 0) return selectionTest(fixed);
  const absences = varied.filter(({ absence }) => absence);
  const choices = product(varied.filter(({ absence }) => !absence).map(choicesOf));
  const tests = choices.map(choice => choiceTest(choice, absences, fixed));
  return fixed.length === 0 ? someOf(tests) : everyOf([selectionTest(fixed), someOf(tests)]);
}

const isFixed = ({ alternatives }: Field): boolean => alternatives.length === 1;

type Kind = string | undefined;

/** A field whose value is sought in lists of one kind, or outside of any. */
type Choice = { readonly kind: Kind; readonly alternatives: readonly Alternative[] };

const kindOf = ({ list }: Alternative): Kind => list?.kind;

function choicesOf({ alternatives }: Field): readonly Choice[] {
  const kinds = [...new Set(alternatives.map(kindOf))];
  return kinds.map(kind => ({ kind, alternatives: alternatives.filter(one => kindOf(one) === kind) }));
}

function choiceTest(sought: readonly Choice[], absences: readonly Field[], fixed: readonly Alternative[]): ValueTest {
  const absent = absences.flatMap(choicesOf);
  const kinds = new Set([...sought, ...absent].map(({ kind }) => kind));
  return everyOf(
    [...kinds].flatMap(kind => kindTests(kind, sought.filter(isOf(kind)), absent.filter(isOf(kind)), fixed)),
  );
}

const isOf =
  (kind: Kind) =>
  (choice: Choice): boolean =>
    choice.kind === kind;

function kindTests(
  kind: Kind,
  sought: readonly Choice[],
  absent: readonly Choice[],
  fixed: readonly Alternative[],
): readonly ValueTest[] {
  if (kind === undefined) return [...sought.map(atOne), ...absent.map(atAll)];
  const anchors = fixed.filter(one => kindOf(one) === kind);
  if (sought.length === 0 && anchors.length === 0)
    return [inEachList(absent.flatMap(({ alternatives }) => alternatives))];
  return [inOneList(sought, absent, anchors)];
}

const atOne = ({ alternatives }: Choice): ValueTest => someTree(alternatives.map(one => [one]));
const atAll = ({ alternatives }: Choice): ValueTest => everyOf(alternatives.map(one => selectionTest([one])));

const placeOf = ({ list }: Alternative): string => list?.at ?? '';
const isAt =
  (place: string) =>
  (one: Alternative): boolean =>
    placeOf(one) === place;

const placesOf = (alternatives: readonly Alternative[]): readonly string[] => [...new Set(alternatives.map(placeOf))];

const inEachList = (absent: readonly Alternative[]): ValueTest =>
  everyOf(placesOf(absent).map(place => selectionTest(absent.filter(isAt(place)))));

/** A field that names one list by its path ties the others to it. */
function inOneList(sought: readonly Choice[], absent: readonly Choice[], anchors: readonly Alternative[]): ValueTest {
  const places = placesOf(anchors.length > 0 ? anchors : sought.flatMap(({ alternatives }) => alternatives));
  const trees = places.flatMap(place => {
    const there = isAt(place);
    const always = [...anchors, ...absent.flatMap(({ alternatives }) => alternatives)].filter(there);
    const found = sought.map(({ alternatives }) => alternatives.filter(there));
    return product(found).map(one => [...always, ...one]);
  });
  return someTree(trees);
}

/** Every way to take one of each. Throws MatcherFault where there are too many. */
function product<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  let ways: readonly (readonly T[])[] = [[]];
  for (const list of lists) {
    ways = ways.flatMap(way => list.map(one => [...way, one]));
    if (ways.length > MAX_CHOICES) {
      throw new MatcherFault('these fields may stand in too many places together; make several selections of them');
    }
  }
  return ways;
}
