import { hash } from 'node:crypto';
import type { DeadLetter } from '../model/deadletter.ts';
import type { LogRecord, Origin } from '../model/record.ts';
import type { Settings } from './settings.ts';

/** The dead letter of a record, or of one event in it. */
export const deadLetter = (record: LogRecord, origin: Origin, reason: string, settings: Settings): DeadLetter => ({
  '@timestamp': new Date(record.receivedAt ?? settings.now()).toISOString(),
  stage: 'normalize',
  reason,
  origin,
  sha256: hash('sha256', record.bytes, 'hex'),
  size: record.bytes.length,
});
