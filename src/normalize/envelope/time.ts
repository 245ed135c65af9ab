const MILLIS_FROM = 1e11;
const NANOS_FROM = 1e16;
/** The end of the year 9999. */
const MAX_MILLIS = 253_402_300_799_999;

/** Milliseconds since 1970 of a time as shippers write it: ISO 8601, without a zone in UTC, or a number of seconds, milliseconds or nanoseconds. */
export function millisOf(time: unknown): number | undefined {
  const millis =
    typeof time === 'string' ? Date.parse(zoned(time)) : typeof time === 'number' ? scaled(time) : Number.NaN;
  return millis >= 0 && millis <= MAX_MILLIS ? Math.floor(millis) : undefined;
}

/** No log is older than 1973 in milliseconds, which as seconds would be the year 5138. */
const scaled = (time: number): number => (time >= NANOS_FROM ? time / 1e6 : time >= MILLIS_FROM ? time : time * 1e3);

const ZONE = /(?:Z|GMT|UTC|:\d\d(?:[.,]\d{1,9})? ?[+-]\d\d(?::?\d\d)?)$/i;

/** Without one `Date.parse` takes the zone of the machine. */
const zoned = (time: string): string => (ZONE.test(time) ? time : `${time}Z`);
