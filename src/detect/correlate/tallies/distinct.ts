import type { CorrelationNode } from '../../../sigma/program.ts';
import { valuesOf } from '../key.ts';
import { type Measure, type Sample, type Tally, testOf } from '../tally.ts';

/** A value and how often it is in the window. */
type Value = { readonly text: Sample; times: number };

/** How many different values there are; several fields are one value together. Source: Sigma correlation rules specification 2.1, "Value Count". */
export function distinct(node: CorrelationNode): Measure {
  const test = testOf(node);
  const values: (Value | undefined)[] = [];
  return {
    sampleOf: signal => {
      const found = valuesOf(node, signal);
      return found?.length === 1 ? found[0] : found && JSON.stringify(found);
    },
    open: () => new Distinct(test, values),
    eventsOnce: false,
  };
}

class Distinct implements Tally {
  readonly #test: (value: number) => boolean;
  readonly #values = new Map<Sample, Value>();
  /** By slot, for all windows. */
  readonly #bySlot: (Value | undefined)[];

  constructor(test: (value: number) => boolean, bySlot: (Value | undefined)[]) {
    this.#test = test;
    this.#bySlot = bySlot;
  }

  add(slot: number, text: Sample): void {
    const known = this.#values.get(text);
    const value = known ?? { text, times: 0 };
    if (known === undefined) this.#values.set(text, value);
    value.times += 1;
    this.#bySlot[slot] = value;
  }

  drop(slot: number): void {
    const value = this.#bySlot[slot] as Value;
    value.times -= 1;
    if (value.times === 0) this.#values.delete(value.text);
    this.#bySlot[slot] = undefined;
  }

  holds(): boolean {
    return this.#test(this.value);
  }

  get value(): number {
    return this.#values.size;
  }
}
