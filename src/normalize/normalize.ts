import { isAscii, isUtf8 } from 'node:buffer';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
import type { LogRecord, Origin } from '../model/record.ts';
import { type AuditEvent, auditFault, type Fields, isFields } from './audit.ts';
import { deadLetter } from './deadletter.ts';
import { isPacked } from './envelope/packed.ts';
import { NOT_JSON, type Piece, unwrap } from './envelope/unwrap.ts';
import { readEnvoy } from './etcd/envoy.ts';
import { readRecord } from './etcd/record.ts';
import { etcdEvent, etcdLineEvents } from './etcd.ts';
import { kubernetesEvent } from './kubernetes.ts';
import { bare, type Place } from './place.ts';
import { isMerged, type Kind, kindOf } from './recognise.ts';
import type { Settings } from './settings.ts';
import { upgraded } from './versions.ts';

/** Where events and dead letters go as they are read; a record may hold many. */
export type Sink = {
  readonly event: (event: Event) => void;
  /** `bytes` are the record's, to be sealed or let go; they belong in no output as they are. */
  readonly deadLetter: (letter: DeadLetter, bytes: Buffer) => void;
};

/**
 * Reads one record: audit events, lines of etcd's log and records of calls to etcd become events, alone or in any
 * envelope; anything else is a dead letter with the reason. Never throws for what a record holds.
 */
export function normalize(record: LogRecord, settings: Settings, sink: Sink): void {
  try {
    const fault = read(record, settings, sink);
    if (fault !== undefined) sink.deadLetter(deadLetter(record, record.origin, fault, settings), record.bytes);
  } catch (error) {
    sink.deadLetter(deadLetter(record, record.origin, tooDeep(error), settings), record.bytes);
  }
}

/** Only what hostile input can provoke: nesting that exceeds the stack. Anything else is a defect of ours. */
function tooDeep(error: unknown): string {
  if (!(error instanceof RangeError)) throw error;
  return 'nested too deeply';
}

function read(record: LogRecord, settings: Settings, sink: Sink): string | undefined {
  const { bytes } = record;
  if (bytes.length === 0) return 'the record is empty';
  const ascii = isAscii(bytes);
  const text = ascii ? bytes.toString('latin1') : bytes.toString('utf8');
  const value = parsed(text);
  if (isFields(value)) {
    const kind = kindOf(value);
    if (kind !== undefined && !isMerged(value)) {
      return emit(kind, value, bare(record, ascii && isBare(bytes) ? text : undefined), settings, sink);
    }
  }
  const content = isFields(value) || Array.isArray(value) ? value : isPacked(bytes) ? bytes : text;
  readPieces(unwrap(content), record, settings, sink);
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NEWLINE = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether the bytes can stand as a value inside one line of a bulk body. */
const isBare = (bytes: Buffer): boolean =>
  bytes[0] === OPEN && bytes[bytes.length - 1] === CLOSE && !bytes.includes(NEWLINE);

function emit(kind: Kind, value: Fields, place: Place, settings: Settings, sink: Sink): string | undefined {
  if (kind === 'audit') return emitAudit(value, place, settings, sink);
  if (kind === 'etcd') for (const event of etcdLineEvents(value, place, settings)) sink.event(event);
  else if (kind === 'envoy') sink.event(etcdEvent(readEnvoy(value), value, 'start_time', place, settings));
  else return emitRecord(value['etcd_request'], place, settings, sink);
  return undefined;
}

function emitRecord(value: unknown, place: Place, settings: Settings, sink: Sink): string | undefined {
  if (!isFields(value)) return 'etcd_request: expected an object';
  const reading = readRecord(value);
  if (typeof reading === 'string') return reading;
  sink.event(etcdEvent(reading, value, 'time', place, settings));
  return undefined;
}

function emitAudit(value: Fields, place: Place, settings: Settings, sink: Sink): string | undefined {
  const event = upgraded(value);
  const fault = auditFault(event);
  if (fault !== undefined) return fault;
  sink.event(kubernetesEvent(event as AuditEvent, event === value ? place : { ...place, text: undefined }, settings));
  return undefined;
}

function readPieces(pieces: readonly Piece[], record: LogRecord, settings: Settings, sink: Sink): void {
  for (const [item, piece] of pieces.entries()) {
    const origin = pieces.length === 1 && !piece.listed ? record.origin : { ...record.origin, item };
    try {
      const fault = readPiece(piece, record, origin, settings, sink);
      if (fault !== undefined) sink.deadLetter(deadLetter(record, origin, fault, settings), record.bytes);
    } catch (error) {
      sink.deadLetter(deadLetter(record, origin, tooDeep(error), settings), record.bytes);
    }
  }
}

function readPiece(
  piece: Piece,
  record: LogRecord,
  origin: Origin,
  settings: Settings,
  sink: Sink,
): string | undefined {
  const { found, kinds, time, cluster, position } = piece;
  if ('fault' in found) return found.fault === NOT_JSON ? notJson(record) : found.fault;
  const bytes = found.text === undefined ? undefined : Buffer.from(found.text);
  const fault = emit(
    found.kind,
    found.value,
    {
      origin,
      // What the operator says of a topic stands before what a record says of itself.
      cluster: record.cluster ?? cluster,
      receivedAt: time ?? record.receivedAt,
      bytes,
      text: bytes !== undefined && isAscii(bytes) && isBare(bytes) ? found.text : undefined,
      envelope: kinds[0],
      position,
    },
    settings,
    sink,
  );
  return fault === undefined || kinds.length === 0 ? fault : `${kinds.join(', ')}: ${fault}`;
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
