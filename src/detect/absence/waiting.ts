import type { Signal } from '../../model/signal.ts';
import type { Explanation } from '../../sigma/program.ts';
import { Sorted } from '../state/sorted.ts';
import { explanationKey, isMeant, subjectKey, type Wanted, windowOf } from './explanations.ts';

/** A match that waits to be judged. */
export type Waiting = {
  readonly signal: Signal;
  readonly wanted: Wanted;
  /** Explanations of its time had been let go when it came. */
  readonly isLate: boolean;
  hasLeft: boolean;
};

/** The order in which matches are judged. */
export const byDeadline = (a: Waiting, b: Waiting): number =>
  a.wanted.deadline - b.wanted.deadline ||
  a.signal.at - b.signal.at ||
  (a.signal.id < b.signal.id ? -1 : a.signal.id > b.signal.id ? 1 : 0);

/** The matches that wait, and which of them an explanation explains. */
export class WaitingRoom {
  readonly #kinds: readonly Explanation[];
  readonly #all = new Sorted<Waiting>(byDeadline);
  readonly #byKey = new Map<string, Sorted<Waiting>>();

  /** `kinds`: explanations that are asked for matches. */
  constructor(kinds: readonly Explanation[]) {
    this.#kinds = kinds;
  }

  get size(): number {
    return this.#all.size;
  }

  /** The one that is to be judged first. */
  get first(): Waiting | undefined {
    return this.#all.first;
  }

  add(waiting: Waiting): void {
    this.#all.add(waiting);
    for (const key of this.#keysOf(waiting)) {
      const others = this.#byKey.get(key) ?? new Sorted(byDeadline);
      others.add(waiting);
      this.#byKey.set(key, others);
    }
  }

  remove(waiting: Waiting): void {
    this.#all.remove(waiting);
    for (const key of this.#keysOf(waiting)) {
      const others = this.#byKey.get(key);
      others?.remove(waiting);
      if (others?.size === 0) this.#byKey.delete(key);
    }
  }

  /** Those that the explanation explains. */
  explainedBy(explanation: Signal): readonly Waiting[] {
    const found: Waiting[] = [];
    for (const [index, kind] of this.#kinds.entries()) {
      if (kind.input !== explanation.input) continue;
      const { start, end } = windowOf(kind, explanation);
      const others = this.#byKey.get(explanationKey(index, kind, explanation.fields));
      for (const waiting of others?.after(({ wanted }) => wanted.deadline < explanation.at) ?? []) {
        const { from, to, fields } = waiting.wanted;
        if (start <= to && end >= from && beginsAs(fields, kind, explanation)) found.push(waiting);
      }
    }
    return found;
  }

  #keysOf({ wanted }: Waiting): readonly string[] {
    const { fields } = wanted;
    return this.#kinds.flatMap((kind, index) => (isMeant(kind, fields) ? [subjectKey(index, kind, fields)] : []));
  }
}

const beginsAs = (fields: Signal['fields'], { prefix }: Explanation, explanation: Signal): boolean =>
  prefix.every(([subject, field]) => {
    const beginning = explanation.fields[field] ?? '';
    return beginning !== '' && fields[subject]?.startsWith(beginning) === true;
  });
