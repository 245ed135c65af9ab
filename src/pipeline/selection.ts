import { letterOf } from '../ingest/letter.ts';
import type { DeadLetter, FiledLetter } from '../model/deadletter.ts';
import type { Origin } from '../model/record.ts';

/** Which letters are meant; without `all` only the latest of each record, which its place and its hash tell. */
export type Selection = {
  /** Part of the reason, capitals aside. */
  readonly reason: string | undefined;
  readonly stage: DeadLetter['stage'] | undefined;
  readonly all: boolean;
};

/** Letters that were found; `forgotten` were too many to be held, `foreign` are records that are no letters. */
export type Letters = {
  readonly letters: readonly FiledLetter[];
  readonly forgotten: number;
  readonly foreign: number;
};

/** Letters that are held: about 100 MB. The oldest are forgotten first. */
const MAX_LETTERS = 100_000;

/** Gathers the letters that are meant as they are read; memory is bounded, since none is held with its bytes. */
export class Gathering {
  readonly #selection: Selection;
  readonly #most: number;
  readonly #letters = new Map<string, FiledLetter>();
  #forgotten = 0;
  #foreign = 0;

  constructor(selection: Selection, most = MAX_LETTERS) {
    this.#selection = selection;
    this.#most = most;
  }

  /** `at` undefined: the letter's own time. */
  add(text: string, place: Origin, at: string | undefined): void {
    const found = letterOf(text);
    if (found === undefined) {
      this.#foreign += 1;
      return;
    }
    const { sealed, ...letter } = found;
    this.#put({ place, at: at ?? letter['@timestamp'], letter, sealed: sealed !== undefined });
  }

  /** The oldest first. */
  get found(): Letters {
    const letters = [...this.#letters.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    return { letters, forgotten: this.#forgotten, foreign: this.#foreign };
  }

  #put(filed: FiledLetter): void {
    const { origin, sha256 } = filed.letter;
    const key = JSON.stringify(this.#selection.all ? filed.place : [origin, sha256]);
    const before = this.#letters.get(key);
    if (before !== undefined && before.at > filed.at) return;
    this.#letters.delete(key);
    // A letter that is not meant stands all the same for the earlier one of its record.
    if (!isMeant(filed.letter, this.#selection)) return;
    this.#letters.set(key, filed);
    if (this.#letters.size <= this.#most) return;
    const [oldest] = this.#letters.keys();
    if (oldest !== undefined) this.#letters.delete(oldest);
    this.#forgotten += 1;
  }
}

const isMeant = (letter: DeadLetter, { reason, stage }: Selection): boolean =>
  (stage === undefined || letter.stage === stage) &&
  (reason === undefined || letter.reason.toLowerCase().includes(reason.toLowerCase()));
