import type { DeadLetter } from '../../../src/model/deadletter.ts';
import type { Event } from '../../../src/model/event.ts';
import { normalize } from '../../../src/normalize/normalize.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';

export const NOW = Date.parse('2026-11-23T12:00:00Z');
export const SETTINGS = normalizeSettings('keywarden', () => NOW);

export type Outcome = { readonly events: readonly Event[]; readonly deadLetters: readonly DeadLetter[] };

/** Normalises one record as it would come from line 1 of a file. */
export function normalized(record: string | Buffer | object, line = 1, cluster?: string): Outcome {
  const events: Event[] = [];
  const deadLetters: DeadLetter[] = [];
  const bytes = Buffer.isBuffer(record)
    ? record
    : Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
  normalize({ bytes, origin: { file: 'test.log', line }, cluster, receivedAt: undefined }, SETTINGS, {
    event: event => events.push(event),
    deadLetter: letter => deadLetters.push(letter),
  });
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
