/** What etcd's logger writes of one level and message in a second (µs); of the rest it writes every hundredth. Source: go.uber.org/zap zapcore/sampler.go, with the values of etcd client/pkg/logutil. */
const MAX_LINES = 100;
const TICK = 1_000_000;
const REPORT_EVERY = 60_000_000;
const MAX_MESSAGES = 64;
const MAX_LENGTH = 256;

/** `saturated`: further lines of the message may be missing for a second; `report`: the first time in its minute. */
export type Load = 'fits' | 'saturated' | 'report';

type Counter = { readonly times: number[]; next: number; latest: number; reported: number };

/**
 * Tells from the times of the lines when etcd drops some. A second that slides holds every second of etcd's own count, so
 * none is missed; a load of more than half the limit on both sides of a border may be taken for one.
 */
export class Saturation {
  readonly #counters = new Map<string, Counter>();

  /** Counts a line, written at `at` in microseconds since 1970. */
  count(level: unknown, message: string, at: number): Load {
    const counter = message.length > MAX_LENGTH ? undefined : this.#counterOf(`${level} ${message}`, at);
    if (counter === undefined || !isFull(counter, at)) return 'fits';
    const minute = minuteOf(at);
    if (counter.reported === minute) return 'saturated';
    counter.reported = minute;
    return 'report';
  }

  /** Undefined where more messages come in a second than are counted. */
  #counterOf(key: string, at: number): Counter | undefined {
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    if (this.#counters.size >= MAX_MESSAGES) this.#removeBefore(at - TICK);
    if (this.#counters.size >= MAX_MESSAGES) return undefined;
    const counter = { times: [], next: 0, latest: at, reported: -1 };
    this.#counters.set(key, counter);
    return counter;
  }

  #removeBefore(time: number): void {
    for (const [key, { latest }] of this.#counters) if (latest < time) this.#counters.delete(key);
  }
}

/** Where in the minutes since 1970 a time in microseconds lies. */
export const minuteOf = (at: number): number => Math.floor(at / REPORT_EVERY);

/** Adds a line and says whether the latest `MAX_LINES` fell into one second. */
function isFull(counter: Counter, at: number): boolean {
  const { times } = counter;
  counter.latest = at;
  times[counter.next] = at;
  counter.next = (counter.next + 1) % MAX_LINES;
  const oldest = times[times.length < MAX_LINES ? MAX_LINES : counter.next];
  return oldest !== undefined && Math.abs(at - oldest) < TICK;
}
