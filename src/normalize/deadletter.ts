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
  sha256: hashOf(record.bytes),
  size: record.bytes.length,
});

/** A record of many bad events is hashed once, or it would cost the square of its size. */
const hashes = new WeakMap<Buffer, string>();

function hashOf(bytes: Buffer): string {
  const known = hashes.get(bytes);
  if (known !== undefined) return known;
  const sha256 = hash('sha256', bytes, 'hex');
  hashes.set(bytes, sha256);
  return sha256;
}
