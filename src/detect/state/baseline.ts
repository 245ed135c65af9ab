import { type BaselineRow, keyOfRow } from '../../model/baseline.ts';
import { Terms } from './terms.ts';

/** A row that is new or has changed; without a row it is forgotten. */
export type BaselineChange = { readonly key: string; readonly row: BaselineRow | undefined };

/** What is not known to be of what a program looked for. */
const WHATEVER = '';

/** Programs in clusters; a sender may name clusters. What further ones show is known to who asked for it, and not kept. */
const MAX_PLACES = 20_000;

/** What programs have seen, each in each cluster. */
export class Baseline {
  readonly #capacity: number;
  readonly #isTracked: boolean;
  /** By program and cluster, and by what the program looked for. */
  readonly #seen = new Map<string, Map<string, Terms>>();
  #replaced: BaselineChange[] = [];

  /** `capacity`: terms of one program and cluster. `isTracked`: whether somebody asks for changes; else they are not kept. */
  constructor(capacity: number, isTracked = false) {
    this.#capacity = capacity;
    this.#isTracked = isTracked;
  }

  /** `looksFor`: a hash of what the program looks for; what was seen when it looked for something else is forgotten. */
  of(program: string, cluster: string, looksFor: string = WHATEVER): Terms {
    const { seen, terms } = this.#termsOf(program, cluster, looksFor);
    if (looksFor !== WHATEVER && seen.size > 1) this.#replace(seen, terms, looksFor);
    return terms;
  }

  /** Takes in what was seen elsewhere: before a restart, by another process, in a file. What is known already grows by it. */
  put(row: BaselineRow): void {
    this.#termsOf(row.program, row.cluster, row.of ?? WHATEVER).terms.put(row);
  }

  *rows(): Generator<BaselineRow> {
    for (const seen of this.#seen.values()) for (const terms of seen.values()) yield* terms.rows();
  }

  /** What has changed since this was last asked. That a term was seen once more is told once an hour of its time. */
  changes(): readonly BaselineChange[] {
    const replaced = this.#replaced;
    this.#replaced = [];
    const changed = [...this.#seen.values()].flatMap(seen => [...seen.values()].flatMap(terms => terms.changes()));
    return [
      ...replaced,
      ...changed.map(({ row, isForgotten }) => ({ key: keyOfRow(row), row: isForgotten ? undefined : row })),
    ];
  }

  #termsOf(program: string, cluster: string, looksFor: string) {
    const key = `${program}\0${cluster}`;
    const seen = this.#seen.get(key) ?? new Map<string, Terms>();
    if (this.#seen.size < MAX_PLACES) this.#seen.set(key, seen);
    const of = looksFor === WHATEVER ? undefined : looksFor;
    const terms = seen.get(looksFor) ?? new Terms(program, cluster, this.#capacity, this.#isTracked, of);
    seen.set(looksFor, terms);
    return { seen, terms };
  }

  /** What is not known to be of something else is taken over. */
  #replace(seen: Map<string, Terms>, terms: Terms, looksFor: string): void {
    const whatever = seen.get(WHATEVER);
    if (whatever !== undefined) terms.takeOver(whatever);
    const kept = new Map([...terms.rows()].map(row => [keyOfRow(row), row]));
    for (const [other, held] of seen) {
      if (other === looksFor) continue;
      seen.delete(other);
      for (const row of held.rows()) this.#tell(keyOfRow(row), kept);
    }
  }

  #tell(key: string, kept: ReadonlyMap<string, BaselineRow>): void {
    if (this.#isTracked) this.#replaced.push({ key, row: kept.get(key) });
  }
}
