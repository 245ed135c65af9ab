import { type BaselineRow, keyOfRow } from '../../model/baseline.ts';
import { Terms } from './terms.ts';

/** A row that is new or has changed; without a row it is forgotten. */
export type BaselineChange = { readonly key: string; readonly row: BaselineRow | undefined };

/** What programs have seen, each in each cluster. */
export class Baseline {
  readonly #capacity: number;
  readonly #isTracked: boolean;
  readonly #terms = new Map<string, Terms>();

  /** `capacity`: terms of one program and cluster. `isTracked`: whether somebody asks for changes; else they are not kept. */
  constructor(capacity: number, isTracked = false) {
    this.#capacity = capacity;
    this.#isTracked = isTracked;
  }

  of(program: string, cluster: string): Terms {
    const key = `${program}\0${cluster}`;
    const known = this.#terms.get(key);
    if (known !== undefined) return known;
    const terms = new Terms(program, cluster, this.#capacity, this.#isTracked);
    this.#terms.set(key, terms);
    return terms;
  }

  /** Takes in what was seen elsewhere: before a restart, by another process, in a file. What is known already grows by it. */
  put(row: BaselineRow): void {
    this.of(row.program, row.cluster).put(row);
  }

  *rows(): Generator<BaselineRow> {
    for (const terms of this.#terms.values()) yield* terms.rows();
  }

  /** What has changed since this was last asked. That a term was seen once more is told once an hour of its time. */
  changes(): readonly BaselineChange[] {
    return [...this.#terms.values()].flatMap(terms =>
      terms.changes().map(({ row, isForgotten }) => ({ key: keyOfRow(row), row: isForgotten ? undefined : row })),
    );
  }
}
