import type { Counted, Place } from './alert.ts';

/** A partition as one text. */
export const sourceOf = ({ topic, partition }: Pick<Place, 'topic' | 'partition'>): string => `${topic}/${partition}`;

/** Whether `a` was read before `b`, in one partition. */
export const isBefore = (a: Place, b: Place): boolean =>
  a.offset < b.offset || (a.offset === b.offset && a.item < b.item);

/** Whether a match that was read there is in what was counted, by partition. */
export function isIn(place: Place, parts: ReadonlyMap<string, Counted>): boolean {
  const part = parts.get(sourceOf(place));
  return part !== undefined && !isBefore(part, place);
}
