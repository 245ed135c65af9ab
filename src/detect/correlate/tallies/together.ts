import type { CorrelationNode } from '../../../sigma/program.ts';
import { Column } from '../column.ts';
import type { Measure, Sample, Tally } from '../tally.ts';

/** Whether what is there is enough; its number is known. */
export type Enough = (has: (part: number) => boolean, present: number) => boolean;

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

export function enoughOf({ holds }: CorrelationNode): Enough {
  if (holds.kind === 'parts') return has => holds.test(has);
  return (_, present) => holds.test(present);
}

export class Together implements Tally {
  readonly #enough: Enough;
  readonly #times: number[];
  /** By slot, for all windows. */
  readonly #parts: Column;
  readonly #has = (part: number): boolean => this.#times[part] !== 0;
  value = 0;

  constructor(enough: Enough, count: number, parts: Column) {
    this.#enough = enough;
    this.#times = new Array(count).fill(0);
    this.#parts = parts;
  }

  add(slot: number, sample: Sample, _at: number): void {
    const part = sample as number;
    this.#parts.set(slot, part);
    const times = this.#times[part] as number;
    if (times === 0) this.value += 1;
    this.#times[part] = times + 1;
  }

  drop(slot: number): void {
    const part = this.#parts.get(slot);
    const times = this.#times[part] as number;
    if (times === 1) this.value -= 1;
    this.#times[part] = times - 1;
  }

  holds(_from: number): boolean {
    return this.#enough(this.#has, this.value);
  }
}
