import type { Signal } from '../../model/signal.ts';
import type { SinglesRow } from './singles-row.ts';

/** Partitions of the logs of which it is known how far their matches have come; of further ones a match may count twice. */
const MAX_SOURCES = 10_000;

/** The last place of a partition of the logs whose match has come, and by which rules. */
type Last = {
  readonly offset: number;
  readonly item: number;
  readonly latest: number;
  readonly inputs: readonly string[];
};

/**
 * Knows which matches have come before. Whoever reads a log sends its matches in the order of their places, one request
 * after the other: so what comes again after a restart or a rebalance is whatever does not stand behind the last one.
 */
export class Received {
  readonly #lasts = new Map<string, Last>();
  /** Changes with every match. */
  version = 0;

  constructor(rows: SinglesRow['received'] = []) {
    for (const [source, offset, item, latest, inputs] of rows)
      this.#lasts.set(source, { offset, item, latest, inputs });
  }

  /** Whether the match is news, which it is once. */
  take({ read, input, at }: Signal): boolean {
    this.version += 1;
    if (read !== undefined) {
      const { source, offset, item } = read;
      const last = this.#lasts.get(source);
      const order = last === undefined ? 1 : offset - last.offset || item - last.item;
      // What lies before the last and is later than all that have come is of a topic that was made anew.
      if (last !== undefined && order < 0 && at <= last.latest) return false;
      if (last !== undefined && order === 0 && last.inputs.includes(input)) return false;
      const inputs = order === 0 ? [...(last?.inputs ?? []), input] : [input];
      const latest = order < 0 ? at : Math.max(at, last?.latest ?? at);
      if (last !== undefined || this.#lasts.size < MAX_SOURCES)
        this.#lasts.set(source, { offset, item, latest, inputs });
    }
    return true;
  }

  get rows(): SinglesRow['received'] {
    return [...this.#lasts].map(([source, { offset, item, latest, inputs }]) => [source, offset, item, latest, inputs]);
  }
}
