import type { Alternative, Field, ObjectList } from './alternatives.ts';
import { type Relation, referenceTest } from './field-reference.ts';
import type { Mode } from './matchers.ts';
import type { Path } from './resolve.ts';

const COST = 6;

/** Compiles `field|fieldref: other`: a value of the field against a value of the other, of one element where both lie in the same list. */
export function referenceFields(
  paths: readonly Path[],
  others: readonly (readonly Path[])[],
  mode: Mode,
  listOf: (path: Path) => ObjectList | undefined,
): readonly Field[] {
  const pairs = others.map(places => places.flatMap(other => paths.flatMap(path => pairOf(path, other, mode, listOf))));
  if (mode.all) return pairs.map(alternatives => ({ alternatives, absence: false }));
  return [{ alternatives: pairs.flat(), absence: mode.negated }];
}

function pairOf(
  path: Path,
  other: Path,
  mode: Mode,
  listOf: (path: Path) => ObjectList | undefined,
): readonly Alternative[] {
  const list = listOf(path);
  const otherList = listOf(other);
  // A container is compared with itself, never with an init container.
  if (list !== undefined && otherList !== undefined && list.kind === otherList.kind && list.at !== otherList.at)
    return [];
  const shared = sharedLength(path, other);
  const relation: Relation = mode.comparison.relation ?? Object.is;
  const related = referenceTest(path.slice(shared), other.slice(shared), relation, mode.cased);
  const test = mode.negated ? (value: unknown) => !related(value) : related;
  return [{ path: path.slice(0, shared), test, cost: COST, within: true, list: list ?? otherList }];
}

function sharedLength(path: Path, other: Path): number {
  const differs = path.findIndex((name, i) => name !== other[i]);
  return differs < 0 ? path.length : differs;
}
