import type { Signal } from '../../model/signal.ts';
import type { Explanation } from '../../sigma/program.ts';
import { Heap } from '../state/heap.ts';
import { Sorted } from '../state/sorted.ts';

/** What a match wants: an explanation that was logged up to `deadline` and reaches into [from, to]; milliseconds since 1970. */
export type Wanted = {
  readonly from: number;
  readonly to: number;
  readonly deadline: number;
  readonly fields: Signal['fields'];
  /** The window that is its own, and whether it lies inside of it: then it takes no other that it does not lie in. */
  window: Window | undefined;
  isInside: boolean;
};

/** An explanation as a stretch of time: it took [from, to], and explains what reaches into [start, end]. */
export type Window = {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
  /** When it was logged. */
  readonly at: number;
  readonly id: string;
  readonly bucket: Bucket;
  /** Whom it explains, if it explains one only. */
  taker: Wanted | undefined;
  /** It was let go. */
  isGone: boolean;
};

/** Windows that explain the same values. */
export type Bucket = {
  readonly key: string;
  /** The key without what is a prefix, and how long the prefixes are. */
  readonly by: string;
  readonly lengths: readonly number[];
  readonly free: Sorted<Window>;
  readonly taken: Sorted<Window>;
};

/** Values of one `by` and of how many letters each prefix of them is. */
type Prefixes = Map<string, { readonly lengths: readonly number[]; buckets: number }>;

const byEnd = (a: Window, b: Window): number =>
  a.end - b.end || a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Explanations by what they explain. Each is found in the logarithm of how many explain the same. */
export class Explanations {
  readonly #kinds: readonly Explanation[];
  readonly #buckets = new Map<string, Bucket>();
  readonly #prefixes = new Map<string, Prefixes>();
  readonly #byEnd = new Heap<Window>(byEnd);
  /** An explanation that was let go may have reached up to, but not into, this moment. */
  missingBefore = Number.NEGATIVE_INFINITY;

  constructor(kinds: readonly Explanation[]) {
    this.#kinds = kinds;
  }

  get size(): number {
    return this.#byEnd.size;
  }

  /** When the one that ends first does. */
  get firstEnd(): number {
    return this.#byEnd.earliest?.end ?? Number.POSITIVE_INFINITY;
  }

  /** Holds the windows that the explanation opens. */
  add(signal: Signal): readonly Window[] {
    const opened: Window[] = [];
    for (const [index, kind] of this.#kinds.entries()) {
      const bucket = kind.input === signal.input ? this.#bucketFor(kind, index, signal) : undefined;
      if (bucket === undefined) continue;
      const { from, to, at, id } = signal;
      const window = { from, to, ...windowOf(kind, signal), at, id, bucket, taker: undefined, isGone: false };
      bucket.free.add(window);
      this.#byEnd.add(window);
      opened.push(window);
    }
    return opened;
  }

  /** Whether one explains what is wanted. */
  explains(wanted: Wanted): boolean {
    for (const bucket of this.of(wanted)) for (const _ of reaching(bucket.free, wanted)) return true;
    return false;
  }

  /** The buckets whose windows explain the values of what is wanted. */
  *of({ fields }: Wanted): Generator<Bucket> {
    for (const [index, kind] of this.#kinds.entries()) {
      if (!isMeant(kind, fields)) continue;
      const { prefix } = kind;
      const key = subjectKey(index, kind, fields);
      if (prefix.length === 0) yield* this.#bucket(key);
      else
        for (const { lengths } of this.#prefixes.get(key)?.values() ?? []) {
          const values = prefix.map(([field], at) => (fields[field] ?? '').slice(0, lengths[at]));
          if (values.every(({ length }, at) => length === lengths[at])) yield* this.#bucket(join(key, values));
        }
    }
  }

  /** Lets go of what ended before this moment. */
  expire(moment: number): void {
    while (this.firstEnd < moment) this.evict();
  }

  /** Lets go of the one that ends first. */
  evict(): void {
    const window = this.#byEnd.next();
    if (window === undefined) return;
    window.isGone = true;
    this.missingBefore = Math.max(this.missingBefore, window.end + 1);
    const { bucket } = window;
    if (!bucket.free.remove(window)) bucket.taken.remove(window);
    if (bucket.free.size + bucket.taken.size === 0) this.#forget(bucket);
  }

  #bucketFor(kind: Explanation, index: number, { fields }: Signal): Bucket | undefined {
    const key = explanationKey(index, kind, fields);
    const values = kind.prefix.map(([, field]) => fields[field] ?? '');
    // Of an empty prefix everything would begin with it.
    if (values.includes('')) return undefined;
    const full = values.length === 0 ? key : join(key, values);
    const known = this.#buckets.get(full);
    if (known !== undefined) return known;
    const lengths = values.map(({ length }) => length);
    const bucket = { key: full, by: key, lengths, free: new Sorted(byEnd), taken: new Sorted(byEnd) };
    this.#buckets.set(full, bucket);
    if (lengths.length > 0) this.#count(bucket, 1);
    return bucket;
  }

  #count({ by, lengths }: Bucket, difference: 1 | -1): void {
    const prefixes: Prefixes = this.#prefixes.get(by) ?? new Map();
    this.#prefixes.set(by, prefixes);
    const name = lengths.join();
    const buckets = (prefixes.get(name)?.buckets ?? 0) + difference;
    if (buckets > 0) prefixes.set(name, { lengths, buckets });
    else prefixes.delete(name);
    if (prefixes.size === 0) this.#prefixes.delete(by);
  }

  #forget(bucket: Bucket): void {
    if (this.#buckets.get(bucket.key) !== bucket) return;
    this.#buckets.delete(bucket.key);
    if (bucket.lengths.length > 0) this.#count(bucket, -1);
  }

  *#bucket(key: string): Generator<Bucket> {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) yield bucket;
  }
}

/** The windows of a list that explain what is wanted, the one that ends first before others. */
export function* reaching(windows: Sorted<Window>, { from, to, deadline }: Wanted): Generator<Window> {
  for (const window of windows.after(({ end }) => end < from)) {
    if (window.start <= to && window.at <= deadline) yield window;
  }
}

/** Those of them in whose own time it was. */
export function* around(windows: Sorted<Window>, { from, to, deadline }: Wanted): Generator<Window> {
  for (const window of windows.after(other => other.to < from)) {
    if (window.from <= to && window.at <= deadline) yield window;
  }
}

/** Makes a free window the match's own. */
export function take(window: Window, wanted: Wanted, isInside: boolean): void {
  const { free, taken } = window.bucket;
  if (free.remove(window)) taken.add(window);
  window.taker = wanted;
  wanted.window = window;
  wanted.isInside = isInside;
}

/** Gives back the window of a match that something else explains. */
export function release(wanted: Wanted): void {
  const { window } = wanted;
  wanted.window = undefined;
  if (window === undefined) return;
  window.taker = undefined;
  if (window.bucket.taken.remove(window)) window.bucket.free.add(window);
}

/** What an explanation reaches into. */
export const windowOf = ({ beforeMs, afterMs }: Explanation, { from, to }: Signal) => ({
  start: from - afterMs,
  end: to + beforeMs,
});

/** Whether a kind of explanation explains matches of such values at all. */
export const isMeant = ({ where }: Explanation, fields: Signal['fields']): boolean =>
  where.every(([field, values]) => values.has(fields[field] ?? ''));

/** The values that a match wants to have explained by one kind of explanation. */
export const subjectKey = (index: number, { by }: Explanation, fields: Signal['fields']): string =>
  join(
    String(index),
    by.map(([field]) => fields[field] ?? ''),
  );

/** The values that an explanation of that kind explains. */
export const explanationKey = (index: number, { by }: Explanation, fields: Signal['fields']): string =>
  join(
    String(index),
    by.map(([, field]) => fields[field] ?? ''),
  );

const join = (first: string, others: readonly string[]): string => [first, ...others].join('\0');
