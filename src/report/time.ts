/** A time of RFC 3339 as people read it, to the millisecond. */
export const clock = (time: string): string => time.replace('T', ' ').replace('Z', '').slice(0, LENGTH);

/** `to` without its day where that is the one of `from`. */
export const since = (from: string, to: string): string =>
  from.slice(0, DAY) === to.slice(0, DAY) ? clock(to).slice(DAY + 1) : clock(to);

const LENGTH = '2026-11-23 05:13:11.602'.length;
const DAY = '2026-11-23'.length;
