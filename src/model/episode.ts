import type { Alert, Counted, Evidence, Place } from './alert.ts';
import { KEPT, kept, latest } from './evidence.ts';
import { identifyAlert } from './identity.ts';
import { type Held, knownBy, type Match } from './match.ts';
import { isBefore, isIn, sourceOf } from './place.ts';

type Sent = {
  readonly counted: ReadonlyMap<string, Counted>;
  readonly matches: ReadonlySet<Held>;
  readonly revision: number;
};

/** Where an alert's document stands and which state of it was read or written last. */
export type Version = { readonly index: string; readonly seqNo: number; readonly primaryTerm: number };

/** The fields of an alert that its matches change. */
export type EpisodeState = Pick<Alert, '@timestamp'> & {
  readonly keywarden: {
    readonly alert: Pick<
      Alert['keywarden']['alert'],
      'count' | 'first_seen' | 'last_seen' | 'evidence' | 'counted' | 'requests'
    >;
  };
};

/** An alert as the index has it, as far as an episode reads it. */
export type StoredEpisode = {
  readonly id: string;
  readonly key: string;
  readonly suppressMs: number;
  readonly version: Version;
  readonly state: EpisodeState;
};

/**
 * An alert while further matches may still raise its count. The count is kept for each partition, so that two processes
 * that raise one alert can be merged without counting twice.
 */
export class Episode {
  readonly id: string;
  readonly key: string;
  /** Milliseconds in event time before the first and after the last match in which another still belongs to it. */
  readonly suppressMs: number;
  /** Undefined until the document is known to be there. */
  version: Version | undefined;
  #draft: Alert | undefined;
  #sentDraft: Alert | undefined;
  #first: string;
  #last: string;
  #firstMs: number;
  #lastMs: number;
  #evidence: Evidence[] = [];
  #requests: string[] = [];
  /** Matches of files. */
  #loose = 0;
  #counted = new Map<string, Counted>();
  #written: ReadonlyMap<string, Counted> = new Map();
  #sent: Sent | undefined;
  /** Matches that the index does not have yet; of those that are not on their way, at most KEPT are held. */
  #pending: Held[] = [];
  #revision = 0;
  #writtenRevision = 0;

  /** Opens with its first match, which gives the alert its id. */
  constructor(id: string, key: string, suppressMs: number, firstSeen: string) {
    this.id = id;
    this.key = key;
    this.suppressMs = suppressMs;
    this.#first = firstSeen;
    this.#last = firstSeen;
    this.#firstMs = Date.parse(firstSeen);
    this.#lastMs = this.#firstMs;
  }

  static restored({ id, key, suppressMs, version, state }: StoredEpisode): Episode {
    const episode = new Episode(id, key, suppressMs, state.keywarden.alert.first_seen);
    episode.merge(state, version);
    return episode;
  }

  get count(): number {
    let count = this.#loose;
    for (const part of this.#counted.values()) count += part.count;
    return count;
  }

  /** The last place of a partition (`topic/3`) that it counts. */
  upTo(source: string): Place | undefined {
    return this.#counted.get(source);
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** Requests whose later stages are known to be of this alert. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** Whether the index does not have all of it. */
  get isDirty(): boolean {
    return this.#revision !== this.#writtenRevision;
  }

  /** Whether a match at that time, in milliseconds since 1970, belongs to it. */
  covers(ms: number): boolean {
    return ms >= this.#firstMs - this.suppressMs && ms <= this.#lastMs + this.suppressMs;
  }

  add({ alert, ...match }: Match): void {
    this.#draft ??= alert();
    this.#revision += 1;
    this.#take(match);
    // The latest is always held: it tells that there is something to write.
    if (this.#pending.length >= KEPT + (this.#sent?.matches.size ?? 0)) this.#pending.pop();
    this.#pending.push(match);
  }

  /** Further matches that are only counted: of them no evidence is kept. */
  more(count: number, place: Place | undefined): void {
    if (count <= 0) return;
    this.#revision += 1;
    this.#count(count, place);
  }

  /** The whole alert: that of the first match the index does not have yet, with the count of all. */
  get alert(): Alert | undefined {
    const draft = this.#draft ?? this.#sentDraft;
    if (draft === undefined) return undefined;
    const { keywarden, ...state } = this.state;
    const suppress = this.suppressMs / 1_000;
    const alert = { ...draft.keywarden.alert, ...keywarden.alert, suppress };
    return { ...draft, ...state, event: { ...draft.event, id: this.id }, keywarden: { alert } };
  }

  get state(): EpisodeState {
    const counted = [...this.#counted.values()];
    return {
      '@timestamp': this.#last,
      keywarden: {
        alert: {
          count: this.count,
          first_seen: this.#first,
          last_seen: this.#last,
          evidence: this.#evidence,
          ...(counted.length === 0 ? {} : { counted }),
          ...(this.#requests.length === 0 ? {} : { requests: this.#requests }),
        },
      },
    };
  }

  /** What is in it now is on its way to the index. */
  send(): void {
    this.#sent = { counted: new Map(this.#counted), matches: new Set(this.#pending), revision: this.#revision };
    this.#sentDraft = this.#draft;
    this.#draft = undefined;
  }

  /** The index has what was sent. */
  written(version: Version): void {
    this.version = version;
    if (this.#sent === undefined) return;
    const { counted, matches, revision } = this.#sent;
    this.#written = counted;
    this.#writtenRevision = Math.max(this.#writtenRevision, revision);
    this.#pending = this.#pending.filter(match => !matches.has(match));
    // It may have been forgotten while it was on its way.
    this.#advance(counted);
    this.#sent = undefined;
    this.#sentDraft = undefined;
  }

  /** The index has not what was sent. */
  unsent(): void {
    this.#draft = this.#sentDraft ?? this.#draft;
    this.#sentDraft = undefined;
    this.#sent = undefined;
  }

  /** Takes in what the index has; of each partition the state that is further. */
  merge(stored: EpisodeState, version: Version): void {
    const parts = this.#takeStored(stored, version);
    this.#advance(parts);
    this.#pending = this.#pending.filter(({ place }) => place === undefined || !isIn(place, parts));
    this.#settleIfWritten();
  }

  /**
   * Takes in the alert that has the id of its own first match already. Where that match is in it, at another stage or by a
   * replay, the others are news; where another process wrote it while the partition came to us, it has some of them too.
   */
  adopt(stored: EpisodeState, version: Version): void {
    const [first] = this.#pending;
    const known = first === undefined ? 'not' : knownBy(stored.keywarden.alert, first);
    if (known === 'read-before') this.merge(stored, version);
    else this.#takeOwn(stored, version, known);
  }

  #takeOwn(stored: EpisodeState, version: Version, known: 'counted' | 'not'): void {
    if (known === 'counted') this.#uncountFirst();
    for (const [source, part] of this.#takeStored(stored, version)) {
      const own = this.#counted.get(source);
      const further = own === undefined || isBefore(own, part) ? part : own;
      this.#counted.set(source, { ...further, count: part.count + (own?.count ?? 0) });
    }
    this.#settleIfWritten();
  }

  /** What the index does not have, as an episode of its own: its alert was closed, and what follows is news. */
  rest(): Episode | undefined {
    const draft = this.#draft;
    if (draft === undefined) return undefined;
    const [first] = this.#pending;
    const id = draft.event.id === this.id ? identifyAlert(this.key, first?.evidence.event_id) : draft.event.id;
    const episode = new Episode(id, this.key, this.suppressMs, first?.evidence.timestamp ?? this.#last);
    episode.#draft = { ...draft, event: { ...draft.event, id } };
    for (const match of this.#pending) episode.add({ ...match, alert: () => draft });
    // Some of them are only counted.
    episode.#stretch(this.#last, this.#last);
    for (const [source, part] of this.#counted) {
      const count = part.count - (this.#written.get(source)?.count ?? 0);
      if (count > 0) episode.#counted.set(source, { ...part, count });
    }
    return episode;
  }

  /** Forgets what the index does not have of a partition, since whoever has it now reads it again. */
  forget(topic: string, partition: number): void {
    const source = sourceOf({ topic, partition });
    const written = this.#written.get(source);
    if (written === undefined) this.#counted.delete(source);
    else this.#counted.set(source, written);
    const isForgotten = ({ origin }: Evidence): boolean =>
      'topic' in origin &&
      sourceOf(origin) === source &&
      (written === undefined || isBefore(written, { ...origin, item: origin.item ?? 0 }));
    this.#evidence = this.#evidence.filter(evidence => !isForgotten(evidence));
    this.#pending = this.#pending.filter(({ place }) => place === undefined || sourceOf(place) !== source);
    this.#settleIfWritten();
  }

  #settleIfWritten(): void {
    for (const [source, { count }] of this.#counted) if (this.#written.get(source)?.count !== count) return;
    this.#writtenRevision = this.#revision;
    // The sentence of what the index has, or another process writes, is not for the next alert.
    this.#draft = undefined;
  }

  /** What the index has counted, by partition. */
  #takeStored({ keywarden: { alert } }: EpisodeState, version: Version): ReadonlyMap<string, Counted> {
    this.version = version;
    this.#stretch(alert.first_seen, alert.last_seen);
    const known = new Set(this.#evidence.map(({ event_id: id }) => id));
    this.#evidence = kept([...alert.evidence.filter(({ event_id: id }) => !known.has(id)), ...this.#evidence]);
    this.#requests = latest([...new Set([...(alert.requests ?? []), ...this.#requests])]);
    this.#written = new Map((alert.counted ?? []).map(part => [sourceOf(part), part]));
    return this.#written;
  }

  #advance(parts: ReadonlyMap<string, Counted>): void {
    for (const [source, part] of parts) {
      const own = this.#counted.get(source);
      if (own === undefined || isBefore(own, part)) this.#counted.set(source, part);
    }
  }

  #uncountFirst(): void {
    const first = this.#pending.shift();
    this.#evidence = this.#evidence.filter(({ event_id: id }) => id !== first?.evidence.event_id);
    if (first?.place !== undefined) this.#uncount(first.place);
  }

  #uncount(place: Place): void {
    const source = sourceOf(place);
    const own = this.#counted.get(source);
    if (own === undefined) return;
    if (own.count > 1) this.#counted.set(source, { ...own, count: own.count - 1 });
    else this.#counted.delete(source);
  }

  #take({ evidence, place, request, hasLaterStage }: Held): void {
    this.#stretch(evidence.timestamp, evidence.timestamp);
    this.#evidence = kept([...this.#evidence, evidence]);
    if (hasLaterStage) this.#requests = latest([...this.#requests, request]);
    this.#count(1, place);
  }

  #count(count: number, place: Place | undefined): void {
    if (place === undefined) this.#loose += count;
    else {
      const source = sourceOf(place);
      const own = this.#counted.get(source);
      // That something is missing stands where it was noticed, which may be behind what was read since.
      const further = own === undefined || isBefore(own, place) ? place : own;
      this.#counted.set(source, { ...further, count: (own?.count ?? 0) + count });
    }
  }

  #stretch(from: string, to: string): void {
    const fromMs = Date.parse(from);
    const toMs = Date.parse(to);
    if (fromMs < this.#firstMs) {
      this.#first = from;
      this.#firstMs = fromMs;
    }
    if (toMs > this.#lastMs) {
      this.#last = to;
      this.#lastMs = toMs;
    }
  }
}
