import type { Evidence } from './alert.ts';

/** Pieces of evidence that an alert keeps of its earliest and of its latest matches. */
const KEPT_EACH = 10;
export const KEPT = 2 * KEPT_EACH;

/** Requests that are remembered until their last stage. */
const MAX_REQUESTS = 100;

export const latest = (requests: readonly string[]): string[] => requests.slice(-MAX_REQUESTS);

/** The earliest and the latest; what lies between them is only counted. */
export function kept(evidence: readonly Evidence[]): Evidence[] {
  const sorted = evidence.toSorted((a, b) => compare(a.timestamp, b.timestamp));
  return sorted.length <= KEPT ? sorted : [...sorted.slice(0, KEPT_EACH), ...sorted.slice(-KEPT_EACH)];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
