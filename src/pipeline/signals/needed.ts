/** Signals of a block: so many more than necessary may be read again. Ten million signals are 10,000 blocks. */
const BLOCK = 1_000;

type Block = { readonly from: number; signals: number; readonly until: Map<string, number> };

/** Knows the first offset of a partition that an open window may still need, from a few numbers for each block of offsets. */
export class Needed {
  #blocks: Block[] = [];
  readonly #size: number;
  #next: number;

  /** `from`: the offset that is read first. */
  constructor(from: number, size: number = BLOCK) {
    this.#next = from;
    this.#size = size;
  }

  /** The record at `offset` was read. */
  read(offset: number): void {
    this.#next = offset + 1;
  }

  /** The signal at `offset` is needed until the clock of its cluster has passed `until`, in milliseconds since 1970. */
  need(offset: number, cluster: string, until: number): void {
    const last = this.#blocks.at(-1);
    const block =
      last === undefined || last.signals >= this.#size ? { from: offset, signals: 0, until: new Map() } : last;
    if (block !== last) this.#blocks.push(block);
    block.signals += 1;
    block.until.set(cluster, Math.max(block.until.get(cluster) ?? until, until));
  }

  /** The first offset that is needed, where the clocks of the clusters have come so far. */
  oldest(clockOf: (cluster: string) => number): number {
    const first = this.#blocks.findIndex(({ until }) => [...until].some(([cluster, ms]) => clockOf(cluster) <= ms));
    this.#blocks = first < 0 ? [] : this.#blocks.slice(first);
    return this.#blocks[0]?.from ?? this.#next;
  }
}
