import type { Logger } from 'pino';

/** Below so many records nobody waits. */
const WORTH_TELLING = 10_000;
const TELL_EVERY_MS = 5_000;

/** Tells in the log how far the windows of a partition are read anew. */
export class Rebuilding {
  readonly #partition: number;
  readonly #from: number;
  readonly #to: number;
  readonly #log: Logger;
  readonly #began: number;
  #told: number;
  #isDone: boolean;
  /** Signals read so far. */
  signals = 0;

  /** `from` and `to`: offsets, the second not included; `now` in milliseconds since 1970. */
  constructor(partition: number, from: number, to: number, log: Logger, now: number) {
    this.#partition = partition;
    this.#from = from;
    this.#to = to;
    this.#log = log;
    this.#began = now;
    this.#told = now;
    this.#isDone = to - from < WORTH_TELLING;
    if (!this.#isDone) log.info({ partition, records: to - from }, 'rebuilding windows');
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** All below `next` was read. */
  read(next: number, now: number): void {
    if (this.#isDone) return;
    const detail = {
      partition: this.#partition,
      signals: this.signals,
      seconds: Math.round((now - this.#began) / 1_000),
    };
    const [done, all] = [Math.min(next, this.#to) - this.#from, this.#to - this.#from];
    if (next >= this.#to) {
      this.#isDone = true;
      this.#log.info(detail, 'windows rebuilt');
    } else if (now - this.#told >= TELL_EVERY_MS) {
      this.#told = now;
      const text = `rebuilding windows: ${done} of ${all} records, partition ${this.#partition}`;
      this.#log.info({ ...detail, rss: process.memoryUsage.rss() }, text);
    }
  }
}
