import type { Clock } from '../../detect/state/evaluator.ts';
import type { Dataset } from '../../model/event.ts';
import type { Mark, Marks, StreamMark } from '../../model/mark.ts';

export type ClocksOptions = {
  /** How much later than others an event may come, in milliseconds. */
  readonly latenessMs: number;
};

/** What is idle has to be said anew within this time: its reader may be gone, and nobody know what has come since. */
const IDLE_FOR_MS = 10_000;
/** A stream that nothing was heard of for so long is not waited for any more. */
const FORGOTTEN_MS = 86_400_000;

type Producer = { since: number; heard: number; idle: boolean; readonly streams: Map<string, Stream> };
type Stream = { readonly cluster: string; readonly dataset: Dataset; reached: number; idle: boolean; moved: number };

/**
 * How far the time of events has come, as one partition of the signals topic is told by marks. Time is that of the marks
 * too, so that whoever reads the partition again sees the same clock at the same record.
 */
export class Clocks {
  readonly #options: ClocksOptions;
  readonly #producers = new Map<string, Producer | undefined>();
  readonly #now = new Map<string, number>();
  /** When all streams of a cluster fell idle. */
  readonly #idleSince = new Map<string, number>();
  /** The latest time of a mark. */
  #time = Number.NEGATIVE_INFINITY;

  constructor(options: ClocksOptions) {
    this.#options = options;
  }

  /** These producers there are, and no others; one that was not heard yet holds all clocks. */
  expect(producers: readonly string[]): void {
    const expected = new Set(producers);
    for (const name of this.#producers.keys()) if (!expected.has(name)) this.#producers.delete(name);
    for (const name of expected) if (!this.#producers.has(name)) this.#producers.set(name, undefined);
  }

  hear({ at, marks }: Marks): void {
    this.#time = Math.max(this.#time, at);
    for (const mark of marks) if (this.#producers.has(mark.producer)) this.#hearOne(mark, at);
  }

  /** Clusters of which anything was heard. */
  get clusters(): ReadonlySet<string> {
    const found = new Set<string>();
    for (const producer of this.#producers.values())
      for (const { cluster } of producer?.streams.values() ?? []) found.add(cluster);
    return found;
  }

  /** The latest time of a mark, in milliseconds since 1970. */
  get time(): number {
    return this.#time;
  }

  of(cluster: string): Clock {
    const now = Math.max(this.#reached(cluster) - this.#options.latenessMs, this.#now.get(cluster) ?? NEVER);
    this.#now.set(cluster, now);
    return { now, sight: (name, dataset) => this.#sight(name, dataset) - this.#options.latenessMs };
  }

  #hearOne({ producer: name, since, idle, streams }: Mark, at: number): void {
    const known = this.#producers.get(name) ?? { since, heard: at, idle, streams: new Map<string, Stream>() };
    this.#producers.set(name, known);
    // How far it came remains true; what comes next, only the last reader knows.
    const isCurrent = since >= known.since;
    if (isCurrent) Object.assign(known, { since, heard: at, idle });
    for (const stream of streams) hearStream(known.streams, stream, at, isCurrent);
    if (!isCurrent) return;
    const named = new Set(streams.map(keyOf));
    for (const [key, stream] of known.streams) {
      if (!named.has(key)) stream.idle = idle;
      if (at - stream.moved > FORGOTTEN_MS) known.streams.delete(key);
    }
  }

  /** How far all have come that are not idle. Where all are, time goes on as the readers' clocks do. */
  #reached(cluster: string): number {
    let slowest = Number.POSITIVE_INFINITY;
    let fastest = NEVER;
    for (const producer of this.#producers.values()) {
      if (producer === undefined) return NEVER;
      const isFresh = this.#time - producer.heard <= IDLE_FOR_MS;
      if (producer.streams.size === 0 && !(producer.idle && isFresh)) return NEVER;
      for (const stream of producer.streams.values()) {
        if (stream.cluster !== cluster) continue;
        fastest = Math.max(fastest, stream.reached);
        if (!(stream.idle && isFresh)) slowest = Math.min(slowest, stream.reached);
      }
    }
    if (slowest !== Number.POSITIVE_INFINITY) {
      this.#idleSince.delete(cluster);
      return slowest;
    }
    const since = this.#idleSince.get(cluster) ?? this.#time;
    this.#idleSince.set(cluster, since);
    return Math.min(fastest + this.#time - since, this.#time);
  }

  #sight(cluster: string, dataset: Dataset | 'json'): number {
    let slowest = Number.POSITIVE_INFINITY;
    for (const producer of this.#producers.values()) {
      for (const stream of producer?.streams.values() ?? []) {
        if (stream.cluster === cluster && stream.dataset === dataset) slowest = Math.min(slowest, stream.reached);
      }
    }
    return slowest === Number.POSITIVE_INFINITY ? NEVER : slowest;
  }
}

const NEVER = Number.NEGATIVE_INFINITY;

const keyOf = ({ cluster, dataset }: Pick<StreamMark, 'cluster' | 'dataset'>): string => `${dataset}\0${cluster}`;

function hearStream(streams: Map<string, Stream>, mark: StreamMark, at: number, isCurrent: boolean): void {
  const key = keyOf(mark);
  const known = streams.get(key);
  if (known === undefined) {
    streams.set(key, { ...mark, moved: at });
    return;
  }
  if (mark.reached > known.reached) Object.assign(known, { reached: mark.reached, moved: at });
  if (isCurrent) known.idle = mark.idle;
}
