import { isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { KeywardenError } from '../errors.ts';
import type { Rule } from './rule.ts';
import { keyText } from './source.ts';

/** A value of a detection, with its place. */
export type Value = { readonly value: string | number | boolean | null; readonly node: unknown };

/** `field|modifier|…: values`; an empty field searches every text of the event. */
export type Item = {
  readonly field: string;
  readonly modifiers: readonly string[];
  readonly values: readonly Value[];
  readonly node: unknown;
};

/** Alternatives, each a list of items that must hold together. */
export type Selection = readonly (readonly Item[])[];

/** A detection as it was written, read but not yet understood, and the log source that it is about. */
export type DetectionSource = {
  readonly rule: Pick<Rule, 'logsource'>;
  readonly selections: ReadonlyMap<string, Selection>;
  /** Several conditions are alternatives. */
  readonly conditions: readonly Value[];
  readonly fault: (node: unknown, what: string) => KeywardenError;
};

type Fault = DetectionSource['fault'];

/** Where a detection stands, and what else stands there beside its selections and its condition. */
type Section = { readonly key: string; readonly others: readonly string[] };

const DETECTION: Section = { key: 'detection', others: [] };

/** Reads the `detection` of a document, rule or other. Throws what `fault` makes of what is wrong. */
export function readDetection(
  map: YAMLMap,
  fault: Fault,
  { key, others }: Section = DETECTION,
): Omit<DetectionSource, 'rule'> {
  const detection = map.get(key, true);
  if (!isMap(detection)) throw fault(detection ?? map, `${key}: expected selections and a condition`);
  const selections = selectionsOf(detection, ['condition', ...others], fault);
  return { selections, conditions: conditionsOf(detection, fault), fault };
}

function selectionsOf(detection: YAMLMap, others: readonly string[], fault: Fault): ReadonlyMap<string, Selection> {
  const selections = new Map<string, Selection>();
  for (const { key, value } of detection.items) {
    const name = keyText(key);
    if (name === 'timeframe') {
      throw fault(key, 'timeframe: belongs to aggregations, which are not part of Sigma 2; write a correlation rule');
    }
    if (!others.includes(name)) selections.set(name, readSelection(name, value ?? key, fault));
  }
  return selections;
}

/** A map is one alternative, and so is each map of a list; its other values together are keywords. */
function readSelection(name: string, value: unknown, fault: Fault): Selection {
  if (isMap(value)) return [itemsOf(name, value, fault)];
  if (isScalar(value) && typeof value.value === 'string') return [[keywordsOf([value], value, fault)]];
  if (!isSeq(value)) throw fault(value, `${name}: expected a map of fields, a list of maps or a list of keywords`);
  if (value.items.length === 0) throw fault(value, `${name}: is empty; name at least one field or keyword`);
  const maps = value.items.filter(isMap).map(map => itemsOf(name, map, fault));
  const keywords = value.items.filter(node => !isMap(node));
  return keywords.length === 0 ? maps : [...maps, [keywordsOf(keywords, value, fault)]];
}

const keywordsOf = (nodes: readonly unknown[], node: unknown, fault: Fault): Item => ({
  field: '',
  modifiers: [],
  values: nodes.map(one => readScalar(one, fault)),
  node,
});

function itemsOf(name: string, map: YAMLMap, fault: Fault): readonly Item[] {
  if (map.items.length === 0) throw fault(map, `${name}: is empty; name at least one field`);
  return map.items.map(pair => readItem(pair, fault));
}

function readItem({ key, value }: Pair, fault: Fault): Item {
  const written = keyText(key);
  const [field = '', ...modifiers] = written.split('|');
  const nodes: readonly unknown[] = isSeq(value) ? value.items : [value];
  const values = nodes.map(node => (node === null ? { value: null, node: key } : readScalar(node, fault)));
  if (values.length === 0) throw fault(key, `${written}: the list is empty; write null for an absent field`);
  if (values.length === 1 && modifiers.includes('all') && !modifiers.includes('expand')) {
    throw fault(key, `${written}: all needs a list of several values; leave it out`);
  }
  return { field, modifiers, values, node: key };
}

function readScalar(node: unknown, fault: Fault): Value {
  if (isAlias(node)) throw fault(node, 'aliases are not read in a detection; write the value out');
  const value = isScalar(node) ? node.value : undefined;
  if (typeof value === 'number') return { value: exactNumber(value, node as Scalar), node };
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return { value, node };
  throw fault(node, 'expected a text, a number, true, false or null, or a list of them');
}

/** A whole number that is too long for a machine's keeps its digits, as text. */
const exactNumber = (value: number, { source }: Scalar): number | string =>
  Number.isInteger(value) && !Number.isSafeInteger(value) ? (source ?? value) : value;

function conditionsOf(detection: YAMLMap, fault: Fault): readonly Value[] {
  const condition = detection.get('condition', true);
  if (condition === undefined) throw fault(detection, 'condition: is missing; name the selections that must hold');
  const nodes: readonly unknown[] = isSeq(condition) ? condition.items : [condition];
  if (nodes.length === 0) throw fault(condition, 'condition: is empty; name the selections that must hold');
  return nodes.map(node => {
    const read = readScalar(node, fault);
    if (typeof read.value !== 'string') throw fault(node, 'condition: expected a text');
    return read;
  });
}
