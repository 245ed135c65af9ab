import type { DeadLetter } from '../model/deadletter.ts';
import type { Subject } from '../model/event.ts';
import { identify } from '../model/identity.ts';
import type { LogRecord } from '../model/record.ts';
import { isFields } from './audit.ts';
import { deadLetter } from './deadletter.ts';
import { parsed } from './parsed.ts';
import type { Settings } from './settings.ts';

/** A JSON object as it is, for rules about logs that Keywarden does not know. */
export function jsonSubject(record: LogRecord, settings: Settings): Subject | DeadLetter {
  const text = record.bytes.toString('utf8');
  const document = parsed(text);
  if (document === undefined) return deadLetter(record, record.origin, 'not valid JSON', settings);
  if (!isFields(document)) return deadLetter(record, record.origin, 'expected a JSON object', settings);
  const id = identify(text, JSON.stringify(record.origin));
  return { id, dataset: 'json', document, origin: record.origin, judged: true };
}
