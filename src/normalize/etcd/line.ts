import { AUTH_READERS, readAlarm, readMaintenance, readRejected, readSnapshot } from './administration.ts';
import { readEntry } from './entry.ts';
import { INTEGRITY_READERS } from './integrity.ts';
import { MEMBER_READERS } from './membership.ts';
import { INFO, type Line, type Reader, type Reading, textOf } from './reading.ts';
import { readApply, readFailedApply, readRequest } from './request.ts';
import { STARTUP_BEGINNINGS, STARTUP_READERS } from './startup.ts';

/** What each message of etcd's log means; all other lines keep only their message. Sources: the named messages in etcd 3.4 to 3.6. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['request stats', readRequest],
  ['apply request took too long', readApply],
  ['failed to apply request', readFailedApply],
  ['applyEntryNormal', readEntry],
  ['rejected connection on client endpoint', readRejected('client')],
  ['rejected connection on peer endpoint', readRejected('peer')],
  ['rejected connection', readRejected('client')],
  ...Object.entries(AUTH_READERS),
  ...Object.entries(MEMBER_READERS),
  ...Object.entries(INTEGRITY_READERS),
  ['sending database snapshot to client', readSnapshot('snapshot_sending')],
  ['successfully sent database snapshot to client', readSnapshot('snapshot_sent')],
  ['starting defragment', readMaintenance('defragment_started')],
  ['finished defragment', readMaintenance('defragment_finished')],
  ['finished scheduled compaction', readMaintenance('compaction_finished')],
  ['alarm raised', readAlarm('alarm_raised')],
  ['alarm disarmed', readAlarm('alarm_disarmed')],
  ...Object.entries(STARTUP_READERS),
]);

/** Some messages go on with a size or a name of their own (3.4, 3.5). */
const BEGINNINGS: readonly (readonly [string, Reader])[] = [
  ['sending database snapshot to client', readSnapshot('snapshot_sending')],
  ...Object.entries(STARTUP_BEGINNINGS),
];

/** Reads a line of etcd's log, whose message is `msg`. Never throws. */
export function readLine(line: Line): Reading {
  const message = textOf(line, 'msg') ?? '';
  const reader = READERS.get(message) ?? BEGINNINGS.find(([beginning]) => message.startsWith(beginning))?.[1];
  return reader === undefined ? readOther(message, !SPARING.has(textOf(line, 'level') ?? '')) : reader(line);
}

/** The levels of zap at which etcd prints no values; any other, or none, is taken for debug. */
const SPARING: ReadonlySet<string> = new Set(['info', 'warn', 'error', 'dpanic', 'panic', 'fatal']);

/**
 * Any other line. None of its fields is kept, and of a debug message only what comes before the first quotation: at that
 * level etcd prints the values of Secrets and the hashes of passwords.
 */
function readOther(message: string, debug: boolean): Reading {
  const shown = debug ? message.split(/["'`{[<]/, 1)[0] : undefined;
  return { action: 'log', type: INFO, outcome: 'unknown', message: shown, etcd: { line: 'log' } };
}
