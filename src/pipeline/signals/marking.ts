import type { Admin } from 'kafkajs';
import type { Logger } from 'pino';
import { messageOf } from '../../errors.ts';
import type { Mark, Marks, Silent } from '../../model/mark.ts';
import { sourceOf } from '../../model/place.ts';
import type { Commits } from '../commits.ts';
import type { Reached, StreamReached } from './reached.ts';

/** How often the brokers are asked where the partitions end. */
const ASK_EVERY_MS = 2_000;

export type MarkingOptions = {
  readonly topics: readonly string[];
  readonly groupId: string;
  /** Where a group without committed offsets begins. */
  readonly fromBeginning: boolean;
  /** Milliseconds in which nothing came, until a stream is called idle. */
  readonly idleAfterMs: number;
};

type Moved = { readonly reached: number; readonly at: number };
type Held = { readonly since: number; readonly moved: Map<string, Moved> };

/** Says how far the partitions have come that this process reads, and which are read to their end and silent. */
export class Marking {
  readonly #options: MarkingOptions;
  readonly #admin: Pick<Admin, 'fetchTopicOffsets' | 'fetchOffsets'>;
  readonly #commits: Commits;
  readonly #reached: Reached;
  readonly #log: Logger;
  readonly #held = new Map<string, Held>();
  /** Of every partition there is: where it ended when that was asked, and what the group has committed. */
  #ends = new Map<string, { readonly high: number; readonly committed: number | undefined }>();
  #asked = 0;
  #asking: Promise<void> | undefined;

  constructor(
    options: MarkingOptions,
    admin: Pick<Admin, 'fetchTopicOffsets' | 'fetchOffsets'>,
    commits: Commits,
    reached: Reached,
    log: Logger,
  ) {
    this.#options = options;
    this.#admin = admin;
    this.#commits = commits;
    this.#reached = reached;
    this.#log = log;
  }

  /** Every partition of the topics that are read, by whomever. */
  get producers(): readonly string[] {
    return [...this.#ends.keys()];
  }

  /** Asks where the partitions end, where it is time to. */
  async ask(now: number): Promise<void> {
    if (now - this.#asked < ASK_EVERY_MS) return this.#asking;
    this.#asked = now;
    this.#asking ??= this.#ask()
      .catch(error => this.#log.warn({ reason: messageOf(error) }, 'where the partitions end is not known'))
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }

  /** What can be said at `now`, in milliseconds since 1970. */
  marks(now: number): Marks {
    const held = this.#options.topics.flatMap(topic =>
      this.#commits.heldOf(topic).map(partition => ({ topic, partition, source: sourceOf({ topic, partition }) })),
    );
    const sources = new Set(held.map(({ source }) => source));
    this.#reached.keepOnly(sources);
    for (const source of this.#held.keys()) if (!sources.has(source)) this.#held.delete(source);
    const marks: Mark[] = [];
    const silent: Silent[] = [];
    for (const { topic, partition, source } of held) {
      const isAtEnd = this.#isAtEnd(topic, partition, source);
      const isIdle = (since: number): boolean => isAtEnd && now - since >= this.#options.idleAfterMs;
      const place = this.#heldOf(source, now);
      for (const stream of this.#reached.of(source, now)) {
        const { reached, at } = movedOf(place, stream, now);
        // A stream that is only read late would else be left behind by far.
        marks.push({ producer: source, ...stream, ...(isIdle(at) ? { idle: reached + now - at } : {}) });
      }
      if (isIdle(place.since)) silent.push({ producer: source, until: now });
    }
    return { at: now, marks, silent };
  }

  #heldOf(source: string, now: number): Held {
    const known = this.#held.get(source);
    if (known !== undefined) return known;
    const held = { since: now, moved: new Map() };
    this.#held.set(source, held);
    return held;
  }

  #isAtEnd(topic: string, partition: number, source: string): boolean {
    const end = this.#ends.get(source);
    if (end === undefined) return false;
    return (this.#commits.progressOf(topic, partition).position ?? end.committed ?? 0) >= end.high;
  }

  async #ask(): Promise<void> {
    const { topics, groupId, fromBeginning } = this.#options;
    const committed = await this.#admin.fetchOffsets({ groupId, topics: [...topics] });
    const ends = new Map<string, { readonly high: number; readonly committed: number | undefined }>();
    for (const topic of topics) {
      const known = new Map(
        committed.find(answer => answer.topic === topic)?.partitions.map(place => [place.partition, place.offset]),
      );
      for (const { partition, high, low } of await this.#admin.fetchTopicOffsets(topic)) {
        const offset = Number(known.get(partition) ?? -1);
        // What nobody will read is read to its end.
        const isNothing = high === low || (offset < 0 && !fromBeginning);
        const at = isNothing ? Number(high) : offset < 0 ? undefined : offset;
        ends.set(sourceOf({ topic, partition }), { high: Number(high), committed: at });
      }
    }
    this.#ends = ends;
  }
}

/** How far the stream has come, and since when. */
function movedOf({ moved }: Held, { dataset, cluster, reached }: StreamReached, now: number): Moved {
  const key = `${dataset}\0${cluster}`;
  const known = moved.get(key);
  if (known !== undefined && reached <= known.reached) return known;
  const next = { reached, at: now };
  moved.set(key, next);
  return next;
}
