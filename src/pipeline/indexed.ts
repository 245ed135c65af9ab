import type { StoredAlert } from '../deliver/elasticsearch/alert-store.ts';
import type { Counted, Place } from '../model/alert.ts';
import { isBefore } from '../model/place.ts';

/** The times (ms) that an alert covers, and how far it has counted the partition. */
type Span = { readonly from: number; readonly to: number; readonly upTo: Counted };

/**
 * What alerts in the index have counted of one partition. A match that is in an alert lies between its first and its last
 * time, and no further than the place up to which it has counted; so a match that is delivered again is known.
 */
export class Indexed {
  readonly topic: string;
  readonly partition: number;
  readonly #spans = new Map<string, Span[]>();
  readonly #ids = new Set<string>();
  #upTo = -1;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  add(alerts: readonly StoredAlert[]): void {
    for (const { id, key, state } of alerts) {
      const { counted = [], first_seen: first, last_seen: last } = state.keywarden.alert;
      const upTo = counted.find(({ topic, partition }) => topic === this.topic && partition === this.partition);
      if (upTo === undefined) continue;
      this.#ids.add(id);
      this.#upTo = Math.max(this.#upTo, upTo.offset);
      const span = { from: Date.parse(first), to: Date.parse(last), upTo };
      const others = this.#spans.get(key);
      if (others === undefined) this.#spans.set(key, [span]);
      else others.push(span);
    }
  }

  /** Whether an alert of this key counts the match at that time (ms) and place. */
  counts(key: string, ms: number, place: Place): boolean {
    if (place.offset > this.#upTo) {
      // What comes now was never delivered before.
      this.#spans.clear();
      return false;
    }
    return this.countsAt(key, ms, place);
  }

  /** The same for matches that are not in the order of their places. */
  countsAt(key: string, ms: number, place: Place): boolean {
    return this.#spans.get(key)?.some(span => span.from <= ms && ms <= span.to && !isBefore(span.upTo, place)) === true;
  }

  /**
   * Whether an alert of this key counts a finding that stands at this place in the order of evaluation. They are not in
   * order over all programs: what is missing is found later than what is there.
   */
  countsFinding(key: string, place: Place): boolean {
    return this.#spans.get(key)?.some(span => span.from <= place.offset && !isBefore(span.upTo, place)) === true;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
