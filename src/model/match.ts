import type { Alert, AlertFields, Evidence, Place } from './alert.ts';
import { isIn, sourceOf } from './place.ts';

/** What an episode takes in of one match. */
export type Match = {
  readonly evidence: Evidence;
  /** Undefined in files, where nothing is delivered twice. */
  readonly place: Place | undefined;
  readonly request: string;
  /** Whether the request may match again, at a later stage. */
  readonly hasLaterStage: boolean;
  /** The alert that the match would open alone. */
  readonly alert: () => Alert;
};

/** A match without its alert, which may be large. */
export type Held = Omit<Match, 'alert'>;

type Stored = Pick<AlertFields, 'evidence' | 'count' | 'counted' | 'requests'>;

/** Whether an alert counts a match: as it was read at this place, as it was read elsewhere or at another stage, or not at all. */
export function knownBy(
  { evidence, count, counted = [], requests = [] }: Stored,
  { evidence: { event_id: id }, place, request }: Held,
): 'read-before' | 'counted' | 'not' {
  if (evidence.some(({ event_id: other }) => other === id)) {
    const parts = new Map(counted.map(part => [sourceOf(part), part]));
    return place !== undefined && isIn(place, parts) ? 'read-before' : 'counted';
  }
  // Of many matches not all are told one by one; then its id has to do.
  return requests.includes(request) || count > evidence.length ? 'counted' : 'not';
}
