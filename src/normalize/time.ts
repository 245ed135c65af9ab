import { DateTime } from 'luxon';

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** The time as RFC 3339 in UTC, digits below a millisecond kept where it is so already; undefined if it is no time. */
export function utc(time: unknown): string | undefined {
  if (typeof time === 'string') return UTC.test(time) ? time : iso(DateTime.fromISO(time, { setZone: true }));
  if (typeof time === 'number') return iso(DateTime.fromSeconds(time));
  return undefined;
}

const iso = (time: DateTime): string | undefined => time.toUTC().toISO() ?? undefined;

const SECONDS_LENGTH = '2026-11-23T05:13:11'.length;
const MICROSECOND_DIGITS = 6;

/** A time as `utc` writes it in microseconds since 1970, which a number holds exactly; undefined for what is no time. */
export function instant(time: string | undefined): number | undefined {
  if (time === undefined) return undefined;
  const milliseconds = Date.parse(`${time.slice(0, SECONDS_LENGTH)}Z`);
  const digits = time.slice(SECONDS_LENGTH + 1, -1).slice(0, MICROSECOND_DIGITS);
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1_000 + Number(digits.padEnd(MICROSECOND_DIGITS, '0'));
}
