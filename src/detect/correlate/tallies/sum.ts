import type { CorrelationNode } from '../../../sigma/program.ts';
import { Column } from '../column.ts';
import { ExactSum } from '../exact-sum.ts';
import { numberOf } from '../number.ts';
import { type Measure, type Sample, type Tally, testOf } from '../tally.ts';

/** The sum of the values; what is no number is left out. Source: Sigma correlation rules specification 2.1, "Value Sum". */
export const summed = (node: CorrelationNode): Measure => summing(node, sum => sum);

/** Their mean. Source: as above, "Value Average". */
export const average = (node: CorrelationNode): Measure => summing(node, (sum, count) => sum / count);

type Result = (sum: number, count: number) => number;

function summing(node: CorrelationNode, result: Result): Measure {
  const test = testOf(node);
  const numbers = new Column('number');
  return {
    sampleOf: signal => numberOf(node, signal),
    open: () => new Sum(test, result, numbers),
    eventsOnce: true,
  };
}

class Sum implements Tally {
  readonly #test: (value: number) => boolean;
  readonly #result: Result;
  /** By slot, for all windows. */
  readonly #numbers: Column;
  readonly #sum = new ExactSum();
  #count = 0;

  constructor(test: (value: number) => boolean, result: Result, numbers: Column) {
    this.#test = test;
    this.#result = result;
    this.#numbers = numbers;
  }

  add(slot: number, number: Sample): void {
    this.#numbers.set(slot, number as number);
    this.#sum.add(number as number);
    this.#count += 1;
  }

  drop(slot: number): void {
    this.#sum.add(-this.#numbers.get(slot));
    this.#count -= 1;
  }

  holds(): boolean {
    return this.#test(this.value);
  }

  get value(): number {
    return this.#result(this.#sum.value, this.#count);
  }
}
