import type { Place } from '../../model/alert.ts';
import type { Dataset, Event } from '../../model/event.ts';
import { sourceOf } from '../../model/place.ts';

type Partition = Pick<Place, 'topic' | 'partition'>;

/** Events of one data set and cluster that stand in one partition. */
type Stream = { readonly dataset: Dataset; readonly cluster: string; latest: string };

/** How far a stream has come, in milliseconds since 1970. */
export type StreamReached = { readonly dataset: Dataset; readonly cluster: string; readonly reached: number };

/** Streams of one partition: clusters are few, but their names may be the sender's. */
const MAX_STREAMS = 1_000;

/** Remembers of each partition how far the time of its events has come. Costs an event a comparison of two texts. */
export class Reached {
  /** By `topic/3`. */
  readonly #partitions = new Map<string, Stream[]>();
  /** Records come in batches of one partition. */
  #lastTopic: string | undefined;
  #lastPartition = -1;
  #lastStreams: Stream[] = [];

  /** Takes the time of an event. */
  read({ document, dataset, origin }: Event): void {
    if (!('topic' in origin)) return;
    const { '@timestamp': time, keywarden, orchestrator } = document;
    // A time that only stands in tells nothing of the source.
    if (keywarden.missing !== undefined && hasNoTime(keywarden.missing)) return;
    const stream = this.#streamOf(origin, dataset, orchestrator?.cluster?.name ?? '', time);
    // RFC 3339 in UTC; where the fractions differ in length this is off by less than a second, and to the safe side.
    if (stream !== undefined && time > stream.latest) stream.latest = time;
  }

  /** The streams of a partition; none has come further than `now`, whatever its events say. */
  of(partition: string, now: number): readonly StreamReached[] {
    return (this.#partitions.get(partition) ?? []).flatMap(({ dataset, cluster, latest }) => {
      const ms = Date.parse(latest);
      return Number.isNaN(ms) ? [] : [{ dataset, cluster, reached: Math.min(ms, now) }];
    });
  }

  /** Forgets the partitions that are not ours any more. */
  keepOnly(partitions: ReadonlySet<string>): void {
    for (const partition of this.#partitions.keys()) {
      if (!partitions.has(partition)) this.#partitions.delete(partition);
    }
    this.#lastTopic = undefined;
  }

  #streamOf(partition: Partition, dataset: Dataset, cluster: string, time: string): Stream | undefined {
    const streams = this.#streamsOf(partition);
    for (const stream of streams) if (stream.dataset === dataset && stream.cluster === cluster) return stream;
    if (streams.length >= MAX_STREAMS) return undefined;
    const stream = { dataset, cluster, latest: time };
    streams.push(stream);
    return stream;
  }

  #streamsOf({ topic, partition }: Partition): Stream[] {
    if (this.#lastPartition === partition && this.#lastTopic === topic) return this.#lastStreams;
    const source = sourceOf({ topic, partition });
    const streams = this.#partitions.get(source) ?? [];
    this.#partitions.set(source, streams);
    this.#lastTopic = topic;
    this.#lastPartition = partition;
    this.#lastStreams = streams;
    return streams;
  }
}

const hasNoTime = (missing: readonly string[]): boolean => missing.includes('@timestamp') || missing.includes('ts');
