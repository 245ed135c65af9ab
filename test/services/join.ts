import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditRecord } from './events.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

/** A write in etcd that no request explains, and what is said where nobody can know. */
export const UNEXPLAINED = join(mkdtempSync(join(tmpdir(), 'keywarden-rules-')), 'rules.yml');
writeFileSync(
  UNEXPLAINED,
  `title: A request
id: 11111111-1111-4111-8111-111111111111
name: request
level: low
logsource: { product: kubernetes, service: audit }
detection: { s: { verb: list }, condition: s }
falsepositives: [none]
---
title: A write that no request explains
id: 88888888-8888-4888-8888-888888888888
level: high
logsource: { product: etcd, service: server }
detection: { s: { etcd.operation: write }, condition: s }
falsepositives: [none]
keywarden:
  group: [orchestrator.namespace]
  message: '{etcd.key} was written and nobody asked for it'
  look_first: Look at who reaches etcd.
  suppress: 60s
  without: { within: 2s, rules: [{ rule: request, by: [orchestrator.namespace] }] }
---
title: Nobody knows
id: 99999999-9999-4999-8999-999999999999
level: medium
logsource: { product: kubernetes, service: audit }
detection: { s: { event.action: blind }, condition: s }
falsepositives: [none]
keywarden: { group: [orchestrator.cluster.name], message: '{message}', look_first: Look at the log., suppress: 60s }
`,
);

const timeOf = (second: number): string => new Date(START + second * 1_000).toISOString();

/** A request in the namespace, seconds after the beginning. */
export const requestIn = (namespace: string, second: number): string =>
  JSON.stringify({
    ...(JSON.parse(auditRecord(second)) as object),
    objectRef: { resource: 'configmaps', namespace, apiVersion: 'v1' },
    requestReceivedTimestamp: timeOf(second),
    stageTimestamp: timeOf(second),
  });

/** A write below the namespace, as etcd 3.5 logs it. */
export function writeIn(namespace: string, second: number): string {
  const key = `key:"/registry/configmaps/${namespace}/cm${second}"`;
  return JSON.stringify({
    ...{ level: 'debug', ts: timeOf(second), caller: 'v3rpc/interceptor.go:182', msg: 'request stats' },
    'start time': timeOf(second),
    'time spent': '1ms',
    remote: '127.0.0.1:56046',
    'response type': '/etcdserverpb.KV/Txn',
    ...{ 'request count': 1, 'request size': 40, 'response count': 0, 'response size': 36 },
    'request content': `compare:<result:GREATER target:MOD ${key} mod_revision:0 > success:<request_put:<${key} value_size:2 >> failure:<request_range:<${key} > >`,
  });
}
