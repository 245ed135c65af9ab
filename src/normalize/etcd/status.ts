import type { Reading } from './reading.ts';

const OK = ['ok', '0'];
const STATUS = /^\w{1,40}$/;

/** How a call ended, by the number or the name of its gRPC status; unknown without one. */
export function statusOf(status: unknown): Pick<Reading, 'outcome' | 'reason'> {
  const text = typeof status === 'number' || typeof status === 'string' ? String(status) : '';
  if (!STATUS.test(text)) return { outcome: 'unknown' };
  return OK.includes(text.toLowerCase())
    ? { outcome: 'success' }
    : { outcome: 'failure', reason: `gRPC status ${text}` };
}
