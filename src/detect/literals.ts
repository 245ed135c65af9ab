import { type Bits, union } from './bits.ts';
import type { Sum } from './sum.ts';

/** Literals are looked for by their beginnings: a text that has the whole has these too. */
const MAX_LITERAL = 12;
/** Bounds the table of steps to 16 MB. */
const MAX_STEPS = 4_000_000;
const ASCII_END = 128;

/** A literal of ASCII in lower case, and what its being there speaks for. */
export type Literal = { readonly text: string; readonly found: Bits };

/**
 * Finds which of many literals a text has in it, ignoring capitals, in one pass over the text: the automaton of A. V. Aho
 * and M. J. Corasick, "Efficient string matching" (1975), with all steps in a table.
 */
export class LiteralScan {
  readonly #classes = new Uint8Array(ASCII_END);
  readonly #width: number;
  readonly #steps: Int32Array;
  readonly #found: readonly (Bits | undefined)[];
  readonly #everything: Bits;

  private constructor({ characters, nodes }: Trie, everything: Bits) {
    this.#width = characters.length + 1;
    characters.forEach((character, i) => {
      this.#classes[character.charCodeAt(0)] = i + 1;
      this.#classes[character.toUpperCase().charCodeAt(0)] = i + 1;
    });
    const { steps, found } = automatonOf({ characters, nodes });
    this.#steps = steps;
    this.#found = found;
    this.#everything = everything;
  }

  /** Undefined where there are no literals, or too many to look for. */
  static of(literals: readonly Literal[]): LiteralScan | undefined {
    const [first] = literals;
    const trie = trieOf(literals);
    if (first === undefined || trie.nodes.length * (trie.characters.length + 1) > MAX_STEPS) return undefined;
    return new LiteralScan(
      trie,
      literals.reduce((all, { found }) => union(all, found), first.found),
    );
  }

  /** Adds to `start` what the literals in the text speak for; a text beyond ASCII may have them all. */
  collect(text: string, start: Sum): Sum {
    const classes = this.#classes;
    const steps = this.#steps;
    let sum = start;
    let state = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code >= ASCII_END) return sum.and(this.#everything);
      state = steps[state + (classes[code] ?? 0)] ?? 0;
      if (state >= 0) continue;
      state = ~state;
      const found = this.#found[state / this.#width];
      if (found !== undefined) sum = sum.and(found);
    }
    return sum;
  }
}

type Node = { readonly next: Map<string, Node>; found: Bits | undefined; readonly number: number };
type Trie = { readonly characters: readonly string[]; readonly nodes: readonly Node[] };

function trieOf(literals: readonly Literal[]): Trie {
  const root: Node = { next: new Map(), found: undefined, number: 0 };
  const nodes = [root];
  const characters = new Set<string>();
  for (const { text, found } of literals) {
    let node = root;
    for (const character of text.slice(0, MAX_LITERAL)) {
      characters.add(character);
      const next = node.next.get(character) ?? { next: new Map(), found: undefined, number: nodes.length };
      if (next.number === nodes.length) nodes.push(next);
      node.next.set(character, next);
      node = next;
    }
    node.found = joined(node.found, found);
  }
  return { characters: [...characters], nodes };
}

/**
 * Where each state goes on each class of characters; class 0 is every character that no literal has. A state is the place of
 * its first step; a step to a state that has found something is its complement, so that others cost no look at it.
 */
function automatonOf({ characters, nodes }: Trie): {
  readonly steps: Int32Array;
  readonly found: readonly (Bits | undefined)[];
} {
  const width = characters.length + 1;
  const steps = new Int32Array(nodes.length * width);
  const fallback = new Int32Array(nodes.length);
  const found = nodes.map(node => node.found);
  const queue = nodes.slice(0, 1);
  for (const { next, number: state } of queue) {
    const back = fallback[state] ?? 0;
    if (state !== 0) found[state] = joined(found[state], found[back]);
    characters.forEach((character, i) => {
      const child = next.get(character);
      const elsewhere = state === 0 ? 0 : (steps[back * width + i + 1] ?? 0);
      steps[state * width + i + 1] = child?.number ?? elsewhere;
      if (child === undefined) return;
      fallback[child.number] = elsewhere;
      queue.push(child);
    });
  }
  const marked = steps.map(state => (found[state] === undefined ? state * width : ~(state * width)));
  return { steps: marked, found };
}

const joined = (one: Bits | undefined, other: Bits | undefined): Bits | undefined =>
  one === undefined || other === undefined ? (one ?? other) : union(one, other);
