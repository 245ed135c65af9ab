import type { Claim, Ledger } from '../model/ledger.ts';

/**
 * How far one partition is delivered. Holds only the open claims, a handful, not the offsets; and since it claims nothing
 * that is not delivered, it stays true over rebalances: what is read twice is settled twice.
 */
export class Progress implements Ledger {
  readonly #open = new Set<{ readonly from: number }>();
  #next: number | undefined;
  #deliveredUpTo: number | undefined;
  #expected: number | undefined;

  /** Whether it is known how far others, or we before a rebalance, have delivered. */
  get sure(): boolean {
    return this.#deliveredUpTo !== undefined;
  }

  get deliveredUpTo(): number {
    return this.#deliveredUpTo ?? -1;
  }

  /** The offset that comes next if none is missing; undefined for a group that begins. */
  get expected(): number | undefined {
    return this.#expected;
  }

  /** Says up to which offset documents were found in the index, and where the group goes on. */
  begin(deliveredUpTo: number, committed: number | undefined): void {
    this.#deliveredUpTo = deliveredUpTo;
    this.#expected = committed;
  }

  /** After a rebalance reading begins again at what is committed. */
  doubt(): void {
    this.#deliveredUpTo = undefined;
    this.#expected = undefined;
  }

  /** Marks a batch as read to its end, which may lie behind the last record. */
  passed(offset: number): void {
    this.#expected = offset + 1;
  }

  /** Marks `offset` as read, after its claims are opened. Reading may go back: after a rebalance, or in a topic made anew. */
  read(offset: number): void {
    this.#next = offset + 1;
  }

  /** The offset after all that was read; undefined before. */
  get position(): number | undefined {
    return this.#expected === undefined ? this.#next : Math.max(this.#expected, this.#next ?? 0);
  }

  open(offset: number): Claim {
    const claim = { from: offset };
    this.#open.add(claim);
    return { settle: () => this.#open.delete(claim) };
  }

  /** The offset to commit, that is the first that is not delivered; undefined before anything was read. */
  get committable(): number | undefined {
    let first = this.#next;
    for (const { from } of this.#open) if (first === undefined || from < first) first = from;
    return first;
  }
}
