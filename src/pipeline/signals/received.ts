import type { Signal } from '../../model/signal.ts';
import type { SinglesRow } from './singles-row.ts';

/** Rules and partitions of the logs of which it is known how far their matches have come; a match of what was forgotten may count twice. */
const MAX_LASTS = 10_000;
/** So many are forgotten at once, those that were longest without a match. */
const FORGOTTEN = MAX_LASTS / 10;

/** The last place of a partition of the logs that had a match of the rule, and the latest time (ms) at which Kafka took one. */
type Last = { readonly offset: number; readonly item: number; readonly latest: number };

/**
 * Knows which matches have come before. Whoever reads a log sends its matches in the order of their places, one request
 * after the other: so what comes again after a restart or a rebalance is whatever does not stand behind the last one.
 */
export class Received {
  readonly #lasts = new Map<string, Map<string, Last>>();
  #size = 0;

  constructor(rows: SinglesRow['received'] = []) {
    for (const [source, input, offset, item, latest] of rows) this.#set(source, input, { offset, item, latest });
  }

  /** Whether the match is news, which it is once. */
  take({ read, input }: Signal): boolean {
    if (read === undefined) return true;
    const { source, offset, item, at } = read;
    const last = this.#lasts.get(source)?.get(input);
    const ahead = last === undefined ? 1 : offset - last.offset || item - last.item;
    // What lies before the last and was taken later than all others is of a topic that was made anew.
    const isAnew = last !== undefined && ahead < 0 && at > last.latest;
    if (ahead <= 0 && !isAnew) return false;
    this.#set(source, input, { offset, item, latest: isAnew ? at : Math.max(at, last?.latest ?? at) });
    return true;
  }

  get rows(): SinglesRow['received'] {
    return [...this.#lasts].flatMap(([source, inputs]) =>
      [...inputs].map(([input, { offset, item, latest }]) => [source, input, offset, item, latest] as const),
    );
  }

  #set(source: string, input: string, last: Last): void {
    if (this.#lasts.get(source)?.has(input) !== true) {
      if (this.#size >= MAX_LASTS) this.#forget();
      this.#size += 1;
    }
    const inputs = this.#lasts.get(source) ?? new Map<string, Last>();
    this.#lasts.set(source, inputs.set(input, last));
  }

  #forget(): void {
    const oldest = this.rows.toSorted(([, , , , a], [, , , , b]) => a - b).slice(0, FORGOTTEN);
    for (const [source, input] of oldest) {
      const inputs = this.#lasts.get(source);
      inputs?.delete(input);
      if (inputs?.size === 0) this.#lasts.delete(source);
    }
    this.#size -= oldest.length;
  }
}
