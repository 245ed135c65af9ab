import type { Mark } from '../../model/mark.ts';
import type { Clock } from './evaluator.ts';

const NEVER = Number.NEGATIVE_INFINITY;
/** Whoever writes to Kafka names producers and clusters; further ones are not waited for. */
const MAX_MARKS = 10_000;

/** How far the time of events has come in each cluster: one that lags does not hold another. */
export class Clocks {
  readonly #latenessMs: number;
  readonly #marks = new Map<string, Mark>();
  /** Producers that have not told of any cluster yet, and until when they had nothing to tell. */
  readonly #unheard = new Map<string, number>();

  /** `latenessMs`: how long after an event one of before it may still come. */
  constructor(latenessMs: number) {
    this.#latenessMs = latenessMs;
  }

  /** Nobody knows yet what it has to tell, and of which cluster: until it is heard, it holds the clock of each. */
  expect(producer: string): void {
    if (!this.#isHeard(producer) && !this.#unheard.has(producer)) this.#unheard.set(producer, NEVER);
  }

  /** It is no more, and does not hold any clock. */
  remove(producer: string): void {
    this.#unheard.delete(producer);
    for (const [key, mark] of this.#marks) if (mark.producer === producer) this.#marks.delete(key);
  }

  /** It has come so far. `ourNow`: our clock, which an event of the future does not pass. */
  reach(mark: Mark, ourNow: number): void {
    const { producer, cluster, dataset } = mark;
    this.#unheard.delete(producer);
    const key = [producer, cluster, dataset].join('\0');
    const known = this.#marks.get(key);
    if (known === undefined && this.#marks.size >= MAX_MARKS) return;
    const reached = Math.max(known?.reached ?? NEVER, Math.min(mark.reached, ourNow));
    const idle = Math.max(known?.idle ?? NEVER, Math.min(mark.idle ?? NEVER, ourNow));
    this.#marks.set(key, { producer, cluster, dataset, reached, ...(idle === NEVER ? {} : { idle }) });
  }

  /** Until `moment` by our clock it had no more to tell, of whatever cluster. */
  idle(producer: string, moment: number): void {
    if (!this.#isHeard(producer)) this.#unheard.set(producer, Math.max(this.#unheard.get(producer) ?? NEVER, moment));
    else
      for (const mark of this.#marks.values())
        if (mark.producer === producer) this.reach({ ...mark, idle: moment }, moment);
  }

  /** All marks, so that another process may take them in. */
  get marks(): readonly Mark[] {
    return [...this.#marks.values()];
  }

  /** `rests`: nothing more comes of whatever was so far; then it has passed the latest event, not only that of the slowest stream. */
  of(cluster: string, rests = false): Clock {
    const marks = this.marks.filter(mark => mark.cluster === cluster);
    const moments = marks.map(({ reached, idle = NEVER }) => Math.max(reached, idle));
    const slowest = Math.min(...moments, ...this.#unheard.values()) - this.#latenessMs;
    const latest = Math.min(Math.max(...marks.map(({ reached }) => reached)) + 1, ...this.#unheard.values());
    return {
      now: moments.length === 0 ? NEVER : Math.max(slowest, rests ? latest : NEVER),
      sight: (_, dataset) => earliest(marks.filter(mark => mark.dataset === dataset)) - this.#latenessMs,
    };
  }

  /** The clock where nothing comes any more: no event is late. */
  ended(cluster: string): Clock {
    const marks = this.marks.filter(mark => mark.cluster === cluster);
    return {
      now: Number.POSITIVE_INFINITY,
      sight: (_, dataset) => earliest(marks.filter(mark => mark.dataset === dataset)),
    };
  }

  #isHeard(producer: string): boolean {
    return this.marks.some(mark => mark.producer === producer);
  }
}

/** How far all have come; of a data set that nobody tells of, nothing was ever told. */
const earliest = (marks: readonly Mark[]): number =>
  marks.length === 0 ? NEVER : Math.min(...marks.map(({ reached }) => reached));
