import { isAscii, isUtf8 } from 'node:buffer';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
import type { LogRecord, Origin } from '../model/record.ts';
import { type AuditEvent, auditFault, type Fields, isFields } from './audit.ts';
import { hasBodiesOnce } from './bodies.ts';
import { deadLetter } from './deadletter.ts';
import { isPacked } from './envelope/packed.ts';
import { NOT_JSON, type Piece, unwrap } from './envelope/unwrap.ts';
import { readEnvoy } from './etcd/envoy.ts';
import { textOf } from './etcd/reading.ts';
import { readRecord } from './etcd/record.ts';
import { readWatch } from './etcd/watch.ts';
import { etcdEvent, etcdLineEvents } from './etcd.ts';
import { kubernetesEvent } from './kubernetes.ts';
import { parsed } from './parsed.ts';
import { bare, type Place } from './place.ts';
import { isMerged, type Kind, kindOf } from './recognise.ts';
import type { Settings } from './settings.ts';
import { upgraded, withoutNulls } from './versions.ts';

/** Where events and dead letters go as they are read; a record may hold many. */
export type Sink = {
  readonly event: (event: Event) => void;
  /** `bytes` are the record's, to be sealed or let go; they belong in no output as they are. */
  readonly deadLetter: (letter: DeadLetter, bytes: Buffer) => void;
};

/**
 * Reads one record: audit events, lines of etcd's log and records of calls to etcd become events, alone or in any
 * envelope; anything else is a dead letter with the reason. Never throws for what a record holds; what the sink throws
 * passes through.
 */
export function normalize(record: LogRecord, settings: Settings, sink: Sink): void {
  const outcome = read(record, settings);
  if (typeof outcome === 'object' && 'pieces' in outcome) readPieces(outcome.pieces, record, settings, sink);
  else hand(outcome, record, record.origin, settings, sink);
}

/** What was read: one event, several, or the reason why there is none. Made before the sink sees any of it. */
type Outcome = Event | readonly Event[] | string;

function hand(outcome: Outcome, record: LogRecord, origin: Origin, settings: Settings, sink: Sink): void {
  if (typeof outcome === 'string') sink.deadLetter(deadLetter(record, origin, outcome, settings), record.bytes);
  else if ('id' in outcome) sink.event(outcome);
  else for (const event of outcome) sink.event(event);
}

function read(record: LogRecord, settings: Settings): Outcome | { readonly pieces: readonly Piece[] } {
  try {
    const { bytes } = record;
    if (bytes.length === 0) return 'the record is empty';
    const ascii = isAscii(bytes);
    const text = ascii ? bytes.toString('latin1') : bytes.toString('utf8');
    const value = parsed(text);
    if (isFields(value)) {
      const kind = kindOf(value);
      if (kind !== undefined && !isMerged(kind, value)) {
        return outcomeOf(kind, value, bare(record, ascii && isBare(bytes) ? text : undefined), settings);
      }
    }
    const content = isFields(value) || Array.isArray(value) ? value : isPacked(bytes) ? bytes : text;
    return { pieces: unwrap(content) };
  } catch (error) {
    return tooDeep(error);
  }
}

/** Only what hostile input can provoke: nesting that exceeds the stack. Anything else is a defect of ours. */
function tooDeep(error: unknown): string {
  if (!(error instanceof RangeError)) throw error;
  return 'nested too deeply';
}

const NEWLINE = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether the bytes can stand as a value inside one line of a bulk body. */
const isBare = (bytes: Buffer): boolean =>
  bytes[0] === OPEN && bytes[bytes.length - 1] === CLOSE && !bytes.includes(NEWLINE);

function outcomeOf(kind: Kind, value: Fields, place: Place, settings: Settings): Outcome {
  if (kind === 'audit') return auditOutcome(value, place, settings);
  if (kind === 'etcd') return etcdLineEvents(value, place, settings);
  if (kind === 'envoy') return etcdEvent(readEnvoy(value), value, 'start_time', place, settings);
  if (kind === 'etcd_watch') return watchOutcome(value['etcd_watch'], place, settings);
  return recordOutcome(value['etcd_request'], place, settings);
}

function recordOutcome(value: unknown, place: Place, settings: Settings): Outcome {
  if (!isFields(value)) return 'etcd_request: expected an object';
  const reading = readRecord(value);
  return typeof reading === 'string' ? reading : etcdEvent(reading, value, 'time', place, settings);
}

const NO_EVENTS: readonly Event[] = [];

function watchOutcome(value: unknown, place: Place, settings: Settings): Outcome {
  if (!isFields(value)) return 'etcd_watch: expected an object';
  const cluster = place.cluster ?? textOf(value, 'cluster');
  const reading = readWatch(value, cluster);
  if (reading === undefined) return NO_EVENTS;
  return typeof reading === 'string' ? reading : etcdEvent(reading, value, 'seen', { ...place, cluster }, settings);
}

function auditOutcome(value: Fields, place: Place, settings: Settings): Outcome {
  const event = upgraded(value);
  const fault = auditFault(event);
  if (fault === undefined) {
    const isOwn = event === value && (place.text === undefined || hasBodiesOnce(value, place.text));
    return kubernetesEvent(event as AuditEvent, isOwn ? place : { ...place, text: undefined }, settings);
  }
  // Nothing is asked of the events that have no fault.
  const told = withoutNulls(event);
  if (told === event) return fault;
  return auditFault(told) ?? kubernetesEvent(told as AuditEvent, { ...place, text: undefined }, settings);
}

function readPieces(pieces: readonly Piece[], record: LogRecord, settings: Settings, sink: Sink): void {
  for (const [item, piece] of pieces.entries()) {
    const origin = pieces.length === 1 && !piece.listed ? record.origin : { ...record.origin, item };
    hand(pieceOutcome(piece, record, origin, settings), record, origin, settings, sink);
  }
}

function pieceOutcome(piece: Piece, record: LogRecord, origin: Origin, settings: Settings): Outcome {
  const { found, kinds, time, cluster, position } = piece;
  if ('fault' in found) return found.fault === NOT_JSON ? notJson(record) : found.fault;
  const bytes = found.text === undefined ? undefined : Buffer.from(found.text);
  const place = {
    origin,
    // What the operator says of a topic stands before what a record says of itself.
    cluster: record.cluster ?? cluster,
    receivedAt: time ?? record.receivedAt,
    bytes,
    text: bytes !== undefined && isAscii(bytes) && isBare(bytes) ? found.text : undefined,
    envelope: kinds[0],
    position,
  };
  try {
    const outcome = outcomeOf(found.kind, found.value, place, settings);
    return typeof outcome === 'string' && kinds.length > 0 ? `${kinds.join(', ')}: ${outcome}` : outcome;
  } catch (error) {
    return tooDeep(error);
  }
}

const notJson = ({ bytes }: LogRecord): string =>
  isUtf8(bytes) ? NOT_JSON : `${NOT_JSON}, and not valid UTF-8 either`;

/** The dead letter of a line that was too long to read. */
export const tooLong = (origin: Origin, settings: Settings): DeadLetter =>
  deadLetter(
    { bytes: NOTHING, origin, cluster: undefined, receivedAt: undefined },
    origin,
    'the line is too long',
    settings,
  );

const NOTHING = Buffer.alloc(0);
