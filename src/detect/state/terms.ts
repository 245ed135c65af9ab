import type { BaselineRow } from '../../model/baseline.ts';

/** When a term was seen, in milliseconds since 1970. */
export type Seen = { readonly terms: readonly string[]; firstSeen: number; lastSeen: number; toldOf: number };

type Watched = { since: number; until: number; resumed: number; toldOf: number };

export type TermsChange = { readonly row: BaselineRow; readonly isForgotten: boolean };

const HOUR_MS = 3_600_000;
/** A term that was seen for longer than this is no passing one. */
const ESTABLISHED_MS = HOUR_MS;
/** Being seen once more is told after this, so that a busy rule does not write a row for each match. */
const TOLD_AGAIN_MS = HOUR_MS;
/** The first key of a Map stands behind the holes of those deleted before, so a part of the capacity goes at once. */
const EVICTED_PART = 64;

/**
 * The terms of one program and cluster, bounded. Beyond the capacity terms go that were seen for less than an hour, those first
 * that were not seen for longest: whoever floods a rule with new terms drives out his own.
 */
export class Terms {
  readonly #program: string;
  readonly #cluster: string;
  readonly #capacity: number;
  readonly #isTracked: boolean;
  readonly #of: string | undefined;
  #passing = new Map<string, Seen>();
  #established = new Map<string, Seen>();
  #changed = new Map<string, TermsChange>();
  #watched: Watched | undefined;
  /** Whether a row of the cluster itself was put in. */
  #isWatchSaid = false;
  evicted = 0;
  /** A term that is not held may have been seen up to this moment. */
  evictedUpTo = Number.NEGATIVE_INFINITY;

  /** `of`: a hash of what the program looks for. */
  constructor(program: string, cluster: string, capacity: number, isTracked: boolean, of?: string) {
    this.#program = program;
    this.#cluster = cluster;
    this.#capacity = capacity;
    this.#isTracked = isTracked;
    this.#of = of;
  }

  get size(): number {
    return this.#passing.size + this.#established.size;
  }

  /** Since when, until when, and since which pause the cluster has been watched; undefined where it never was. */
  get watched(): { readonly since: number; readonly until: number; readonly resumed: number } | undefined {
    return this.#watched;
  }

  /** The cluster was watched up to this moment. */
  watch(moment: number): void {
    const watched = this.#watched;
    if (watched === undefined) this.#watchFrom(moment, moment);
    else if (moment > watched.until) {
      watched.until = moment;
      if (moment - watched.toldOf >= TOLD_AGAIN_MS) this.#tellWatched();
    }
  }

  /** Watching goes on after a pause. `isAnew`: as if it began. */
  resume(moment: number, isAnew: boolean): void {
    this.#watchFrom(isAnew ? moment : (this.#watched?.since ?? moment), moment);
  }

  get(terms: readonly string[]): Seen | undefined {
    const key = keyOf(terms);
    return this.#established.get(key) ?? this.#passing.get(key);
  }

  /** The terms were seen. `isAnew`: as if never before. */
  see(terms: readonly string[], at: number, isAnew = false): void {
    const known = isAnew ? undefined : this.get(terms);
    if (known === undefined) this.#hold({ terms, firstSeen: at, lastSeen: at, toldOf: at }, true);
    else {
      const isEarlier = at < known.firstSeen;
      known.firstSeen = Math.min(known.firstSeen, at);
      known.lastSeen = Math.max(known.lastSeen, at);
      this.#hold(known, isEarlier || known.lastSeen - known.toldOf >= TOLD_AGAIN_MS);
    }
  }

  /** Takes in what was seen elsewhere. */
  put(row: BaselineRow): void {
    this.#watched = this.#watchedWith(row);
    const { terms, firstSeen, lastSeen } = row;
    if (terms.length === 0) return;
    const known = this.get(terms);
    const seen = {
      terms,
      firstSeen: Math.min(known?.firstSeen ?? firstSeen, firstSeen),
      lastSeen: Math.max(known?.lastSeen ?? lastSeen, lastSeen),
      toldOf: lastSeen,
    };
    this.#hold(seen, false);
  }

  /** Takes in all that another has seen, and what it had to let go. */
  takeOver(other: Terms): void {
    for (const row of other.rows()) this.put(row);
    this.evicted += other.evicted;
    this.evictedUpTo = Math.max(this.evictedUpTo, other.evictedUpTo);
  }

  /** Forgets terms that were last seen before this moment. */
  forget(before: number): void {
    for (const held of [this.#passing, this.#established]) {
      for (const [key, seen] of held) {
        // What was put in from elsewhere may stand out of order; it goes once those before it have.
        if (seen.lastSeen >= before) break;
        this.#drop(held, key, seen);
      }
    }
  }

  *rows(): Generator<BaselineRow> {
    if (this.#watched !== undefined) yield this.#watchedRow(this.#watched);
    for (const held of [this.#passing, this.#established]) for (const seen of held.values()) yield this.#rowOf(seen);
  }

  /** What has changed since this was last asked. */
  changes(): readonly TermsChange[] {
    const changes = [...this.#changed.values()];
    this.#changed = new Map();
    return changes;
  }

  /** Since when, the row of the cluster says; terms do where there is none: they may be older than a watch that began anew. */
  #watchedWith({ terms, firstSeen, lastSeen, resumed = Number.NEGATIVE_INFINITY }: BaselineRow): Watched {
    const known = this.#watched ?? { since: firstSeen, until: lastSeen, resumed, toldOf: lastSeen };
    const says = terms.length === 0;
    const isLikeBefore = says === this.#isWatchSaid;
    this.#isWatchSaid ||= says;
    return {
      since: isLikeBefore ? Math.min(known.since, firstSeen) : says ? firstSeen : known.since,
      until: Math.max(known.until, lastSeen),
      resumed: Math.max(known.resumed, resumed),
      toldOf: known.toldOf,
    };
  }

  #hold(seen: Seen, isNews: boolean): void {
    const key = keyOf(seen.terms);
    this.#passing.delete(key);
    this.#established.delete(key);
    const isEstablished = seen.lastSeen - seen.firstSeen >= ESTABLISHED_MS;
    (isEstablished ? this.#established : this.#passing).set(key, seen);
    if (isNews) this.#tell(key, seen, false);
    if (this.size > this.#capacity) this.#evict();
  }

  #evict(): void {
    let surplus = Math.max(1, Math.floor(this.#capacity / EVICTED_PART));
    for (const held of [this.#passing, this.#established]) {
      for (const [key, seen] of held) {
        if (surplus === 0) return;
        surplus -= 1;
        this.evicted += 1;
        this.evictedUpTo = Math.max(this.evictedUpTo, seen.lastSeen);
        this.#drop(held, key, seen);
      }
    }
  }

  #drop(held: Map<string, Seen>, key: string, seen: Seen): void {
    held.delete(key);
    this.#tell(key, seen, true);
  }

  #watchFrom(since: number, moment: number): void {
    const resumed = this.#watched === undefined ? Number.NEGATIVE_INFINITY : moment;
    this.#watched = { since, until: moment, resumed, toldOf: moment };
    this.#isWatchSaid = true;
    this.#tellWatched();
  }

  #tellWatched(): void {
    if (this.#watched === undefined) return;
    this.#watched.toldOf = this.#watched.until;
    if (this.#isTracked) this.#changed.set('', { row: this.#watchedRow(this.#watched), isForgotten: false });
  }

  #tell(key: string, seen: Seen, isForgotten: boolean): void {
    seen.toldOf = seen.lastSeen;
    if (this.#isTracked) this.#changed.set(key, { row: this.#rowOf(seen), isForgotten });
  }

  #rowOf({ terms, firstSeen, lastSeen }: Seen): BaselineRow {
    return { ...this.#named(), terms, firstSeen, lastSeen };
  }

  #watchedRow({ since, until, resumed }: { since: number; until: number; resumed: number }): BaselineRow {
    const row = { ...this.#named(), terms: [], firstSeen: since, lastSeen: until };
    return Number.isFinite(resumed) ? { ...row, resumed } : row;
  }

  #named(): Pick<BaselineRow, 'program' | 'cluster' | 'of'> {
    const name = { program: this.#program, cluster: this.#cluster };
    return this.#of === undefined ? name : { ...name, of: this.#of };
  }
}

const keyOf = (terms: readonly string[]): string => terms.join('\0');
