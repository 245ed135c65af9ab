import type { Claim, Ledger } from '../../model/ledger.ts';

/** What is on its way, wherever it stands. */
export class Claims implements Ledger {
  readonly deliveredUpTo = -1;
  readonly #open = new Set<Claim>();

  open(): Claim {
    const claim = { settle: () => this.#open.delete(claim) };
    this.#open.add(claim);
    return claim;
  }

  /** Whether all of it has arrived. */
  get areSettled(): boolean {
    return this.#open.size === 0;
  }
}
