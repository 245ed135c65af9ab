import type { CorrelationNode } from '../../../sigma/program.ts';
import { type Measure, type Tally, testOf } from '../tally.ts';

/** How many there are. Source: Sigma correlation rules specification 2.1, "Event Count". */
export function counted(node: CorrelationNode): Measure {
  const test = testOf(node);
  return { sampleOf: () => 1, open: () => new Count(test), eventsOnce: true };
}

class Count implements Tally {
  readonly #test: (value: number) => boolean;
  value = 0;

  constructor(test: (value: number) => boolean) {
    this.#test = test;
  }

  add(): void {
    this.value += 1;
  }

  drop(): void {
    this.value -= 1;
  }

  holds(): boolean {
    return this.#test(this.value);
  }
}
