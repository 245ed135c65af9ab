import { Column } from './column.ts';

/** No slot. */
export const NONE = -1;

/** Places for signals, numbered from 0 and used again: those in use in the order in which they were taken, whichever of them go. */
export class Slots {
  /** The slots that were taken before and after; of a free slot the next free one. */
  readonly #before = new Column('whole');
  readonly #after = new Column('whole');
  #latest = NONE;
  #free = NONE;
  #ever = 0;
  earliest = NONE;
  size = 0;

  take(): number {
    const slot = this.#unused();
    this.#before.set(slot, this.#latest);
    this.#after.set(slot, NONE);
    if (this.#latest === NONE) this.earliest = slot;
    else this.#after.set(this.#latest, slot);
    this.#latest = slot;
    this.size += 1;
    return slot;
  }

  free(slot: number): void {
    const before = this.#before.get(slot);
    const after = this.#after.get(slot);
    if (before === NONE) this.earliest = after;
    else this.#after.set(before, after);
    if (after === NONE) this.#latest = before;
    else this.#before.set(after, before);
    this.#after.set(slot, this.#free);
    this.#free = slot;
    this.size -= 1;
  }

  /** The slot that was taken after this one. */
  after(slot: number): number {
    return this.#after.get(slot);
  }

  #unused(): number {
    const slot = this.#free;
    if (slot === NONE) return this.#ever++;
    this.#free = this.#after.get(slot);
    return slot;
  }
}
