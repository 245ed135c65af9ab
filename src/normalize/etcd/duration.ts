const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};
const PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/g;

/** A Go duration such as `1m2.5s` or `870.5µs` in whole nanoseconds; undefined for anything else. */
export function nanoseconds(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length > 64) return undefined;
  let total = 0;
  let length = 0;
  for (const [part, amount, unit = ''] of text.matchAll(PART)) {
    total += Number(amount) * (NANOSECONDS[unit] ?? 0);
    length += part.length;
  }
  return length === text.length && length > 0 ? Math.round(total) : undefined;
}
