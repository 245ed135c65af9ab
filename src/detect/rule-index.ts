import type { CompiledRule, Requirement, Ways } from '../sigma/compile.ts';
import { type Bits, kept, meetsSome, wordAt, wordsFor } from './bits.ts';
import { Drawer } from './drawer.ts';
import { Places } from './places.ts';
import type { Filed, Kind } from './readings.ts';

/** In words of 32 bits: some 10,000 decisions on a thousand rules. */
const MAX_WORDS = 1_000_000;
/** What a decision takes besides its bits and its rules, about. */
const WORDS_EACH = 64;

const NONE: readonly CompiledRule[] = [];

/** A way in which a rule may hold. */
type Way = { readonly rule: number; readonly requires: Ways[number]; readonly fields: string };

/** What is known of an event once some of its fields have been read. */
type Decision = {
  /** The ways that are open. */
  readonly open: Bits;
  /** The place of the drawer that is asked next, and where its answers lead; undefined where there is nothing left to ask. */
  readonly place: number;
  readonly drawer: Drawer | undefined;
  readonly next: Map<Bits, Decision>;
  /** Where nothing is left to ask, the rules with an open way. */
  readonly rules: readonly CompiledRule[];
};

/**
 * Files every rule under what its ways to hold require of each field, so that an event meets only the rules that can hold.
 * All ways are open at first; field by field the event's value closes those that ask for another, and only rules that have
 * an open way left are evaluated. What has been decided is kept as a tree, which grows as events come: most are like others
 * before them, and then each field costs two lookups, however many rules ask for it.
 */
export class RuleIndex {
  readonly #rules: readonly CompiledRule[];
  /** The number of the rule of each way. */
  readonly #ruleOf: Int32Array;
  readonly #places = new Places();
  readonly #drawers: readonly Drawer[];
  readonly #first: Decision;
  #words = 0;

  constructor(rules: readonly CompiledRule[]) {
    const ways = waysOf(rules);
    this.#rules = rules;
    this.#ruleOf = Int32Array.from(ways, ({ rule }) => rule);
    this.#drawers = drawersOf(ways, this.#places);
    const all = new Int32Array(wordsFor(ways.length));
    for (const way of ways.keys()) all[way >>> 5] = wordAt(all, way >>> 5) | (1 << way);
    this.#first = this.#decision(all, 0);
  }

  /** The rules that hold on the document, in their order. */
  matching(document: object): readonly CompiledRule[] {
    this.#places.turnTo(document);
    let at = this.#first;
    while (at.drawer !== undefined) {
      const left = at.drawer.left(this.#places);
      at = at.next.get(left) ?? this.#grown(at, at.drawer, left);
    }
    return holding(at.rules, document);
  }

  /** A tree that has grown too large is grown anew: an attacker may have every decision made that rules can lead to. */
  #grown(at: Decision, drawer: Drawer, left: Bits): Decision {
    const decision = this.#decision(kept(at.open, drawer.words, left), at.place + 1);
    this.#words += decision.open.length + decision.rules.length + WORDS_EACH;
    if (this.#words > MAX_WORDS) {
      this.#first.next.clear();
      this.#words = 0;
    }
    at.next.set(left, decision);
    return decision;
  }

  /** A drawer that concerns one way alone is passed over: to evaluate its rule is cheaper than to read a value that is new each time. */
  #decision(open: Bits, from: number): Decision {
    for (let place = from; place < this.#drawers.length; place += 1) {
      const drawer = this.#drawers[place];
      if (drawer === undefined || !meetsSome(open, drawer.words, drawer.asking)) continue;
      return { open, place, drawer, next: new Map(), rules: NONE };
    }
    return { open, place: this.#drawers.length, drawer: undefined, next: new Map(), rules: this.#rulesOf(open) };
  }

  /** A rule may have several ways. */
  #rulesOf(open: Bits): readonly CompiledRule[] {
    const found = new Set<number>();
    for (let i = 0; i < open.length; i += 1) {
      for (let word = wordAt(open, i); word !== 0; word &= word - 1) {
        found.add(this.#ruleOf[32 * i + 31 - Math.clz32(word & -word)] ?? 0);
      }
    }
    return [...found].sort((a, b) => a - b).flatMap(n => this.#rules[n] ?? []);
  }
}

/** Those of the rules that hold on the document. */
export function holding(rules: readonly CompiledRule[], document: object): readonly CompiledRule[] {
  let matches: CompiledRule[] | undefined;
  for (const rule of rules) {
    if (!rule.matches(document)) continue;
    if (matches === undefined) matches = [rule];
    else matches.push(rule);
  }
  return matches ?? NONE;
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
  const filed = ways.flatMap(({ requires }, way) => requires.map(requirement => ({ requirement, way })));
  return [...Map.groupBy(filed, drawerKey).values()]
    .sort((a, b) => worthOf(b) - worthOf(a))
    .flatMap(alike => {
      const [first] = alike;
      if (first === undefined) return [];
      const { kind, path } = first.requirement;
      return [new Drawer(kindOf(kind), path, places.add(path), alike)];
    });
}

const drawerKey = ({ requirement: { kind, path } }: Filed): string => [kindOf(kind), ...path].join('\0');

const kindOf = (kind: Requirement['kind']): Kind => (kind === 'text' || kind === 'test' ? kind : 'value');

const COSTS = 1_000_000;

/** A field that many ways ask for closes the most; texts are searched and tests run last, since that costs more. */
const worthOf = (filed: readonly Filed[]): number =>
  filed.some(({ requirement: { kind } }) => kindOf(kind) !== 'value') ? filed.length - COSTS : filed.length;
