import type { EtcdFields } from '../../model/event.ts';

/** The keys of a request as binary text: from `start` on and below `end`; `end` undefined has no bound. */
export type Interval = { readonly start: string; readonly end: string | undefined; readonly single: boolean };

const NUL = '\0';

/** What etcd makes of `key` and `range_end`. Source: etcd api/v3 rpc.proto, RangeRequest. */
export function intervalOf(key: string, rangeEnd: string): Interval {
  if (rangeEnd === '') return { start: key, end: `${key}${NUL}`, single: true };
  return { start: key, end: rangeEnd === NUL ? undefined : rangeEnd, single: false };
}

/** How the keys of a request relate to its `key`. */
export function spanOf(key: string, rangeEnd: string): NonNullable<EtcdFields['key_span']> {
  if (rangeEnd === '') return 'key';
  if (rangeEnd === NUL) return key === NUL || key === '' ? 'all' : 'range';
  return rangeEnd === prefixEnd(key) ? 'prefix' : 'range';
}

/** The first key behind all that begin with `prefix`: its last byte below 0xff, one higher. Undefined where there is no bound. */
export function prefixEnd(prefix: string): string | undefined {
  for (let i = prefix.length - 1; i >= 0; i -= 1) {
    const byte = prefix.charCodeAt(i);
    if (byte < 0xff) return prefix.slice(0, i) + String.fromCharCode(byte + 1);
  }
  return undefined;
}

/** Whether any key of the interval begins with `prefix`. */
export function reaches({ start, end }: Interval, prefix: string): boolean {
  const behind = prefixEnd(prefix);
  return (behind === undefined || start < behind) && (end === undefined || end > prefix);
}

/** Whether every key of the interval begins with `prefix`. */
export const liesIn = ({ start, end }: Interval, prefix: string): boolean =>
  start.startsWith(prefix) && end !== undefined && (end.startsWith(prefix) || end === prefixEnd(prefix));
