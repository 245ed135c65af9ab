import { type Filter, parseFilters } from '../../../src/filter/parse.ts';
import type { Event } from '../../../src/model/event.ts';
import { normalized } from '../normalize/support.ts';
import { SHIPPED_FIELDS } from '../sigma/support.ts';

/** The filters of a text, as `run` would have them, without lists. */
export const filtersOf = (text: string): readonly Filter[] =>
  parseFilters(text, 'f.yml', { ...SHIPPED_FIELDS, lists: new Map() });

/** A filter of API events, in YAML. */
export const filterText = (name: string, detection: string, action: string): string =>
  `filter: ${name}\ndescription: d\nlogsource: { product: kubernetes }\ndetection: { a: ${detection}, condition: a }\naction: ${action}\n`;

/** The one event of a record. */
export function eventOf(record: string | object, line = 1): Event {
  const [event] = normalized(record, line).events;
  if (event === undefined) throw new Error('no event');
  return event;
}
