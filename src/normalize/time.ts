import { DateTime } from 'luxon';

const UTC = /^\d{4}-(?:0[1-9]|1[0-2])-([0-3]\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** Days that every month has, so that no calendar has to be asked. */
const SURE_DAYS = /-(?:0[1-9]|1\d|2[0-8])T/;

/**
 * The time as RFC 3339 in UTC, digits below a millisecond kept where it is so already; without a zone it is taken for UTC,
 * wherever this runs. Undefined if it is no time, such as the 30th of February.
 */
export function utc(time: unknown): string | undefined {
  if (typeof time === 'number') return iso(DateTime.fromSeconds(time));
  if (typeof time !== 'string') return undefined;
  if (!UTC.test(time)) return iso(DateTime.fromISO(time, { zone: 'utc' }));
  return SURE_DAYS.test(time) || DateTime.fromISO(time).isValid ? time : undefined;
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
