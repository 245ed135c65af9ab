/** Below this, taking from the front just leaves a hole. */
const HOLES = 1_024;

/** A sorted list of what mostly comes in order already: adding at the end and taking from the front cost nothing, the rest a look-up and a move. */
export class Sorted<T> {
  readonly #compare: (a: T, b: T) => number;
  #items: T[] = [];
  /** How many at the front were taken. */
  #taken = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length - this.#taken;
  }

  get first(): T | undefined {
    return this.#items[this.#taken];
  }

  add(item: T): void {
    const items = this.#items;
    const last = items.at(-1);
    if (last === undefined || this.#compare(last, item) <= 0) items.push(item);
    else
      items.splice(
        this.#indexAfter(other => this.#compare(other, item) <= 0),
        0,
        item,
      );
  }

  /** Takes this very item out, if it is there. */
  remove(item: T): boolean {
    const items = this.#items;
    let at = this.#indexAfter(other => this.#compare(other, item) < 0);
    while (at < items.length && items[at] !== item && this.#compare(items[at] as T, item) === 0) at += 1;
    if (items[at] !== item) return false;
    if (at === this.#taken) this.shift();
    else items.splice(at, 1);
    return true;
  }

  shift(): T | undefined {
    const first = this.first;
    if (first === undefined) return undefined;
    this.#taken += 1;
    if (this.#taken >= HOLES && this.#taken * 2 >= this.#items.length) this.#close();
    return first;
  }

  /** What comes after all that `isBefore` holds for, which has to be the beginning of the list. */
  *after(isBefore: (item: T) => boolean): Generator<T> {
    for (let at = this.#indexAfter(isBefore); at < this.#items.length; at += 1) yield this.#items[at] as T;
  }

  #indexAfter(isBefore: (item: T) => boolean): number {
    let low = this.#taken;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#items[middle] as T)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #close(): void {
    this.#items = this.#items.slice(this.#taken);
    this.#taken = 0;
  }
}
