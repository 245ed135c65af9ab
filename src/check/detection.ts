import { isMap, isScalar, isSeq, type Pair } from 'yaml';
import { type Condition, parseCondition } from '../sigma/condition.ts';
import type { Item, Value } from '../sigma/detection.ts';
import { ConditionFault } from '../sigma/faults.ts';
import type { CheckedDocument, Kind } from './document.ts';
import { isNothing, keyOf, nodeAt, pairsOf, textOf } from './nodes.ts';

/** A selection as far as it can be read: alternatives, each a list of items that must hold together. */
export type CheckedSelection = {
  readonly name: string;
  readonly pair: Pair;
  readonly alternatives: readonly (readonly CheckedItem[])[];
};

/** `field|modifier: values`, or keywords, whose field is empty. */
export type CheckedItem = Item & {
  readonly key: unknown;
  /** Undefined for keywords, which have no pair of their own. */
  readonly pair: Pair | undefined;
  readonly isList: boolean;
};

/** A condition with what it means; `fault` says why it has no meaning. */
export type CheckedCondition = {
  readonly node: unknown;
  readonly text: string;
  readonly meaning: Condition | undefined;
  readonly fault: string | undefined;
};

export type CheckedDetection = {
  /** The map that holds the selections and the condition. */
  readonly node: unknown;
  readonly selections: readonly CheckedSelection[];
  readonly conditions: readonly CheckedCondition[];
};

/** Where each kind of document keeps its selections. */
const PLACES: Readonly<Partial<Record<Kind, string>>> = {
  rule: 'detection',
  'event-filter': 'detection',
  filter: 'filter',
};

/** Keys beside the selections that are none. */
const NO_SELECTIONS: ReadonlySet<string> = new Set(['condition', 'timeframe']);

/** What a document detects, as far as it can be read; undefined where it has nothing of that kind. */
export function detectionOf({ kind, map }: CheckedDocument): CheckedDetection | undefined {
  const place = PLACES[kind];
  const node = place === undefined ? undefined : nodeAt(map, place);
  if (!isMap(node)) return undefined;
  const selections = pairsOf(node)
    .filter(pair => !NO_SELECTIONS.has(keyOf(pair)) && !(kind === 'filter' && keyOf(pair) === 'rules'))
    .map(selectionOf);
  const condition = nodeAt(node, 'condition');
  const nodes: readonly unknown[] = isSeq(condition) ? condition.items : isNothing(condition) ? [] : [condition];
  return { node, selections, conditions: nodes.map(one => conditionOf(one, selections)) };
}

function selectionOf(pair: Pair): CheckedSelection {
  const { value } = pair;
  const name = keyOf(pair);
  if (isMap(value)) return { name, pair, alternatives: [value.items.map(itemOf)] };
  if (!isSeq(value)) return { name, pair, alternatives: [] };
  const maps = value.items.filter(isMap).map(map => map.items.map(itemOf));
  const values = value.items.flatMap(scalarOf);
  const keywords = { field: '', modifiers: [], values, node: value, key: pair.key, pair: undefined, isList: true };
  return { name, pair, alternatives: values.length === 0 ? maps : [...maps, [keywords]] };
}

function itemOf(pair: Pair): CheckedItem {
  const { key, value } = pair;
  const [field = '', ...modifiers] = keyOf(pair).split('|');
  const isList = isSeq(value);
  const nodes: readonly unknown[] = isList ? value.items : [value];
  const values = nodes.flatMap(node => (node === null ? [{ value: null, node: key }] : scalarOf(node)));
  return { field, modifiers, values, node: key, key, pair, isList };
}

function scalarOf(node: unknown): readonly Value[] {
  const value = isScalar(node) ? node.value : undefined;
  const known = value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return known ? [{ value, node }] : [];
}

function conditionOf(node: unknown, selections: readonly CheckedSelection[]): CheckedCondition {
  const text = textOf(node) ?? '';
  const names = selections.map(({ name }) => name);
  try {
    return { node, text, meaning: parseCondition(text, names), fault: undefined };
  } catch (error) {
    if (!(error instanceof ConditionFault)) throw error;
    return { node, text, meaning: undefined, fault: error.message };
  }
}
