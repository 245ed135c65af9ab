import { MatcherFault } from './faults.ts';

/** A number that a date holds, and its bounds. */
export type TimePart = {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly read: (date: Written) => number | undefined;
};

/** A date as it was written: nothing is moved to another zone. */
type Written = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number | undefined;
  readonly minute: number | undefined;
};

const part = (name: string, least: number, most: number, read: TimePart['read']): TimePart => ({
  name,
  least,
  most,
  read,
});

/** Source: Sigma modifiers appendix 2.1, "Time Modifiers"; weeks are those of ISO 8601, so some years have 53. */
export const MINUTE = part('minute', 0, 59, ({ minute }) => minute);
export const HOUR = part('hour', 0, 23, ({ hour }) => hour);
export const DAY = part('day', 1, 31, ({ day }) => day);
export const WEEK = part('week', 1, 53, weekOf);
export const MONTH = part('month', 1, 12, ({ month }) => month);
export const YEAR = part('year', 0, 9_999, ({ year }) => year);

/** RFC 3339, or a date alone. */
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})|$)/;

/** The number that the part is in a date; undefined where the value is no date or does not tell it. */
export function partOf(value: unknown, { read }: TimePart): number | undefined {
  const match = typeof value === 'string' ? DATE.exec(value) : null;
  if (match === null) return undefined;
  const [, year, month, day, hour, minute] = match;
  return read({
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: hour === undefined ? undefined : Number(hour),
    minute: minute === undefined ? undefined : Number(minute),
  });
}

/** The number that a rule asks for. Throws MatcherFault where no date has it. */
export function wantedPart(value: unknown, { name, least, most }: TimePart): number {
  const wanted = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof wanted === 'number' && Number.isInteger(wanted) && wanted >= least && wanted <= most) return wanted;
  throw new MatcherFault(`${name} takes a whole number from ${least} to ${most}`);
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The week of ISO 8601: the one that holds the year's first Thursday is week 1. */
function weekOf({ year, month, day }: Written): number {
  const date = Date.UTC(year, month - 1, day);
  const weekday = (new Date(date).getUTCDay() + 6) % 7;
  const thursday = date + (3 - weekday) * DAY_MS;
  const start = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1);
  return Math.floor((thursday - start) / (7 * DAY_MS)) + 1;
}
