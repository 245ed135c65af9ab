import type { Signal } from '../../model/signal.ts';
import type { Sight } from '../../sigma/program.ts';
import { Sorted } from '../state/sorted.ts';
import type { Terms } from '../state/terms.ts';
import { byDeadline, type Waiting } from './waiting.ts';

/** Matches that wait for their values to be covered. */
type Parked = { readonly values: readonly string[]; readonly list: Sorted<Waiting> };

/** For which values explanations can be seen at all, as given or as learnt from those that were seen. */
export class Coverage {
  readonly #sight: Sight;
  readonly #seen: Terms;
  readonly #waitMs: number;
  readonly #all = new Sorted<Waiting>(byDeadline);
  readonly #parked = new Map<string, Parked>();

  /** `waitMs`: how long after its deadline a match waits for its values to be covered. */
  constructor(sight: Sight, seen: Terms, waitMs: number) {
    this.#sight = sight;
    this.#seen = seen;
    this.#waitMs = waitMs;
  }

  get size(): number {
    return this.#all.size;
  }

  learn({ input, fields, at }: Signal): void {
    const names = this.#sight.explanationFields.get(input);
    if (names !== undefined) this.#seen.see(valuesOf(names, fields), at);
  }

  valuesOf({ wanted }: Waiting): readonly string[] {
    return valuesOf(this.#sight.by, wanted.fields);
  }

  /** Whether an explanation of these values was seen, at the latest when this match is given up. */
  covers(values: readonly string[], { wanted }: Waiting): boolean {
    if (this.#sight.covered.has(values.join('\0'))) return true;
    const seen = this.#seen.get(values);
    return seen !== undefined && seen.firstSeen <= wanted.deadline + this.#waitMs;
  }

  park(values: readonly string[], waiting: Waiting): void {
    const key = values.join('\0');
    const parked = this.#parked.get(key) ?? { values, list: new Sorted(byDeadline) };
    parked.list.add(waiting);
    this.#parked.set(key, parked);
    this.#all.add(waiting);
  }

  /** Takes out those whose values are covered by now. */
  covered(): readonly Waiting[] {
    const found: Waiting[] = [];
    for (const { values, list } of this.#parked.values()) {
      if (this.#seen.get(values) === undefined) continue;
      for (const waiting of list.after(() => false)) if (this.covers(values, waiting)) found.push(waiting);
    }
    for (const waiting of found) this.#remove(waiting);
    return found.sort(byDeadline);
  }

  /** Takes one out that has waited long enough at this moment of the clock. */
  over(moment: number): Waiting | undefined {
    const { first } = this.#all;
    return first !== undefined && first.wanted.deadline + this.#waitMs < moment ? this.oldest() : undefined;
  }

  /** Takes the one out that has waited for longest. */
  oldest(): Waiting | undefined {
    const { first } = this.#all;
    if (first !== undefined) this.#remove(first);
    return first;
  }

  #remove(waiting: Waiting): void {
    this.#all.remove(waiting);
    const key = this.valuesOf(waiting).join('\0');
    const list = this.#parked.get(key)?.list;
    list?.remove(waiting);
    if (list?.size === 0) this.#parked.delete(key);
  }
}

const valuesOf = (names: readonly string[], fields: Signal['fields']): readonly string[] =>
  names.map(name => fields[name] ?? '');
