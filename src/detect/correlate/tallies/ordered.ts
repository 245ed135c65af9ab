import type { CorrelationNode } from '../../../sigma/program.ts';
import { Column } from '../column.ts';
import type { Measure, Sample } from '../tally.ts';
import { type Enough, enoughOf, Together } from './together.ts';

type Chains = readonly (readonly number[])[];

/**
 * Whether its rules hold in the window in their order. Source: Sigma correlation rules specification 2.1, "Ordered Temporal
 * Proximity". What happened within one millisecond is in whichever order is asked for: nobody knows better, and an attack
 * is not to be missed for being fast.
 */
export function ordered(node: CorrelationNode): Measure {
  const enough = enoughOf(node);
  const chains = node.holds.kind === 'parts' ? node.holds.chains : [];
  const parts = new Column('small');
  return {
    sampleOf: (_, part) => part,
    open: () => new Ordered(enough, chains, node.parts.length, parts),
    eventsOnce: false,
  };
}

class Ordered extends Together {
  readonly #chains: Chains;
  /** For each chain and each of its parts: when the latest run that has come so far began. */
  readonly #began: readonly number[][];
  readonly #lastAt: number[];

  constructor(enough: Enough, chains: Chains, count: number, parts: Column) {
    super(enough, count, parts);
    this.#chains = chains;
    this.#began = chains.map(chain => chain.map(() => Number.NEGATIVE_INFINITY));
    this.#lastAt = new Array(count).fill(Number.NEGATIVE_INFINITY);
  }

  override add(slot: number, sample: Sample, at: number): void {
    super.add(slot, sample, at);
    const part = sample as number;
    this.#lastAt[part] = at;
    for (const [i, chain] of this.#chains.entries()) this.#lengthen(chain, this.#began[i] as number[], part, at);
  }

  override holds(from: number): boolean {
    return super.holds(from) && this.#began.some(began => (began.at(-1) as number) >= from);
  }

  /** A run that has come to the part before goes on; what was there at the same moment may come after it. */
  #lengthen(chain: readonly number[], began: number[], part: number, at: number): void {
    const place = chain.indexOf(part);
    if (place < 0) return;
    for (let i = place; i < chain.length && this.#lastAt[chain[i] as number] === at; i++) {
      began[i] = i === 0 ? at : Math.max(began[i] as number, began[i - 1] as number);
    }
  }
}
