import type { ReadLine } from './log-file.ts';

/** The lines of a file that came after the clock had passed them. */
export type Unsorted = {
  readonly file: string;
  readonly lines: number;
  /** How far behind the furthest of them was, in milliseconds. */
  readonly furthestMs: number;
  /** Number of the first of them. */
  readonly first: number;
};

/** Notices what comes too late to be taken in its place, by file. */
export class Disorder {
  readonly #files = new Map<string, Unsorted>();
  readonly #latenessMs: number;
  #clock = Number.NEGATIVE_INFINITY;

  /** The clock is `latenessMs` behind what was read. */
  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
  }

  /** The clock has come so far, in milliseconds since 1970. */
  pass(clock: number): void {
    this.#clock = Math.max(this.#clock, clock);
  }

  see({ time, file, number }: ReadLine): void {
    if (time >= this.#clock || time === Number.NEGATIVE_INFINITY) return;
    const behind = this.#clock + this.#latenessMs - time;
    const known = this.#files.get(file) ?? { file, lines: 0, furthestMs: 0, first: number };
    this.#files.set(file, {
      ...known,
      lines: known.lines + 1,
      furthestMs: Math.max(known.furthestMs, behind),
    });
  }

  get found(): readonly Unsorted[] {
    return [...this.#files.values()];
  }
}
