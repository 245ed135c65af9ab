import { isMap, type Pair, YAMLMap } from 'yaml';
import type { KeywardenError } from '../errors.ts';
import { keyText, type YamlDocument } from './source.ts';

/** A document with what the documents before it in its file give it. */
export type Gathered = {
  readonly document: YamlDocument;
  /** Its id is that of other documents too. */
  readonly sharesId: boolean;
};

type Fault = (node: unknown, what: string) => KeywardenError;

/**
 * Puts the documents of one file together where they have an `action`: `global` adds to all that follow, `reset` ends
 * that, `repeat` is the document before with changes. Source: Sigma specification 1.0.3, "Rule Collections".
 */
export class Collection {
  readonly #fault: Fault;
  #global: YamlDocument | undefined;
  #last: YamlDocument | undefined;

  constructor(fault: Fault) {
    this.#fault = fault;
  }

  /** The document to be read as a rule; undefined where it is none of its own. Throws what is wrong with the action. */
  gather(written: YamlDocument): Gathered | undefined {
    if (!written.map.has('action')) return this.#own(written);
    const node = written.map.get('action', true);
    const document = { map: written.map, value: without('action', written.value as Fields) };
    switch (written.map.get('action')) {
      case 'global':
        this.#global = this.#global === undefined ? document : merged(this.#global, document);
        return undefined;
      case 'reset':
        this.#global = undefined;
        return undefined;
      case 'repeat':
        return this.#repeated(document, node);
      default:
        throw this.#fault(node, 'action: expected global, repeat or reset');
    }
  }

  #own(document: YamlDocument): Gathered {
    const both = this.#global === undefined ? document : merged(this.#global, document, this.#fault);
    this.#last = both;
    return { document: both, sharesId: both.map.has('id') && !document.map.has('id') };
  }

  #repeated(document: YamlDocument, node: unknown): Gathered {
    if (this.#last === undefined) throw this.#fault(node, 'action: there is no rule before this one to repeat');
    this.#last = merged(this.#last, document);
    return { document: this.#last, sharesId: this.#last.map.has('id') && !document.map.has('id') };
  }
}

type Fields = Readonly<Record<string, unknown>>;

const without = (name: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

/** Both documents in one, maps key by key; elsewhere the second counts, or with `fault` may not differ from the first. */
function merged(first: YamlDocument, second: YamlDocument, fault?: Fault): YamlDocument {
  return { map: mergedMap(first.map, second.map, fault), value: mergedValue(first.value, second.value) };
}

function mergedMap(first: YAMLMap, second: YAMLMap, fault: Fault | undefined): YAMLMap {
  const result = mapLike(second);
  const added = new Map(second.items.map(pair => [keyText(pair.key), pair]));
  for (const pair of first.items) {
    const name = keyText(pair.key);
    const other = added.get(name);
    added.delete(name);
    result.items.push(other === undefined ? pair : mergedPair(pair, other, fault));
  }
  result.items.push(...added.values());
  return result;
}

function mergedPair(first: Pair, second: Pair, fault: Fault | undefined): Pair {
  if (isMap(first.value) && isMap(second.value)) {
    const pair = second.clone();
    pair.value = mergedMap(first.value, second.value, fault);
    return pair;
  }
  if (fault !== undefined && String(first.value) !== String(second.value)) {
    throw fault(second.key, `${keyText(second.key)}: stands in the global document with another value; write it once`);
  }
  return second;
}

function mergedValue(first: unknown, second: unknown): unknown {
  if (!isFields(first) || !isFields(second)) return second;
  const entries = Object.entries(second).map(([name, value]) => [name, mergedValue(first[name], value)]);
  return Object.fromEntries([...Object.entries(first), ...entries]);
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An empty map at the place of another. */
function mapLike({ range }: YAMLMap): YAMLMap {
  const map = new YAMLMap();
  map.range = range ?? null;
  return map;
}
