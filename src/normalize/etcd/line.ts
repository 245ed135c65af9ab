import { AUTH_READERS, readAlarm, readMaintenance, readMember, readRejected, readSnapshot } from './administration.ts';
import { CHANGE, CREATION, DELETION, INFO, type Line, type Reader, type Reading, textOf } from './reading.ts';
import { readApply, readRequest } from './request.ts';
import { readArguments, readClientTls, readNoTls, readSettings } from './startup.ts';

/** What each message of etcd's log means; all other lines keep only their message. Sources: the named messages in etcd 3.4 to 3.6. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['request stats', readRequest],
  ['apply request took too long', readApply],
  ['rejected connection on client endpoint', readRejected('client')],
  ['rejected connection on peer endpoint', readRejected('peer')],
  ['rejected connection', readRejected('client')],
  ...Object.entries(AUTH_READERS),
  ['added member', readMember('member_added', CREATION)],
  ['removed member', readMember('member_removed', DELETION)],
  ['updated member', readMember('member_updated', CHANGE)],
  ['promote member', readMember('member_promoted', CHANGE)],
  ['promoted member', readMember('member_promoted', CHANGE)],
  ['sending database snapshot to client', readSnapshot('snapshot_sending')],
  ['successfully sent database snapshot to client', readSnapshot('snapshot_sent')],
  ['starting defragment', readMaintenance('defragment_started')],
  ['finished defragment', readMaintenance('defragment_finished')],
  ['finished scheduled compaction', readMaintenance('compaction_finished')],
  ['alarm raised', readAlarm('alarm_raised')],
  ['alarm disarmed', readAlarm('alarm_disarmed')],
  ['Running: ', readArguments],
  ['starting an etcd server', readSettings],
  ['starting with client TLS', readClientTls],
  ['serving client traffic insecurely; this is strongly discouraged!', readNoTls],
]);

/** Some messages go on with a size or a name of their own (3.4, 3.5). */
const BEGINNINGS: readonly (readonly [string, Reader])[] = [
  ['sending database snapshot to client', readSnapshot('snapshot_sending')],
  ['serving client traffic insecurely', readNoTls],
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
