import { KeywardenError } from '../errors.ts';
import type { Line } from '../ingest/lines.ts';

/** What was read of a line; `time` in milliseconds since 1970, that of the line before where it has none of its own. */
export type Timed = { readonly time: number };

/** A log that is read once and forward. */
export type Log<T extends Timed> = {
  readonly name: string;
  /** Time of its beginning; minus infinity where it is not known before it is opened. */
  readonly begins: number;
  readonly open: () => AsyncGenerator<readonly Line[]>;
  readonly read: (line: Line) => T;
};

export type MergeSink<T extends Timed> = {
  /** `reached` tells how far all logs have come: what is still to be read is later, as far as each is in order. */
  readonly take: (item: T, reached: () => number) => void;
  /** A log cannot be read on; what was read before is taken. */
  readonly fault: (fault: KeywardenError) => void;
  /** All of a log was taken. */
  readonly over?: (log: Log<T>) => void;
};

/**
 * Reads logs side by side: the next line is the earliest of all. A log is opened when its beginning comes, so that those
 * that follow each other are not open together; of those that overlap, `mostOpen` are. A single time that is ahead of the
 * lines around it leads nothing astray. Memory is bounded by a chunk and two lines of each open log.
 */
export async function merge<T extends Timed>(
  logs: readonly Log<T>[],
  mostOpen: number,
  sink: MergeSink<T>,
): Promise<void> {
  // Two infinities have no difference.
  const waiting = [...logs].sort((a, b) => a.begins - b.begins || 0);
  const open: Reader<T>[] = [];
  const reached = (): number =>
    open.reduce((least, reader) => Math.min(least, reader.reached), waiting[0]?.begins ?? Number.POSITIVE_INFINITY);
  for (;;) {
    const first = earliest(open);
    const next = waiting[0];
    if (next !== undefined && open.length < mostOpen && (first === undefined || next.begins <= first.position)) {
      waiting.shift();
      const reader = new Reader<T>(next, sink.fault);
      while (!reader.advance(AHEAD)) await reader.read();
      open.push(reader);
      continue;
    }
    if (first === undefined) return;
    const held = open.length === 1 && waiting.length === 0 ? ALONE : AHEAD;
    const until = untilWhen(open, first, open.length < mostOpen ? next : undefined);
    while (!first.isOver && first.position <= until) {
      sink.take(first.take(), reached);
      while (!first.advance(held)) await first.read();
    }
    if (!first.isOver) continue;
    open.splice(open.indexOf(first), 1);
    sink.over?.(first.log);
  }
}

/** Lines that are held of a log: with one of them to come, a time that is ahead of all others can be told. */
const AHEAD = 2;
const ALONE = 1;

/** The one that is to be read next; of several at one time, that which was opened first. */
function earliest<R extends { readonly position: number }>(open: readonly R[]): R | undefined {
  let first = open[0];
  for (const reader of open) if (first === undefined || reader.position < first.position) first = reader;
  return first;
}

/** The time at which another log is to be read. */
function untilWhen<T extends Timed>(open: readonly Reader<T>[], first: Reader<T>, waiting: Log<T> | undefined): number {
  let until = waiting === undefined ? Number.POSITIVE_INFINITY : waiting.begins;
  for (const reader of open) if (reader !== first) until = Math.min(until, reader.position);
  return until;
}

class Reader<T extends Timed> {
  readonly log: Log<T>;
  readonly #batches: AsyncGenerator<readonly Line[]>;
  readonly #fault: (fault: KeywardenError) => void;
  #batch: readonly Line[] = [];
  #next = 0;
  #isRead = false;
  #ahead: T | undefined;
  #head: T | undefined;
  #last = Number.NEGATIVE_INFINITY;
  /** Time at which it is to be read. */
  position = Number.NEGATIVE_INFINITY;
  /** The latest position so far. */
  reached = Number.NEGATIVE_INFINITY;

  constructor(log: Log<T>, fault: (fault: KeywardenError) => void) {
    this.log = log;
    this.#batches = log.open();
    this.#fault = fault;
  }

  /** After `advance`: no line is left. */
  get isOver(): boolean {
    return this.#head === undefined;
  }

  /** Holds so many lines, or all that are left; false where they have to be read first. */
  advance(held: typeof ALONE | typeof AHEAD): boolean {
    if (this.#head === undefined) {
      this.#head = this.#ahead ?? this.#line();
      this.#ahead = undefined;
    }
    if (held === AHEAD) this.#ahead ??= this.#line();
    if (!this.#isRead && (this.#head === undefined || (held === AHEAD && this.#ahead === undefined))) return false;
    if (this.#head !== undefined) this.#stand(this.#head);
    return true;
  }

  /** Takes the line that `advance` holds. */
  take(): T {
    const head = this.#head as T;
    this.#head = undefined;
    this.#last = head.time;
    return head;
  }

  /** Reads further lines. */
  async read(): Promise<void> {
    try {
      const { value, done } = await this.#batches.next();
      this.#isRead = done === true;
      this.#batch = done === true ? [] : value;
      this.#next = 0;
    } catch (error) {
      if (!(error instanceof KeywardenError)) throw error;
      this.#isRead = true;
      this.#fault(error);
    }
  }

  #line(): T | undefined {
    const line = this.#batch[this.#next];
    if (line === undefined) return undefined;
    this.#next += 1;
    return this.log.read(line);
  }

  #stand(head: T): void {
    const isLast = this.#isRead && this.#ahead === undefined;
    this.position = isLast ? head.time : Math.min(head.time, this.#ahead?.time ?? this.#last);
    this.reached = Math.max(this.reached, this.position);
  }
}
