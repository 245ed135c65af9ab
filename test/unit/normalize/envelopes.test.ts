import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import type { Event } from '../../../src/model/event.ts';
import { auditEvent, NOW, normalized } from './support.ts';
import { DECODED, DECODED_AUDIT, WRAPPINGS } from './wrappings.ts';

/** The document without what the envelope may change. */
const content = (event: Event | undefined): unknown => {
  const { keywarden, ...document } = JSON.parse(JSON.stringify(event?.document ?? {}));
  return { ...document, keywarden: { ...keywarden, origin: undefined, envelope: undefined } };
};

const AUDIT = JSON.stringify(auditEvent());
const REQUEST = {
  level: 'info',
  ts: '2026-11-23T05:13:11.995213Z',
  caller: 'v3rpc/interceptor.go:202',
  msg: 'request stats',
  'start time': '2026-11-23T05:13:11.994845Z',
  'time spent': '364.156µs',
  remote: '10.0.0.7:41981',
  'response type': '/etcdserverpb.KV/Range',
  'request count': 0,
  'request size': 38,
  'response count': 3,
  'response size': 847,
  'request content': 'key:"/registry/secrets/dev/db" limit:1 ',
};
const { level, ts, caller, msg, ...context } = REQUEST;
const CONSOLE = [ts, level, caller, msg, JSON.stringify(context)].join('\t');

for (const { name, envelope, wrap } of [...WRAPPINGS, ...DECODED, ...DECODED_AUDIT]) {
  test(`an audit event in ${name} is the event by itself`, () => {
    const [bare] = normalized(AUDIT).events;
    const { events, deadLetters } = normalized(wrap(AUDIT));
    expect(deadLetters).toEqual([]);
    expect(events.map(content)).toEqual([content(bare)]);
    expect(events[0]?.document.keywarden).toEqual({ ...bare?.document.keywarden, envelope });
  });
}

for (const { name, envelope, wrap } of [...WRAPPINGS, ...DECODED]) {
  test(`a line of etcd in ${name} is the line by itself`, () => {
    const [bare] = normalized(REQUEST).events;
    const { events, deadLetters } = normalized(wrap(JSON.stringify(REQUEST)));
    expect(deadLetters).toEqual([]);
    expect(events.map(event => withoutId(content(event)))).toEqual([withoutId(content(bare))]);
    expect(events[0]?.document.keywarden.envelope).toBe(envelope);
  });
}

for (const { name, wrap } of WRAPPINGS) {
  test(`a line of etcd for people in ${name} is its JSON line`, () => {
    const [bare] = normalized(REQUEST).events;
    expect(normalized(wrap(CONSOLE)).events.map(event => withoutId(content(event)))).toEqual([
      withoutId(content(bare)),
    ]);
  });
}

const withoutId = (document: unknown): unknown => {
  const { event, ...rest } = document as { event: object };
  return { ...rest, event: { ...event, id: undefined } };
};

const consoles: [name: string, line: string, expected: object][] = [
  ['a message alone', `${ts}\tINFO\tready`, { message: 'ready', log: { level: 'info' } }],
  ['a logger', `${ts}\twarn\traft\traft/raft.go:1\tbecame leader`, { message: 'became leader' }],
  ['a stack behind it', `${ts}\terror\ta.go:1\tfailed\t{"error": "x"}\ngoroutine 1\n\ta.go`, { message: 'failed' }],
  ['a tab in its message', `${ts}\tinfo\ta.go:1\ta\tb`, { message: 'a\tb' }],
  ['fields that pose as the head', `${ts}\tinfo\ta.go:1\ta\t{"msg": "b", "ts": 7}`, { message: 'a', '@timestamp': ts }],
];
for (const [name, line, expected] of consoles) {
  test(`a line of etcd for people with ${name}`, () =>
    expect(content(normalized(line).events[0])).toMatchObject(expected));
}

test('the text in an envelope is spliced into the document as a bare record is', () => {
  const [bare] = normalized(AUDIT).events;
  const [wrapped] = normalized({ '@timestamp': 1, log: AUDIT }).events;
  expect(wrapped?.verbatim?.annotationsAt).toBe(bare?.verbatim?.annotationsAt);
  expect(wrapped?.verbatim?.bytes.toString()).toBe(AUDIT);
});

test('secrets are cut in an envelope as in a bare record', () => {
  const secret = auditEvent({
    objectRef: { resource: 'secrets' },
    responseObject: { kind: 'Secret', data: { password: 'aHVudGVyMg==' } },
  });
  for (const { wrap } of [...WRAPPINGS, ...DECODED, ...DECODED_AUDIT]) {
    expect(JSON.stringify(normalized(wrap(JSON.stringify(secret))))).not.toContain('aHVudGVyMg');
  }
});

const aks = (name: string, log: unknown, category = 'kube-audit-admin'): object => ({
  category,
  resourceId: `/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/${name}`,
  properties: { log },
});
const eks = (logEvents: unknown, more: object = {}): object => ({
  messageType: 'DATA_MESSAGE',
  logGroup: '/aws/eks/prod/cluster',
  logStream: 'kube-apiserver-audit-1',
  logEvents,
  ...more,
});

const clusters: [name: string, record: object, configured: string | undefined, cluster: string | undefined][] = [
  ['EKS names it by its log group', eks([{ id: '1', timestamp: 1, message: AUDIT }]), undefined, 'prod'],
  ['AKS by its resource', { records: [aks('PROD', AUDIT)] }, undefined, 'PROD'],
  ['the configuration goes before', aks('PROD', AUDIT), 'mine', 'mine'],
  ['another log group names none', eks([{ message: AUDIT }], { logGroup: '/ecs/app' }), undefined, undefined],
  ['what no cluster can be called is none', aks('a b', AUDIT), undefined, undefined],
];
for (const [name, record, configured, cluster] of clusters) {
  test(`cluster: ${name}`, () =>
    expect(normalized(record, 1, configured).events[0]?.document.orchestrator?.cluster?.name).toBe(cluster));
}

const TIMELESS = JSON.stringify(auditEvent({ stageTimestamp: undefined, requestReceivedTimestamp: undefined }));
const times: [name: string, record: object | string, time: string][] = [
  ['Fluent Bit in seconds', { date: 1_763_874_784.123, log: TIMELESS }, '2025-11-23T05:13:04.123Z'],
  [
    'CloudWatch in milliseconds',
    eks([{ timestamp: 1_763_874_784_123, message: TIMELESS }]),
    '2025-11-23T05:13:04.123Z',
  ],
  ['the runtime', `2026-01-02T03:04:05.678901234Z stdout F ${TIMELESS}`, '2026-01-02T03:04:05.678Z'],
  [
    'the inner of two',
    { '@timestamp': '2026-02-02T00:00:00Z', log: `2026-01-02T03:04:05Z stdout F ${TIMELESS}` },
    '2026-01-02T03:04:05.000Z',
  ],
  ['a time that is none', { '@timestamp': 1e300, log: TIMELESS }, new Date(NOW).toISOString()],
];
for (const [name, record, time] of times) {
  test(`an event without a time has that of ${name}, and says so`, () => {
    const [event] = normalized(record).events;
    expect(event?.document['@timestamp']).toBe(time);
    expect(event?.document.keywarden.missing).toContain('@timestamp');
  });
}

const item = (n: number): object => ({ file: 'test.log', line: 1, item: n });
const many: [name: string, record: object | Buffer, events: object[], letters: [object, string][]][] = [
  [
    'a list of Fluent Bit',
    [
      { date: 1, log: AUDIT },
      { date: 1, log: 'ready' },
      { date: 1, log: JSON.stringify(REQUEST) },
    ],
    [item(0), item(2)],
    [[item(1), 'fluent-bit: expected a JSON object, found other text']],
  ],
  [
    'a subscription',
    gzipSync(JSON.stringify(eks([{ message: AUDIT }, { timestamp: 1 }, { message: AUDIT }]))),
    [item(0), item(2)],
    [[item(1), 'cloudwatch: a log event without a message']],
  ],
  [
    'records of Azure',
    { records: [aks('a', 'x', 'guard'), aks('a', AUDIT), 7] },
    [item(1)],
    [
      [item(0), 'azure: a record of another category than kube-audit'],
      [item(2), 'azure: a record that is no object'],
    ],
  ],
  [
    'an EventList in an envelope',
    { message: JSON.stringify({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [auditEvent(), 7] }) },
    [item(0)],
    [[item(1), 'other: expected an audit event in the EventList']],
  ],
  ['an EventList of one', { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [auditEvent()] }, [item(0)], []],
  ['a list of lists', [[auditEvent()], [auditEvent(), auditEvent()]], [item(0), item(1), item(2)], []],
];
for (const [name, record, places, letters] of many) {
  test(`many events: ${name}`, () => {
    const { events, deadLetters } = normalized(record);
    expect(events.map(({ origin }) => origin)).toEqual(places);
    expect(deadLetters.map(({ origin, reason }) => [origin, reason])).toEqual(letters);
  });
}

const PARTIAL = 'a part of a line that the runtime has cut; let the shipper join the parts (multiline cri)';
const unread: [name: string, record: string | Buffer | object, reason: string][] = [
  ['a part of a line', '2026-01-02T03:04:05Z stdout P {"kind":"Ev', `cri: ${PARTIAL}`],
  [
    'a part of a line in Vector',
    { source_type: 'file', message: '2026-01-02T03:04:05Z stderr P x' },
    `vector, cri: ${PARTIAL}`,
  ],
  [
    'a plain line of a runtime',
    '2026-01-02T03:04:05Z stdout F started',
    'cri: expected a JSON object, found other text',
  ],
  ['a shipper without text', { '@version': '1', host: 'n1' }, 'logstash: holds no event, neither as text nor decoded'],
  [
    'Filebeat without a message',
    { log: { file: { path: '/a' }, offset: 1 } },
    'filebeat: holds no event, neither as text nor decoded',
  ],
  [
    'another object in a shipper',
    { date: 1, log: '{"level":"info"}' },
    'fluent-bit: neither a Kubernetes audit event nor an etcd log line',
  ],
  [
    'a wrong type in an event',
    { date: 1, log: JSON.stringify(auditEvent({ verb: 7 })) },
    'fluent-bit: verb: expected text, found a number',
  ],
  ['an empty subscription', eks([]), 'cloudwatch: logEvents is empty'],
  ['Azure without records', { records: [] }, 'azure: records is empty'],
  [
    'Azure without a log',
    { category: 'kube-audit', properties: { stream: 'x' } },
    'azure: a record without properties.log',
  ],
  ['a function’s event without data', { awslogs: { data: 7 } }, 'cloudwatch: awslogs.data is no text'],
  ['gzip that is cut off', gzipSync(AUDIT).subarray(0, 40), 'gzip: damaged or cut off'],
  ['Base64 that is no gzip', { awslogs: { data: 'H4sIaaaa' } }, 'cloudwatch: gzip: damaged or cut off'],
  ['a bomb', gzipSync(Buffer.alloc(33 * 1024 * 1024)), 'gzip: more than 32 MiB when unpacked'],
  [
    'a bomb of empty objects',
    gzipSync(`[${'{},'.repeat(2_000_000)}{}]`),
    'gzip: more than 2,000,000 objects and lists when unpacked',
  ],
  [
    'GKE of another service',
    { protoPayload: { methodName: 'x', serviceName: 'container.googleapis.com' } },
    'gke: protoPayload of another service than k8s.io',
  ],
  ['strings in strings', JSON.stringify(nested(9)), 'wrapped too often'],
  ['200,000 events', Array(200_000).fill(0), 'more than 100,000 events in one record'],
];
function nested(depth: number): string {
  return depth === 0 ? AUDIT : JSON.stringify(nested(depth - 1));
}
for (const [name, record, reason] of unread) {
  test(`a record that is ${name} is one dead letter`, () => {
    const { events, deadLetters } = normalized(record);
    expect([events.length, ...deadLetters.map(letter => letter.reason)]).toEqual([0, reason]);
  });
}

const bombs: [of: string, unpacked: string | Buffer, reason: string][] = [
  ['bytes', Buffer.alloc(20 * 1024 * 1024), 'gzip: more than 32 MiB when unpacked'],
  ['objects', '{},'.repeat(1_100_000), 'gzip: more than 2,000,000 objects and lists when unpacked'],
];
for (const [of, content, reason] of bombs) {
  test(`many small bombs of ${of} in one record are no better than one`, () => {
    const bomb = gzipSync(content).toString('base64');
    const reasons = normalized([bomb, bomb, bomb]).deadLetters.map(letter => letter.reason);
    expect(reasons.slice(1)).toEqual(Array(2).fill(reason));
  });
}

test('the message by which AWS tries a subscription is nothing', () => {
  const record = eks([{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health' }], {
    messageType: 'CONTROL_MESSAGE',
    logGroup: '',
  });
  expect(normalized(record)).toEqual({ events: [], deadLetters: [] });
});

const LINE = JSON.stringify(REQUEST);
const beat = (offset: unknown, host = 'n1', message = LINE): object => ({
  agent: { type: 'filebeat', hostname: host },
  log: { file: { path: '/var/log/etcd.log' }, offset },
  message,
});
const vector = (message = LINE): object => ({
  source_type: 'file',
  host: 'n1',
  file: '/var/log/etcd.log',
  offset: 7,
  message,
});
const bit = (more: object): object => ({ date: 1, log: LINE, path: '/var/log/etcd.log', offset: 7, ...more });
const idAt = (record: object | string, line: number): string | undefined => normalized(record, line).events[0]?.id;

const positions: [name: string, a: [object | string, number], b: [object | string, number], same: boolean][] = [
  ['shipped twice from one place', [beat(7), 1], [beat(7), 2], true],
  ['from one place by another shipper', [beat(7), 1], [vector(), 2], true],
  ['from one place by Fluent Bit', [beat(7), 1], [bit({ hostname: 'n1' }), 2], true],
  ['with the host of Kubernetes', [beat(7), 1], [bit({ kubernetes: { host: 'n1' } }), 2], true],
  ['from another offset', [beat(7), 1], [beat(8), 1], false],
  ['from another host', [beat(7), 1], [beat(7, 'n2'), 1], false],
  ['with another text at the same offset', [beat(7), 1], [beat(7, 'n1', LINE.replace('38', '39')), 1], false],
  ['without a host, from other records', [bit({}), 1], [bit({}), 2], false],
  ['without an offset, from other records', [beat('7'), 1], [beat('7'), 2], false],
  ['wrapped and bare at one place of Kafka', [{ date: 1, log: LINE }, 1], [LINE, 1], true],
];
for (const [name, a, b, same] of positions) {
  test(`a line of etcd ${name} is ${same ? 'one event' : 'two'}`, () => {
    expect(idAt(...a) === idAt(...b)).toBe(same);
  });
}

test('equal events without identity in one list are two, though the list has one position', () => {
  const list = JSON.stringify({
    kind: 'EventList',
    apiVersion: 'audit.k8s.io/v1',
    items: [{ verb: 'get' }, { verb: 'get' }],
  });
  const ids = (line: number): readonly string[] => normalized(beat(7, 'n1', list), line).events.map(({ id }) => id);
  expect(new Set(ids(1)).size).toBe(2);
  expect(ids(1)).toEqual(ids(2));
});

test('no dead letter quotes what it was about', () => {
  const marked = [
    'hunter2 hunter2',
    { date: 1, log: 'hunter2' },
    { records: [aks('a', AUDIT, 'hunter2')] },
    { protoPayload: { methodName: 'a', serviceName: 'hunter2' } },
    { etcd_request: { service: 'hunter2!' } },
    { message: { hunter2: 1 } },
    gzipSync('hunter2'),
  ];
  for (const record of marked) {
    const { events, deadLetters } = normalized(record);
    expect(events).toEqual([]);
    expect(JSON.stringify(deadLetters)).not.toContain('hunter2');
  }
});
