import { Clocks } from '../../detect/state/clock.ts';
import type { Clock } from '../../detect/state/evaluator.ts';
import type { Mark, Marks, Silent } from '../../model/mark.ts';

const NEVER = Number.NEGATIVE_INFINITY;
/** A partition that is neither read nor spoken of for so long is no more: its topic was taken out of the configuration. */
const GONE_MS = 600_000;
/** Where all streams of a cluster are idle for so long (ms) none has more to tell of what was. */
const REST_MS = 60_000;
/** Whoever writes to Kafka names streams; how far further ones have moved is not remembered. */
const MAX_STREAMS = 10_000;

/** How far a stream has come, and when that was said first. */
type Moved = { readonly reached: number; readonly at: number };

/**
 * The clocks of all clusters, as one partition of the signals topic is told of them. The only time is that of the marks, so
 * that whoever reads the partition again sees the same clock at the same record.
 */
export class MarkedClocks {
  readonly #clocks: Clocks;
  readonly #moved = new Map<string, Moved>();
  /** Streams that are idle now, and since when. */
  readonly #idle = new Map<string, number>();
  readonly #now = new Map<string, number>();
  #time = NEVER;
  #expected: ReadonlySet<string> = new Set();
  /** When each producer was last expected or heard. */
  readonly #named = new Map<string, number>();

  /** `latenessMs`: how much later than others an event may come. */
  constructor(latenessMs: number) {
    this.#clocks = new Clocks(latenessMs);
  }

  /** The partitions that are read by whomever; one that was not heard yet holds all clocks. Until it is called nothing is known. */
  expect(producers: readonly string[]): void {
    if (producers.length === 0) return;
    this.#expected = new Set(producers);
    for (const producer of producers) {
      this.#clocks.expect(producer);
      this.#named.set(producer, this.#time);
    }
  }

  hear({ at, marks, silent }: Marks): void {
    this.#time = Math.max(this.#time, at);
    for (const mark of marks) {
      this.#move(mark, at);
      if (mark.idle === undefined) this.#idle.delete(keyOf(mark));
      else this.#rest(mark);
      this.#clocks.reach(mark, at);
    }
    for (const one of silent) this.#fallSilent(one, new Set(marks.map(keyOf)));
    for (const { producer } of [...marks, ...silent]) this.#named.set(producer, this.#time);
    this.#removeGone();
  }

  get clusters(): readonly string[] {
    return this.#clocks.marks.map(({ cluster }) => cluster);
  }

  /** It never goes back: what it has passed is evaluated. */
  of(cluster: string): Clock {
    const clock = this.#clocks.of(cluster, this.#rests(cluster));
    const now = Math.max(this.#expected.size > 0 ? clock.now : NEVER, this.#now.get(cluster) ?? NEVER);
    this.#now.set(cluster, now);
    return { ...clock, now };
  }

  /** Milliseconds that the slowest clock is behind. */
  get lag(): number {
    const known = [...this.#now.values()].filter(Number.isFinite);
    return known.length === 0 ? 0 : Math.max(0, this.#time - Math.min(...known));
  }

  #removeGone(): void {
    if (this.#expected.size === 0) return;
    for (const [producer, at] of this.#named) {
      if (this.#expected.has(producer) || this.#time - at < GONE_MS) continue;
      this.#named.delete(producer);
      this.#clocks.remove(producer);
      for (const known of [this.#moved, this.#idle])
        for (const key of known.keys()) if (key.startsWith(`${producer}\0`)) known.delete(key);
    }
  }

  #move(mark: Mark, at: number): void {
    const known = this.#moved.get(keyOf(mark));
    if (known === undefined && this.#moved.size >= MAX_STREAMS) return;
    if (known === undefined || mark.reached > known.reached)
      this.#moved.set(keyOf(mark), { reached: mark.reached, at });
  }

  #rest(mark: Mark): void {
    const key = keyOf(mark);
    if (this.#moved.has(key) && !this.#idle.has(key)) this.#idle.set(key, this.#time);
  }

  /** Streams of one cluster that were read to their ends at different times would else go on as slowly as the time itself. */
  #rests(cluster: string): boolean {
    const streams = this.#clocks.marks.filter(mark => mark.cluster === cluster);
    return streams.every(mark => this.#time - (this.#idle.get(keyOf(mark)) ?? Number.POSITIVE_INFINITY) >= REST_MS);
  }

  /** Streams that a former reader has named and this one has not are silent too; their time goes on from where they were. */
  #fallSilent({ producer, until }: Silent, named: ReadonlySet<string>): void {
    const known = this.#clocks.marks.filter(mark => mark.producer === producer);
    if (known.length === 0) this.#clocks.idle(producer, until);
    for (const mark of known) {
      const moved = this.#moved.get(keyOf(mark));
      if (named.has(keyOf(mark)) || moved === undefined) continue;
      this.#rest(mark);
      this.#clocks.reach({ ...mark, idle: moved.reached + until - moved.at }, until);
    }
  }
}

const keyOf = ({ producer, cluster, dataset }: Mark): string => `${producer}\0${dataset}\0${cluster}`;
