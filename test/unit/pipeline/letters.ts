import { hash } from 'node:crypto';
import type { DeadLetter, FiledLetter } from '../../../src/model/deadletter.ts';

/** A letter of the record at this offset of the topic `audit`. */
export const letterOf = (offset: number, fields: Partial<DeadLetter> = {}): DeadLetter => ({
  '@timestamp': '2026-11-23T12:00:00.000Z',
  stage: 'normalize',
  reason: 'not valid JSON',
  origin: { topic: 'audit', partition: 0, offset },
  sha256: hash('sha256', `record ${offset}`, 'hex'),
  size: 8,
  ...fields,
});

/** The same as it lies in the dead-letter topic, at the same offset there where no other is said. */
export const filed = (offset: number, fields: Partial<DeadLetter> = {}, sealed = false, at = offset): FiledLetter => ({
  place: { topic: 'dead', partition: 0, offset: at },
  at: '2026-11-23T12:00:01.000Z',
  letter: letterOf(offset, fields),
  sealed,
});
