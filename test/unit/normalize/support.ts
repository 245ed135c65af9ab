import type { DeadLetter } from '../../../src/model/deadletter.ts';
import type { Event } from '../../../src/model/event.ts';
import type { Origin } from '../../../src/model/record.ts';
import { normalize } from '../../../src/normalize/normalize.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';

export const NOW = Date.parse('2026-11-23T12:00:00Z');

export type Outcome = { readonly events: readonly Event[]; readonly deadLetters: readonly DeadLetter[] };

type Raw = string | Buffer | object;

/** Normalises one record as it would come from line 1 of a file. */
export const normalized = (record: Raw, line = 1, cluster?: string, redact: readonly string[] = []): Outcome =>
  normalizedAt([{ record, origin: { file: 'test.log', line }, cluster }], redact);

/** Normalises records as the lines of one file, from line `first` on. */
export const normalizedAll = (records: readonly Raw[], first = 1, cluster?: string): Outcome =>
  normalizedAt(records.map((record, i) => ({ record, origin: { file: 'test.log', line: first + i }, cluster })));

export type Placed = { readonly record: Raw; readonly origin: Origin; readonly cluster?: string | undefined };

/** Normalises records from wherever, one after the other with one memory. */
export function normalizedAt(placed: readonly Placed[], redact: readonly string[] = []): Outcome {
  const settings = normalizeSettings('keywarden', () => NOW, redact);
  const events: Event[] = [];
  const deadLetters: DeadLetter[] = [];
  for (const { record, origin, cluster } of placed) {
    const text = typeof record === 'string' ? record : JSON.stringify(record);
    const bytes = Buffer.isBuffer(record) ? record : Buffer.from(text);
    normalize({ bytes, origin, cluster, receivedAt: undefined }, settings, {
      event: event => events.push(event),
      deadLetter: letter => deadLetters.push(letter),
    });
  }
  return { events, deadLetters };
}

/** An audit event of the API server with all that is usual, changed by `fields`. */
export const auditEvent = (fields: object = {}): Record<string, unknown> => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: '846bbec9-f873-4a5a-b2e2-7421efc0f6b1',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/dev/pods/web',
  verb: 'get',
  user: { username: 'alice', uid: 'u1', groups: ['dev', 'system:authenticated'] },
  sourceIPs: ['10.0.0.7'],
  userAgent: 'kubectl/v1.34.4',
  objectRef: { resource: 'pods', namespace: 'dev', name: 'web', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: '2026-11-23T05:13:03.076759Z',
  stageTimestamp: '2026-11-23T05:13:03.080000Z',
  ...fields,
  // The last, as the API server writes them.
  annotations:
    'annotations' in fields
      ? fields.annotations
      : { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
});
