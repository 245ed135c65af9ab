import { isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { KeywardenError } from '../errors.ts';
import { type Rule, RuleFields } from './rule.ts';
import { keyText, nodeAt, type YamlDocument, YamlSource } from './source.ts';

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

/** A rule as it was written, its detection read but not yet understood. */
export type RuleSource = {
  readonly rule: Rule;
  readonly selections: ReadonlyMap<string, Selection>;
  /** Several conditions are alternatives. */
  readonly conditions: readonly Value[];
  readonly fault: (node: unknown, what: string) => KeywardenError;
};

/** Reads the rules of one file. Throws RULE naming file, line and column. */
export function parseRules(text: string, file: string): readonly RuleSource[] {
  const source = new YamlSource(text, file, 'RULE');
  return source.documents.map(document => readRule(document, source));
}

function readRule({ map: document, value }: YamlDocument, source: YamlSource): RuleSource {
  const fault = source.fault.bind(source);
  const fields = RuleFields.safeParse(value);
  if (!fields.success) {
    const [issue] = fields.error.issues;
    throw fault(nodeAt(document, issue?.path ?? []), `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const detection = document.get('detection', true);
  if (!isMap(detection)) throw fault(detection ?? document, 'detection: expected selections and a condition');
  const rule = { ...fields.data, file: source.file, line: source.line(document) };
  return { rule, selections: selectionsOf(detection, fault), conditions: conditionsOf(detection, fault), fault };
}

type Fault = RuleSource['fault'];

/** `timeframe` belonged to aggregations, which Sigma 2 replaced by correlations. */
const NO_SELECTION = new Set(['condition', 'timeframe']);

function selectionsOf(detection: YAMLMap, fault: Fault): ReadonlyMap<string, Selection> {
  const selections = new Map<string, Selection>();
  for (const { key, value } of detection.items) {
    const name = keyText(key);
    if (NO_SELECTION.has(name)) continue;
    selections.set(name, readSelection(value, fault, key));
  }
  return selections;
}

function readSelection(value: unknown, fault: Fault, key: unknown): Selection {
  if (isMap(value)) return [itemsOf(value, fault)];
  if (!isSeq(value))
    throw fault(value ?? key, `${keyText(key)}: expected a map of fields, a list of maps or a list of keywords`);
  if (value.items.length > 0 && value.items.every(isMap)) return value.items.map(map => itemsOf(map as YAMLMap, fault));
  if (value.items.every(isScalar))
    return [[{ field: '', modifiers: [], values: value.items.map(readScalar(fault)), node: key }]];
  throw fault(value, `${keyText(key)}: maps and keywords cannot be mixed in one list; make two selections`);
}

const itemsOf = (map: YAMLMap, fault: Fault): readonly Item[] => map.items.map(pair => readItem(pair, fault));

function readItem({ key, value }: Pair, fault: Fault): Item {
  const [field = '', ...modifiers] = keyText(key).split('|');
  const values = isSeq(value) ? value.items.map(readScalar(fault)) : [readScalar(fault)(value ?? key, value === null)];
  if (values.length === 0) throw fault(key, `${keyText(key)}: the list is empty; write null for an absent field`);
  return { field, modifiers, values, node: key };
}

const readScalar =
  (fault: Fault) =>
  (node: unknown, absent: unknown = false): Value => {
    if (absent === true) return { value: null, node };
    const value = isScalar(node) ? (node as Scalar).value : undefined;
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return { value, node };
    throw fault(node, 'expected a text, a number, true, false or null');
  };

function conditionsOf(detection: YAMLMap, fault: Fault): readonly Value[] {
  const condition = detection.get('condition', true);
  if (condition === undefined) throw fault(detection, 'condition: is missing; name the selections that must hold');
  const values = isSeq(condition)
    ? condition.items.map(node => readScalar(fault)(node))
    : [readScalar(fault)(condition)];
  for (const { value, node } of values) if (typeof value !== 'string') throw fault(node, 'condition: expected a text');
  return values;
}
