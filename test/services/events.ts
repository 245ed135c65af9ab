/** An audit event of about `bytes` bytes (300 at least) that is told from all others by its audit id `id-<n>`. */
export function auditRecord(n: number, bytes = 300): string {
  const event = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `id-${n}`,
    stage: 'ResponseComplete',
    requestURI: '/api/v1/namespaces/default/configmaps',
    verb: 'list',
    user: { username: 'system:serviceaccount:default:worker', groups: ['system:authenticated'] },
    sourceIPs: ['10.0.0.7'],
    objectRef: { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-01-01T00:00:00.000000Z',
    stageTimestamp: '2026-01-01T00:00:00.100000Z',
  };
  const padding = bytes - JSON.stringify(event).length;
  return JSON.stringify(padding > 20 ? { ...event, userAgent: 'u'.repeat(padding) } : event);
}

/** The events `from` to `from + count - 1`. */
export const auditRecords = (count: number, from = 0, bytes?: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => auditRecord(from + i, bytes));
