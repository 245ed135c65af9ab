import type { Event } from '../model/event.ts';
import { gapEvent } from './event.ts';
import { newStream, type Stream } from './stream.ts';

/** Milliseconds; what is longer is a gap. */
export type GapLimits = { readonly silence: number; readonly jump: number };

export type Partition = { readonly topic: string; readonly partition: number };

export type GapCounts = { silent: number; jumped: number; lost: number };

const MINUTE_LENGTH = '2026-11-23T05:13'.length;
/** Two sources with different clocks in one partition jump with every event: one in this time (ms) is told, all are counted. */
const TELL_EVERY = 60_000;

/**
 * Notices what is missing in the partitions that are ours: one that falls silent, one whose time jumps, records that were
 * gone before they were read. `now` is our clock, in milliseconds since 1970.
 */
export class Gaps {
  readonly counts: GapCounts = { silent: 0, jumped: 0, lost: 0 };
  readonly #limits: GapLimits;
  readonly #namespace: string;
  readonly #clusterOf: (topic: string) => string | undefined;
  readonly #now: () => number;
  #streams = new Map<string, Stream>();
  #last: Stream | undefined;

  constructor(
    limits: GapLimits,
    namespace: string,
    clusterOf: (topic: string) => string | undefined,
    now: () => number,
  ) {
    this.#limits = limits;
    this.#namespace = namespace;
    this.#clusterOf = clusterOf;
    this.#now = now;
  }

  /** From now on records of these partitions, and of no others, are waited for. */
  expect(partitions: readonly Partition[]): void {
    const expected = partitions.map(partition => [keyOf(partition), this.#streamOf(partition)] as const);
    this.#streams = new Map(expected);
    this.#last = undefined;
  }

  /** Records came, the last one at this offset. */
  hear(partition: Partition, offset: number): void {
    Object.assign(this.#streamOf(partition), { heard: this.#now(), silent: false, offset });
  }

  /** Nothing could come until now, so no silence counts from before. */
  excuse(): void {
    const now = this.#now();
    for (const stream of this.#streams.values()) stream.heard = now;
  }

  /** Reads the time of the next event of a partition; the jump that it shows, if it does. */
  read(event: Event): Event | undefined {
    if (!('topic' in event.origin)) return undefined;
    const stream = this.#streamOf(event.origin);
    const { '@timestamp': time, keywarden, orchestrator } = event.document;
    if (stream.latest !== undefined && time.startsWith(stream.minute)) {
      stream.latest = time;
      return undefined;
    }
    // A time that only stands in tells nothing of the source.
    if (keywarden.missing !== undefined && hasNoTime(keywarden.missing)) return undefined;
    stream.dataset = event.dataset;
    stream.cluster = orchestrator?.cluster?.name ?? stream.cluster;
    return this.#advance(stream, time);
  }

  /** The streams that have been silent for too long, each told once until it speaks again. */
  silences(): readonly Event[] {
    const now = this.#now();
    const streams = [...this.#streams.values()];
    const lasting = streams.filter(({ heard, silent }) => !silent && now - heard >= this.#limits.silence);
    const alive = streams.filter(({ heard }) => now - heard < this.#limits.silence).length;
    return lasting.map(stream => {
      stream.silent = true;
      this.counts.silent += 1;
      const { topic, partition, heard, offset } = stream;
      const others = alive === 0 ? 'no other partition of ours speaks either' : `${alive} others of ours speak`;
      return gapEvent(
        {
          action: 'stream_silent',
          message: `no record has come in ${topic}/${partition} for ${seconds(now - heard)}, ${others}`,
          at: iso(now),
          start: iso(heard),
          end: iso(now),
          offset,
        },
        stream,
      );
    });
  }

  /** The records from offset `from` up to and without `to` were gone before they could be read. */
  lost({ topic, partition }: Partition, from: number, to: number): Event {
    const stream = this.#streamOf({ topic, partition });
    this.counts.lost += to - from;
    const message = `${to - from} records of ${topic}/${partition} were dropped by retention before they were read (offsets ${from} to ${to - 1})`;
    return gapEvent(
      { action: 'records_lost', message, at: iso(this.#now()), start: stream.latest, offset: from, lost: to - from },
      stream,
    );
  }

  #advance(stream: Stream, time: string): Event | undefined {
    const before = stream.latest;
    const step = before === undefined ? 0 : Date.parse(time) - Date.parse(before);
    const jumped = Math.abs(step) >= this.#limits.jump;
    // A little out of order is usual; the stream's time does not go back for it.
    if (before === undefined || step > 0 || jumped) {
      stream.latest = time;
      stream.minute = time.slice(0, MINUTE_LENGTH);
    }
    if (!jumped || before === undefined) return undefined;
    this.counts.jumped += 1;
    const now = this.#now();
    if (now - stream.told < TELL_EVERY) return undefined;
    stream.told = now;
    const way = step > 0 ? 'forward' : 'back';
    const message = `the time of ${stream.topic}/${stream.partition} jumped ${way} by ${seconds(Math.abs(step))}, from ${before} to ${time}`;
    return gapEvent(
      { action: 'time_jumped', message, at: time, start: before, end: time, offset: stream.offset },
      stream,
    );
  }

  #streamOf({ topic, partition }: Partition): Stream {
    // Records come in batches of one partition.
    if (this.#last?.partition === partition && this.#last.topic === topic) return this.#last;
    const key = keyOf({ topic, partition });
    const stream =
      this.#streams.get(key) ?? newStream(topic, partition, this.#namespace, this.#clusterOf(topic), this.#now());
    this.#streams.set(key, stream);
    this.#last = stream;
    return stream;
  }
}

const keyOf = ({ topic, partition }: Partition): string => `${topic}/${partition}`;

const hasNoTime = (missing: readonly string[]): boolean => missing.includes('@timestamp') || missing.includes('ts');

const iso = (ms: number): string => new Date(ms).toISOString();

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
