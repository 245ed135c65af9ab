import type { CorrelationNode } from '../../../sigma/program.ts';
import { Column } from '../column.ts';
import { numberOf } from '../number.ts';
import { SlotHeap } from '../slot-heap.ts';
import { type Measure, type Sample, type Tally, testOf } from '../tally.ts';

const MEDIAN = 50;

/**
 * The value below which so many percent of the values lie, between two of them in proportion: the specification says no
 * more than "percentile", and this is what SQL calls PERCENTILE_CONT and most statistics the percentile (Hyndman and Fan,
 * "Sample Quantiles", 1996, definition 7). What is no number is left out.
 */
export function percentile(node: CorrelationNode): Measure {
  const test = testOf(node);
  const percent = (node.holds.kind === 'number' ? node.holds.percentile : undefined) ?? MEDIAN;
  const numbers = new Column('number');
  const places = new Column('whole');
  return {
    sampleOf: signal => numberOf(node, signal),
    open: () => new Percentile(test, percent, numbers, places),
    eventsOnce: true,
  };
}

/** The values up to the one that is asked for, the largest on top, and the others, the smallest on top. */
class Percentile implements Tally {
  readonly #test: (value: number) => boolean;
  readonly #percent: number;
  /** By slot, for all windows. */
  readonly #numbers: Column;
  readonly #below: SlotHeap;
  readonly #above: SlotHeap;

  constructor(test: (value: number) => boolean, percent: number, numbers: Column, places: Column) {
    this.#test = test;
    this.#percent = percent;
    this.#numbers = numbers;
    this.#below = new SlotHeap('largest', numbers, places);
    this.#above = new SlotHeap('smallest', numbers, places);
  }

  add(slot: number, number: Sample): void {
    this.#numbers.set(slot, number as number);
    const { top } = this.#below;
    if (top !== undefined && (number as number) < this.#numbers.get(top)) this.#below.add(slot);
    else this.#above.add(slot);
    this.#settle();
  }

  drop(slot: number): void {
    (this.#below.has(slot) ? this.#below : this.#above).take(slot);
    this.#settle();
  }

  holds(): boolean {
    return this.#test(this.value);
  }

  get value(): number {
    const low = this.#numberOn(this.#below);
    const fraction = this.#rank % 1;
    return fraction === 0 ? low : low + fraction * (this.#numberOn(this.#above) - low);
  }

  get #size(): number {
    return this.#below.size + this.#above.size;
  }

  /** Where the value would stand among all in order, from 0. */
  get #rank(): number {
    return (this.#percent * (this.#size - 1)) / 100;
  }

  #settle(): void {
    const wanted = Math.min(Math.floor(this.#rank) + 1, this.#size);
    while (this.#below.size < wanted) move(this.#above, this.#below);
    while (this.#below.size > wanted) move(this.#below, this.#above);
  }

  #numberOn({ top }: SlotHeap): number {
    return top === undefined ? Number.NaN : this.#numbers.get(top);
  }
}

function move(from: SlotHeap, to: SlotHeap): void {
  const slot = from.top as number;
  from.take(slot);
  to.add(slot);
}
