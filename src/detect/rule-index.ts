import type { CompiledRule, Ways } from '../sigma/compile.ts';
import { type Bits, wordAt, wordsFor } from './bits.ts';
import { Drawer, type Filed } from './drawer.ts';
import { Places } from './places.ts';

const NONE: readonly CompiledRule[] = [];

/** A way in which a rule may hold. */
type Way = { readonly rule: number; readonly requires: Ways[number]; readonly fields: string };

/**
 * Files every rule under what its ways to hold require of each field, so that an event meets only the rules that can hold.
 * All ways are open at first; field by field the event's value closes those that ask for another, and only rules that have
 * an open way left are evaluated.
 */
export class RuleIndex {
  readonly #rules: readonly CompiledRule[];
  /** The number of the rule of each way. */
  readonly #ruleOf: Int32Array;
  readonly #places = new Places();
  readonly #drawers: readonly Drawer[];
  readonly #all: Bits;
  readonly #open: Bits;

  constructor(rules: readonly CompiledRule[]) {
    const ways = waysOf(rules);
    this.#rules = rules;
    this.#ruleOf = Int32Array.from(ways, ({ rule }) => rule);
    this.#drawers = drawersOf(ways, this.#places);
    this.#open = new Int32Array(wordsFor(ways.length));
    this.#all = this.#open.map((_, i) => (ways.length - 32 * i >= 32 ? -1 : (1 << (ways.length - 32 * i)) - 1));
  }

  /** The rules that hold on the document, in their order. */
  matching(document: object): readonly CompiledRule[] {
    this.#open.set(this.#all);
    this.#places.turnTo(document);
    for (const drawer of this.#drawers) drawer.narrow(this.#open, this.#places);
    return this.#holding(document);
  }

  #holding(document: object): readonly CompiledRule[] {
    let found: number[] | undefined;
    for (let i = 0; i < this.#open.length; i += 1) {
      for (let word = wordAt(this.#open, i); word !== 0; word &= word - 1) {
        const n = this.#ruleOf[32 * i + 31 - Math.clz32(word & -word)] ?? 0;
        if (this.#rules[n]?.matches(document) !== true) continue;
        if (found === undefined) found = [n];
        else found.push(n);
      }
    }
    return found === undefined ? NONE : this.#inOrder(found);
  }

  /** A rule may have been found in several ways. */
  #inOrder(found: number[]): readonly CompiledRule[] {
    if (found.length > 1) found.sort((a, b) => a - b);
    const rules: CompiledRule[] = [];
    for (let i = 0; i < found.length; i += 1) {
      const rule = this.#rules[found[i] ?? 0];
      if (rule !== undefined && found[i] !== found[i - 1]) rules.push(rule);
    }
    return rules;
  }
}

/** Ways that ask for the same fields are neighbours, so that each field concerns few words of bits. */
const waysOf = (rules: readonly CompiledRule[]): readonly Way[] =>
  rules
    .flatMap(({ requires }, rule) =>
      requires.map(way => ({
        rule,
        requires: way,
        fields: way
          .map(({ path }) => path.join('.'))
          .sort()
          .join(),
      })),
    )
    .sort((a, b) => (a.fields < b.fields ? -1 : a.fields > b.fields ? 1 : a.rule - b.rule));

function drawersOf(ways: readonly Way[], places: Places): readonly Drawer[] {
  const fields = new Map<number, { readonly path: readonly string[]; readonly filed: Filed[] }>();
  for (const [way, { requires }] of ways.entries()) {
    for (const requirement of requires) {
      const place = places.add(requirement.path);
      const field = fields.get(place) ?? { path: requirement.path, filed: [] };
      field.filed.push({ requirement, way });
      fields.set(place, field);
    }
  }
  return [...fields]
    .sort(([, a], [, b]) => worthOf(b.filed) - worthOf(a.filed))
    .map(([place, { path, filed }]) => new Drawer(path, place, filed));
}

const TEXT_COSTS = 1_000_000;

/** A field that many ways ask for closes the most; texts are searched last, since that costs more. */
const worthOf = (filed: readonly Filed[]): number =>
  filed.some(({ requirement }) => requirement.kind === 'text') ? filed.length - TEXT_COSTS : filed.length;
