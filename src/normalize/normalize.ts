import { isAscii, isUtf8 } from 'node:buffer';
import type { DeadLetter } from '../model/deadletter.ts';
import type { Event } from '../model/event.ts';
import type { LogRecord, Origin } from '../model/record.ts';
import { type AuditEvent, auditFault, isFields } from './audit.ts';
import { deadLetter } from './deadletter.ts';
import { etcdEvent } from './etcd.ts';
import { kubernetesEvent } from './kubernetes.ts';
import type { Settings } from './settings.ts';

/** Where events and dead letters go as they are read; a record may hold many. */
export type Sink = {
  readonly event: (event: Event) => void;
  /** `bytes` are the record's, to be sealed or let go; they belong in no output as they are. */
  readonly deadLetter: (letter: DeadLetter, bytes: Buffer) => void;
};

type Fields = Readonly<Record<string, unknown>>;

/** Reads one record: audit events (single or EventList) and etcd log lines become events, anything else a dead letter. Never throws for what a record holds. */
export function normalize(record: LogRecord, settings: Settings, sink: Sink): void {
  try {
    const fault = read(record, settings, sink);
    if (fault !== undefined) sink.deadLetter(deadLetter(record, record.origin, fault, settings), record.bytes);
  } catch (error) {
    // Only what hostile input can provoke: nesting that exceeds the stack. Anything else is a defect of ours.
    if (!(error instanceof RangeError)) throw error;
    sink.deadLetter(deadLetter(record, record.origin, 'nested too deeply', settings), record.bytes);
  }
}

function read(record: LogRecord, settings: Settings, sink: Sink): string | undefined {
  const { bytes } = record;
  if (bytes.length === 0) return 'the record is empty';
  const ascii = isAscii(bytes);
  const text = ascii ? bytes.toString('latin1') : bytes.toString('utf8');
  const value = parsed(text);
  if (value === undefined) return isUtf8(bytes) ? 'not valid JSON' : 'not valid JSON, and not valid UTF-8 either';
  if (!isFields(value)) return 'expected a JSON object';
  if (value['kind'] === 'EventList') return readList(value, record, settings, sink);
  const whole = ascii && isBare(bytes) ? text : undefined;
  return readOne(value, record, record.origin, whole, settings, sink);
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

function readList(list: Fields, record: LogRecord, settings: Settings, sink: Sink): string | undefined {
  const items = list['items'];
  if (!Array.isArray(items)) return 'items: expected the events of an EventList';
  for (const [item, event] of items.entries()) {
    const origin: Origin = { ...record.origin, item };
    const fault = isFields(event)
      ? readOne(event, record, origin, undefined, settings, sink)
      : 'expected an audit event in the EventList';
    if (fault !== undefined) sink.deadLetter(deadLetter(record, origin, fault, settings), record.bytes);
  }
  return undefined;
}

function readOne(
  value: Fields,
  record: LogRecord,
  origin: Origin,
  text: string | undefined,
  settings: Settings,
  sink: Sink,
): string | undefined {
  if (isAudit(value)) {
    const fault = auditFault(value);
    if (fault === undefined) sink.event(kubernetesEvent(value as AuditEvent, { record, origin, text }, settings));
    return fault;
  }
  if (typeof value['msg'] === 'string') {
    sink.event(etcdEvent(value, record, origin, settings));
    return undefined;
  }
  return 'neither a Kubernetes audit event nor an etcd log line';
}

const isAudit = ({ kind, apiVersion, auditID, stage }: Fields): boolean =>
  typeof apiVersion === 'string' && apiVersion.startsWith('audit.k8s.io/')
    ? kind === 'Event'
    : auditID !== undefined && stage !== undefined;

/** The dead letter of a line that was too long to read. */
export const tooLong = (origin: Origin, settings: Settings): DeadLetter =>
  deadLetter(
    { bytes: NOTHING, origin, cluster: undefined, receivedAt: undefined },
    origin,
    'the line is too long',
    settings,
  );

const NOTHING = Buffer.alloc(0);
