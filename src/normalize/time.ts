import { DateTime } from 'luxon';

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** The time as RFC 3339 in UTC, digits below a millisecond kept where it is so already; undefined if it is no time. */
export function utc(time: unknown): string | undefined {
  if (typeof time === 'string') return UTC.test(time) ? time : iso(DateTime.fromISO(time, { setZone: true }));
  if (typeof time === 'number') return iso(DateTime.fromSeconds(time));
  return undefined;
}

const iso = (time: DateTime): string | undefined => time.toUTC().toISO() ?? undefined;
