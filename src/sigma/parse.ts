import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { KeywardenError } from '../errors.ts';
import { type Rule, RuleFields } from './rule.ts';
import { keyText, type YamlDocument, YamlSource } from './source.ts';

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

/** A rule as it was written. */
export type RuleSource = DetectionSource & { readonly rule: Rule };

/** Reads the rules of one file. Throws RULE naming file, line and column. */
export function parseRules(text: string, file: string): readonly RuleSource[] {
  const source = new YamlSource(text, file, 'RULE');
  return source.documents.map(document => readRule(document, source));
}

/** Documents and parts of them that other tools know, and what stands in their place here. */
const UNSUPPORTED: readonly (readonly [key: string, instead: string])[] = [
  ['correlation', 'correlation rules are not supported yet; write a rule with a detection'],
  ['filter', 'filters are not supported yet; exclude in the rule itself by "and not"'],
  ['action', 'collections are not part of Sigma 2; write each rule out, parted by ---'],
];

function readRule(document: YamlDocument, source: YamlSource): RuleSource {
  const { map } = document;
  const fault = source.fault.bind(source);
  for (const [key, instead] of UNSUPPORTED) if (map.has(key)) throw fault(map.get(key, true), `${key}: ${instead}`);
  const fields = RuleFields.safeParse(document.value);
  if (!fields.success) throw source.refusal(document, fields.error);
  const rule = { ...fields.data, file: source.file, line: source.line(map) };
  return { rule, ...readDetection(map, fault) };
}

type Fault = DetectionSource['fault'];

/** Reads the `detection` of a document, rule or other. Throws what `fault` makes of what is wrong. */
export function readDetection(map: YAMLMap, fault: Fault): Omit<DetectionSource, 'rule'> {
  const detection = map.get('detection', true);
  if (!isMap(detection)) throw fault(detection ?? map, 'detection: expected selections and a condition');
  return { selections: selectionsOf(detection, fault), conditions: conditionsOf(detection, fault), fault };
}

function selectionsOf(detection: YAMLMap, fault: Fault): ReadonlyMap<string, Selection> {
  const selections = new Map<string, Selection>();
  for (const { key, value } of detection.items) {
    const name = keyText(key);
    if (name === 'timeframe') {
      throw fault(key, 'timeframe: belongs to aggregations, which are not part of Sigma 2; write a correlation rule');
    }
    if (name !== 'condition') selections.set(name, readSelection(name, value ?? key, fault));
  }
  return selections;
}

function readSelection(name: string, value: unknown, fault: Fault): Selection {
  if (isMap(value)) return [itemsOf(name, value, fault)];
  if (!isSeq(value)) throw fault(value, `${name}: expected a map of fields, a list of maps or a list of keywords`);
  if (value.items.length === 0) throw fault(value, `${name}: is empty; name at least one field or keyword`);
  if (value.items.every(isMap)) return value.items.map(map => itemsOf(name, map as YAMLMap, fault));
  if (value.items.some(isMap)) {
    throw fault(value, `${name}: maps and keywords cannot be mixed in one list; make two selections`);
  }
  return [[{ field: '', modifiers: [], values: value.items.map(node => readScalar(node, fault)), node: value }]];
}

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
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return { value, node };
  throw fault(node, 'expected a text, a number, true, false or null, or a list of them');
}

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
