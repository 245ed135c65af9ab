import type { Origin } from '../../model/record.ts';
import { Identity } from './identity.ts';
import type { Line, Reading } from './reading.ts';
import { type Load, Saturation } from './saturation.ts';

const MAX_STREAMS = 256;
/** How long (µs) etcd may go on dropping lines after the hundredth. */
const DROPPING = 1_000_000;

/** How long (µs) a server may take to start; then it is taken for one whose last line of that is missing. */
const MAX_START = 300_000_000;
const READY = 'ready to serve client requests';

/** After so many reads that raft told of and no request, this etcd is taken for one that writes no `request stats`. */
const READS_ALONE = 20;
/** Versions that write one, at info, for slow calls only, and have no flag for it. */
const WITHOUT_REQUESTS = /^3\.[0-5]\./;

/**
 * What the lines before say of a line. `starting`: the server reads what it knew when it was stopped, and tells it again.
 * `alone`: no `request stats` will follow that tells more.
 */
export type Context = {
  readonly name: string | undefined;
  readonly load: Load;
  readonly starting: boolean;
  readonly alone: boolean;
};

type Stream = {
  readonly identity: Identity;
  readonly saturation: Saturation;
  position: number;
  startsUntil: number;
  readsAlone: number;
};

/**
 * What is remembered of etcd's logs: one stream for each partition or file of a cluster, each taken for the log of one
 * member. Memory is bounded; what is forgotten leaves names unknown, never wrong.
 */
export class EtcdStreams {
  readonly #streams = new Map<string, Stream>();

  /** Reads the next line of a stream; `at` in microseconds since 1970, undefined where the line has no time. */
  read(line: Line, reading: Reading, at: number | undefined, origin: Origin, cluster: string | undefined): Context {
    const stream = this.#streamOf(streamName(origin, cluster));
    const position = 'file' in origin ? origin.line : origin.offset;
    // A line that was skipped, or could not be read, may have been the one with another name.
    const inOrder = position === stream.position || position === stream.position + 1;
    stream.position = position;
    if (at === undefined) return UNKNOWN;
    if (!inOrder) stream.identity.forget(at);
    const message = String(line['msg']);
    const load = stream.saturation.count(line['level'], message, at);
    const name = stream.identity.read(line, reading, at);
    if (load !== 'fits') stream.identity.miss(at + DROPPING, message);
    if (reading.action === 'server_settings') {
      stream.startsUntil = at + MAX_START;
      stream.readsAlone = WITHOUT_REQUESTS.test(reading.etcd.server?.version ?? '') ? READS_ALONE : 0;
    } else if (message === READY) stream.startsUntil = Number.NEGATIVE_INFINITY;
    if (reading.etcd.line === 'request') stream.readsAlone = 0;
    // A write is told by every member, its request by one.
    else if (reading.etcd.line === 'apply' && reading.etcd.operation === 'read') stream.readsAlone += 1;
    return { name, load, starting: at < stream.startsUntil, alone: stream.readsAlone > READS_ALONE };
  }

  #streamOf(name: string): Stream {
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const [oldest] = this.#streams.keys();
    if (this.#streams.size >= MAX_STREAMS && oldest !== undefined) this.#streams.delete(oldest);
    const stream = newStream();
    this.#streams.set(name, stream);
    return stream;
  }
}

const newStream = (): Stream => ({
  identity: new Identity(),
  saturation: new Saturation(),
  position: -1,
  startsUntil: Number.NEGATIVE_INFINITY,
  readsAlone: 0,
});

const UNKNOWN: Context = { name: undefined, load: 'fits', starting: false, alone: false };

/** The name of the log that a record is from; NUL parts what none can hold. */
export const streamName = (origin: Origin, cluster: string | undefined): string =>
  `${cluster ?? ''}\0${'file' in origin ? origin.file : `${origin.topic}\0${origin.partition}`}`;
