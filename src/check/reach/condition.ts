import type { Condition } from '../../sigma/condition.ts';
import { contradiction } from './contradiction.ts';
import type { JudgedItem } from './judged.ts';

/** The selections of a document by name, each as alternatives of items. */
export type JudgedSelections = ReadonlyMap<string, readonly (readonly JudgedItem[])[]>;

/** One way for a condition to hold: items that have to be met, and selections that must or must not. */
type Way = {
  readonly items: readonly JudgedItem[];
  readonly with: ReadonlySet<string>;
  readonly without: ReadonlySet<string>;
};

/** Conditions with more ways than this are not looked through. */
const MAX_WAYS = 2_000;

/** Why a condition can hold on no event; undefined where it can, or where it has too many ways to tell. */
export function neverReason(condition: Condition, selections: JudgedSelections): string | undefined {
  const ways = waysOf(condition, false, selections);
  if (ways === undefined || ways.length === 0) return undefined;
  let first: string | undefined;
  for (const way of ways) {
    const why = impossible(way, selections);
    if (why === undefined) return undefined;
    first ??= why;
  }
  return first;
}

/** Whether a condition holds on every event, since its contrary can hold on none. */
export const holdsAlways = (condition: Condition, selections: JudgedSelections): boolean =>
  neverReason({ kind: 'not', part: condition }, selections) !== undefined;

function waysOf(condition: Condition, negated: boolean, selections: JudgedSelections): readonly Way[] | undefined {
  if (condition.kind === 'not') return waysOf(condition.part, !negated, selections);
  if (condition.kind === 'selection') return selectionWays(condition.name, negated, selections);
  const parts: (readonly Way[])[] = [];
  for (const part of condition.parts) {
    const ways = waysOf(part, negated, selections);
    if (ways === undefined) return undefined;
    parts.push(ways);
  }
  return (condition.kind === 'and') === negated ? bounded(parts.flat()) : product(parts);
}

function selectionWays(name: string, negated: boolean, selections: JudgedSelections): readonly Way[] | undefined {
  if (negated) return [{ items: [], with: new Set(), without: new Set([name]) }];
  const alternatives = selections.get(name) ?? [];
  // What could not be read may hold.
  if (alternatives.length === 0) return undefined;
  return alternatives.map(items => ({ items, with: new Set([name]), without: new Set() }));
}

function product(parts: readonly (readonly Way[])[]): readonly Way[] | undefined {
  let ways: readonly Way[] = [{ items: [], with: new Set(), without: new Set() }];
  for (const part of parts) {
    if (ways.length * part.length > MAX_WAYS) return undefined;
    ways = ways.flatMap(way => part.map(other => joined(way, other)));
  }
  return ways;
}

const joined = (a: Way, b: Way): Way => ({
  items: [...a.items, ...b.items],
  with: a.with.union(b.with),
  without: a.without.union(b.without),
});

const bounded = (ways: readonly Way[]): readonly Way[] | undefined => (ways.length > MAX_WAYS ? undefined : ways);

function impossible(way: Way, selections: JudgedSelections): string | undefined {
  const [both] = way.with.intersection(way.without);
  if (both !== undefined) return `${both} has to hold and not to hold`;
  const why = contradiction(way.items);
  if (why !== undefined) return why;
  for (const name of way.without) {
    const alternatives = selections.get(name) ?? [];
    if (alternatives.some(items => items.length > 0 && items.every(item => implied(item, way.items)))) {
      return `${name} must not hold, and holds wherever the rest does`;
    }
  }
  return undefined;
}

/** Whether an item holds wherever others do: always, or since the same field has one of the values that it accepts. */
function implied(item: JudgedItem, others: readonly JudgedItem[]): boolean {
  if (item.verdict.can === 'always') return true;
  const { matcher, path } = item;
  const { modifiers, field } = item.item;
  if ('fault' in matcher || field === '' || modifiers.includes('cased') || modifiers.includes('neq')) return false;
  return others.some(other => {
    if (other.path !== path || other.known.length !== 1 || 'fault' in other.matcher) return false;
    const { wanted } = other.matcher;
    const plain = !other.item.modifiers.includes('all') && wanted !== undefined && wanted.length > 0;
    return plain && wanted.every(matcher.accepts);
  });
}
