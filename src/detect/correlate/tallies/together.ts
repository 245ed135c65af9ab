import type { CorrelationNode } from '../../../sigma/program.ts';
import { Column } from '../column.ts';
import type { Measure, Sample, Tally } from '../tally.ts';

export type Enough = (has: (part: number) => boolean) => boolean;

/** Which of its rules hold in the window. Source: Sigma correlation rules specification 2.1, "Temporal Proximity". */
export function together(node: CorrelationNode): Measure {
  const enough = enoughOf(node);
  const parts = new Column('small');
  return {
    sampleOf: (_, part) => part,
    open: () => new Together(enough, node.parts.length, parts),
    eventsOnce: false,
  };
}

/** The condition on which rules hold; of a correlation that has none, no rules are enough. */
export const enoughOf = ({ holds }: CorrelationNode): Enough => (holds.kind === 'parts' ? holds.test : () => false);

export class Together implements Tally {
  readonly #enough: Enough;
  readonly #times: number[];
  /** By slot, for all windows. */
  readonly #parts: Column;
  readonly #has = (part: number): boolean => this.#times[part] !== 0;

  constructor(enough: Enough, count: number, parts: Column) {
    this.#enough = enough;
    this.#times = new Array(count).fill(0);
    this.#parts = parts;
  }

  add(slot: number, sample: Sample, _at: number): void {
    const part = sample as number;
    this.#parts.set(slot, part);
    this.#times[part] = (this.#times[part] as number) + 1;
  }

  drop(slot: number): void {
    const part = this.#parts.get(slot);
    this.#times[part] = (this.#times[part] as number) - 1;
  }

  holds(_from: number): boolean {
    return this.#enough(this.#has);
  }
}
