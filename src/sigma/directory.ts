import type { CompiledRule } from './compile.ts';
import type { CorrelationSource } from './correlation.ts';
import type { RuleSource } from './parse.ts';
import type { Rule } from './rule.ts';

/** A rule that is in force, as it was written and ready to be evaluated. */
export type InForce = { readonly source: RuleSource; readonly compiled: CompiledRule };

/** What a reference may mean. */
export type Entry =
  | { readonly kind: 'rule'; readonly id: string; readonly rule: Rule; readonly inForce: InForce }
  | { readonly kind: 'correlation'; readonly id: string; readonly rule: Rule; readonly source: CorrelationSource };

/** What a reference by id or name means, or why it means nothing. */
export type Lookup = Entry | { readonly kind: 'none'; readonly why: string };

/** Rules and correlations by their ids and their names. */
export class Directory {
  readonly #entries = new Map<string, Entry[]>();
  readonly #idle = new Map<string, Rule>();

  /** `known` are all rules that could be read: one that is not in force is told from one that is not there. */
  constructor(rules: readonly InForce[], correlations: readonly CorrelationSource[], known: readonly Rule[]) {
    for (const inForce of rules) {
      const { rule } = inForce.compiled;
      this.#add({ kind: 'rule', id: rule.id, rule, inForce });
    }
    for (const source of correlations)
      this.#add({ kind: 'correlation', id: source.rule.id, rule: source.rule, source });
    for (const rule of known) for (const key of keysOf(rule)) this.#idle.set(key, rule);
  }

  /** By id, whatever its capitals, or by name. */
  find(reference: string): Lookup {
    const found = this.#entries.get(reference) ?? this.#entries.get(reference.toLowerCase()) ?? [];
    const [first, second] = found;
    if (first === undefined) return { kind: 'none', why: this.#absence(reference) };
    if (second === undefined) return first;
    const places = found.map(({ rule: { file, line } }) => `${file}:${line}`).join(', ');
    return { kind: 'none', why: `several rules are named ${reference} (${places}); write the id of the one` };
  }

  #absence(reference: string): string {
    const idle = this.#idle.get(reference) ?? this.#idle.get(reference.toLowerCase());
    if (idle === undefined) return `there is no rule of the id or the name ${reference}`;
    return `the rule ${reference} (${idle.file}:${idle.line}) is not in force; see what is said of it, or name another`;
  }

  #add(entry: Entry): void {
    for (const key of keysOf(entry.rule)) this.#entries.set(key, [...(this.#entries.get(key) ?? []), entry]);
  }
}

const keysOf = ({ id, name }: Rule): readonly string[] => [
  ...new Set([id.toLowerCase(), ...(name === undefined ? [] : [name])]),
];
