/** A place in a list that is linked through its items. */
type Neighbours<T> = { quieter: T | undefined; livelier: T | undefined };

/** Items in the order in which they were last heard of. A Map would do too, but its first key is found behind all that were deleted. */
export class Recency<T extends Neighbours<T>> {
  #quietest: T | undefined;
  #liveliest: T | undefined;

  /** The item that was silent for longest. */
  get quietest(): T | undefined {
    return this.#quietest;
  }

  add(item: T): void {
    item.quieter = this.#liveliest;
    item.livelier = undefined;
    if (this.#liveliest === undefined) this.#quietest = item;
    else this.#liveliest.livelier = item;
    this.#liveliest = item;
  }

  /** The item was heard of again. */
  touch(item: T): void {
    if (item === this.#liveliest) return;
    this.remove(item);
    this.add(item);
  }

  remove({ quieter, livelier }: T): void {
    if (quieter === undefined) this.#quietest = livelier;
    else quieter.livelier = livelier;
    if (livelier === undefined) this.#liveliest = quieter;
    else livelier.quieter = quieter;
  }
}
