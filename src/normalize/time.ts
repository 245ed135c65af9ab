import { DateTime } from 'luxon';

/** Of the days only those that every month has, so that no calendar has to be asked. */
const SURE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;
const UTC = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?Z$/;

/**
 * The time as RFC 3339 in UTC, digits below a millisecond kept where it is so already; without a zone it is taken for UTC,
 * wherever this runs. Undefined if it is no time, such as the 30th of February.
 */
export function utc(time: unknown): string | undefined {
  if (typeof time === 'number') return iso(DateTime.fromSeconds(time));
  if (typeof time !== 'string') return undefined;
  if (SURE.test(time)) return time;
  const read = DateTime.fromISO(time, { zone: 'utc' });
  return read.isValid && UTC.test(time) ? time : iso(read);
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
