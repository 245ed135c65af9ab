import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Event } from '../../../src/model/event.ts';
import { normalized, type Outcome } from '../../unit/normalize/support.ts';
import { DECODED, DECODED_AUDIT, WRAPPINGS } from '../../unit/normalize/wrappings.ts';

const RUNS = { numRuns: 150 };

const text = fc.string({ unit: 'binary', maxLength: 20 });
const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map(at => at.toISOString());
const user = fc.record({ username: text, uid: text, groups: fc.array(text, { maxLength: 3 }) }, { requiredKeys: [] });

/** Audit events of every shape that the API server may write, and some that it does not. */
const audit = fc.record(
  {
    kind: fc.constant('Event'),
    apiVersion: fc.constantFrom('audit.k8s.io/v1', 'audit.k8s.io/v1', 'audit.k8s.io/v1beta1'),
    level: fc.constantFrom('Metadata', 'Request', 'RequestResponse'),
    auditID: fc.uuid(),
    stage: fc.constantFrom('RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'),
    requestURI: text,
    verb: fc.constantFrom('get', 'list', 'create', 'impersonate'),
    user,
    impersonatedUser: user,
    sourceIPs: fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), text), { maxLength: 3 }),
    userAgent: text,
    objectRef: fc.record(
      { resource: fc.constantFrom('secrets', 'pods'), namespace: text, name: text },
      { requiredKeys: [] },
    ),
    responseStatus: fc.record({ code: fc.integer({ min: 100, max: 599 }) }),
    requestObject: fc.jsonValue({ maxDepth: 3 }),
    responseObject: fc.jsonValue({ maxDepth: 3 }),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    annotations: fc.dictionary(text, text, { maxKeys: 3 }),
  },
  { requiredKeys: ['kind', 'apiVersion'] },
);

/** Lines of etcd: any message, and the one that matters with any content. */
const etcd = fc.record(
  {
    level: fc.constantFrom('debug', 'info', 'warn'),
    ts: time,
    caller: fc.constant('v3rpc/interceptor.go:202'),
    msg: fc.oneof(text, fc.constantFrom('request stats', 'apply request took too long')),
    remote: text,
    'response type': fc.constantFrom('/etcdserverpb.KV/Range', '/etcdserverpb.KV/Txn', 'x'),
    'request content': fc.oneof(text, fc.constant('key:"/registry/secrets/a/b" limit:1 ')),
  },
  { requiredKeys: ['msg'] },
);

const WITHOUT_TIME = ['@timestamp', 'ts'];

/** What must be the same: all, but for an event without identity or time of its own its id or time. */
function essence({ events, deadLetters }: Outcome, compare: { readonly id: boolean }): unknown {
  const documents = events.map((event: Event) => {
    const { keywarden, ...document } = JSON.parse(JSON.stringify(event.document));
    const { origin: _origin, envelope: _envelope, ...rest } = keywarden;
    if (!compare.id) document.event.id = undefined;
    if (WITHOUT_TIME.some(name => rest.missing?.includes(name))) document['@timestamp'] = undefined;
    return { ...document, keywarden: rest };
  });
  return { documents, judged: events.map(({ judged }) => judged), deadLetters: deadLetters.length };
}

test('an audit event in any envelope is the event by itself', () => {
  const wrappings = fc.constantFrom(...WRAPPINGS, ...DECODED, ...DECODED_AUDIT);
  fc.assert(
    fc.property(audit, wrappings, (event, { wrap }) => {
      const line = JSON.stringify(event);
      const { auditID, stage, requestReceivedTimestamp: received, stageTimestamp: at } = event;
      const id = [auditID, stage, received, at].every(part => part !== undefined);
      expect(essence(normalized(wrap(line)), { id })).toEqual(essence(normalized(line), { id }));
    }),
    RUNS,
  );
});

test('a line of etcd in any envelope is the line by itself', () => {
  fc.assert(
    fc.property(etcd, fc.constantFrom(...WRAPPINGS, ...DECODED), (line, { wrap }) => {
      const bare = JSON.stringify(line);
      expect(essence(normalized(wrap(bare)), { id: false })).toEqual(essence(normalized(bare), { id: false }));
    }),
    RUNS,
  );
});

test('a line of etcd for people is its JSON line', () => {
  const message = text.filter(msg => !/[\t\n]/.test(msg) && msg.trim() === msg);
  fc.assert(
    fc.property(etcd, message, time, (line, msg, ts) => {
      const { level = 'info', caller: _caller, ...context } = line;
      const fields = JSON.stringify({ ...context, msg: undefined, ts: undefined });
      const json = JSON.stringify({ ...context, level, ts, msg });
      const line2 = [ts, level, 'a/b.go:1', msg, fields].join('\t');
      expect(essence(normalized(line2), { id: false })).toEqual(essence(normalized(json), { id: false }));
    }),
    RUNS,
  );
});

test('the same event shipped by anybody has one id', () => {
  fc.assert(
    fc.property(audit, event => {
      const whole = { auditID: 'a', stage: 'Panic', requestReceivedTimestamp: 'b', stageTimestamp: 'c', ...event };
      const line = JSON.stringify(whole);
      const ids = [...WRAPPINGS, ...DECODED, ...DECODED_AUDIT].map(
        ({ wrap }, i) => normalized(wrap(line), i).events[0]?.id,
      );
      expect(new Set(ids)).toEqual(new Set([normalized(line).events[0]?.id]));
    }),
    { numRuns: 30 },
  );
});

const outcomes = ({ events, deadLetters }: Outcome): number => events.length + deadLetters.length;

const json = fc.jsonValue({ maxDepth: 4 });
const key = fc.constantFrom(
  ...[
    'log',
    'message',
    'json',
    'event',
    'kubernetes',
    'audit',
    'original',
    'records',
    'properties',
    'category',
    'items',
  ],
  ...[
    'logEvents',
    'logGroup',
    'awslogs',
    'data',
    'protoPayload',
    'methodName',
    'resourceName',
    'resource',
    'kind',
    'msg',
  ],
  ...[
    'apiVersion',
    'auditID',
    'stage',
    'etcd_request',
    'path',
    '@timestamp',
    'date',
    'source_type',
    '@version',
    '__proto__',
  ],
);
const value = fc.oneof(
  json,
  fc.constantFrom(
    'Event',
    'EventList',
    'audit.k8s.io/v1',
    'kube-audit',
    '{"level":"info","msg":"a"}',
    '/etcdserverpb.KV/Range',
    'H4sIAAAA',
  ),
);
/** Objects of the names that envelopes are recognised by, with anything in them. */
const lookalike = fc.letrec<{ node: unknown }>(tie => ({
  node: fc.oneof(
    { maxDepth: 4 },
    value,
    fc.array(tie('node'), { maxLength: 3 }),
    fc
      .array(fc.tuple(key, tie('node')), { maxLength: 5 })
      .map(entries =>
        JSON.parse(`{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`).join()}}`),
      ),
    tie('node').map(inner => JSON.stringify(inner)),
  ),
})).node;

test('any bytes are events or dead letters', () => {
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 100 }).map(gzipped));
  fc.assert(
    fc.property(bytes, raw => outcomes(normalized(Buffer.from(raw))) >= 1),
    { numRuns: 1_000 },
  );
});

test('any object that looks like an envelope is events or dead letters', () => {
  fc.assert(
    fc.property(lookalike, node => outcomes(normalized(JSON.stringify(node))) >= 1),
    { numRuns: 3_000 },
  );
});

test('any damage to an envelope leaves events or dead letters', () => {
  const wrapping = fc.constantFrom(...WRAPPINGS, ...DECODED, ...DECODED_AUDIT);
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 });
  fc.assert(
    fc.property(audit, wrapping, damage, fc.option(fc.nat()), (event, { wrap }, changes, cut) => {
      const record = wrap(JSON.stringify(event));
      const bytes = Buffer.isBuffer(record)
        ? record
        : Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      return outcomes(normalized(cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1)))) >= 1;
    }),
    { numRuns: 1_000 },
  );
});

const gzipped = (bytes: Uint8Array): Buffer => gzipSync(bytes);
