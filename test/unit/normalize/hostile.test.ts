import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseContent } from '../../../src/normalize/etcd/content.ts';
import { normalize } from '../../../src/normalize/normalize.ts';
import { normalizeSettings } from '../../../src/normalize/settings.ts';
import { auditEvent, NOW, normalized, normalizedAll } from './support.ts';

const records: [name: string, record: string | Buffer, reason: string | undefined][] = [
  ['nothing', '', 'the record is empty'],
  ['a truncated event', JSON.stringify(auditEvent()).slice(0, -20), 'not valid JSON'],
  ['two events in one record', `${JSON.stringify(auditEvent())}${JSON.stringify(auditEvent())}`, 'not valid JSON'],
  ['a text', '"x"', 'expected a JSON object, found other text'],
  ['a number', '7', 'expected a JSON object'],
  ['an empty list', '[]', 'the list is empty'],
  ['a list of nothing', '[{}]', 'neither a Kubernetes audit event nor an etcd log line'],
  [
    'a line of pino',
    '{"level":30,"time":1763874784123,"pid":7,"hostname":"n1","msg":"ready"}',
    'neither a Kubernetes audit event nor an etcd log line',
  ],
  ['a message alone', '{"msg":"ready"}', 'neither a Kubernetes audit event nor an etcd log line'],
  ['a message with a time', '{"ts":1763874784.1,"msg":"ready"}', undefined],
  [
    'another object of Kubernetes',
    '{"kind":"Event","apiVersion":"v1"}',
    'neither a Kubernetes audit event nor an etcd log line',
  ],
  [
    'an EventList without items',
    '{"kind":"EventList","apiVersion":"audit.k8s.io/v1"}',
    'items: expected the events of an EventList',
  ],
  ['a list that is nested a million deep', '['.repeat(1_000_000), 'not valid JSON'],
  [
    'an event with a body nested 20,000 deep',
    JSON.stringify(auditEvent({ requestObject: 0 })).replace(
      '"requestObject":0',
      `"requestObject":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    ),
    undefined,
  ],
  [
    'a Secret with a body nested 20,000 deep',
    JSON.stringify(auditEvent({ objectRef: { resource: 'secrets' }, requestObject: 0 })).replace(
      '"requestObject":0',
      `"requestObject":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    ),
    undefined,
  ],
  ['an event of 5 MB', JSON.stringify(auditEvent({ requestObject: { blob: 'x'.repeat(5_000_000) } })), undefined],
  [
    'bytes that are no UTF-8',
    Buffer.concat([Buffer.from('{"level":"info","msg":"'), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from('"}')]),
    undefined,
  ],
];
for (const [name, record, reason] of records) {
  test(`a record that is ${name}: ${reason ?? 'an event'}`, () => {
    const { events, deadLetters } = normalized(record);
    expect([events.length, ...deadLetters.map(letter => letter.reason)]).toEqual(
      reason === undefined ? [1] : [0, reason],
    );
  });
}

const WITH_POD = { objectRef: { resource: 'pods' }, requestObject: { kind: 'Pod' } };
const SECRET = '{"kind":"Secret","data":{"a":"aHVudGVyMg=="}}';
const spliced: [name: string, text: string, is: boolean][] = [
  ['with one body', JSON.stringify(auditEvent(WITH_POD)), true],
  ['without one', JSON.stringify(auditEvent()), true],
  [
    'with a Secret before its body',
    JSON.stringify(auditEvent(WITH_POD)).replace('"requestObject"', `"requestObject":${SECRET},"requestObject"`),
    false,
  ],
  [
    'with a Secret before its empty body',
    JSON.stringify(auditEvent({ responseObject: null })).replace('"resp', `"responseObject":${SECRET},"resp`),
    false,
  ],
  [
    'with a Secret before a body whose name is escaped',
    JSON.stringify(auditEvent(WITH_POD)).replace('"requestObject"', `"requestObject":${SECRET},"request\\u004fbject"`),
    false,
  ],
  ['with the name of its body in that', JSON.stringify(auditEvent({ requestObject: { requestObject: 1 } })), false],
];
for (const [name, text, is] of spliced) {
  test(`the text of an event ${name} is ${is ? 'copied as it is' : 'written anew'}`, () => {
    const [event] = normalized(text).events;
    expect(event?.verbatim !== undefined).toBe(is);
    expect(JSON.stringify(event?.document)).not.toContain('aHVudGVyMg');
  });
}

test('what the sink throws passes through, as of a body too deep for its writer', () => {
  const settings = normalizeSettings('keywarden', () => NOW);
  const letters: string[] = [];
  const sink = {
    event: (): never => {
      throw new RangeError('Maximum call stack size exceeded');
    },
    deadLetter: ({ reason }: { readonly reason: string }) => letters.push(reason),
  };
  for (const record of [auditEvent(), { log: JSON.stringify(auditEvent()) }, [auditEvent()]]) {
    const bytes = Buffer.from(JSON.stringify(record));
    const origin = { file: 'test.log', line: 1 };
    expect(() => normalize({ bytes, origin, cluster: undefined, receivedAt: undefined }, settings, sink)).toThrow(
      'call stack',
    );
  }
  expect(letters).toEqual([]);
});

const WRONG: readonly unknown[] = [null, 7, true, 'text', [], [1], {}, { a: 1 }, [[]], [null], -1, 1e308];
const FIELDS = Object.keys(auditEvent({ impersonatedUser: 0, requestObject: 0, responseObject: 0 }));

test('a wrong type in any field is an event or a dead letter that names the field, never a crash', () => {
  for (const field of FIELDS) {
    for (const value of WRONG) {
      const { events, deadLetters } = normalized(auditEvent({ [field]: value }));
      expect(events.length + deadLetters.length).toBe(1);
      for (const { reason } of deadLetters) expect(reason).toMatch(/expected|neither a Kubernetes audit event/);
    }
  }
});

test('a wrong type one level down is no crash either', () => {
  const event = auditEvent({ impersonatedUser: { username: 'x' } });
  for (const [field, object] of Object.entries(event)) {
    if (typeof object !== 'object' || object === null) continue;
    for (const name of [...Object.keys(object), '__proto__', 'constructor', 'data', 'value']) {
      for (const value of WRONG) {
        const text = JSON.stringify({ ...event, [field]: { ...object, [`§${name}`]: value } }).replace('§', '');
        const { events, deadLetters } = normalized(text);
        expect(events.length + deadLetters.length).toBe(1);
      }
    }
  }
});

test('an item of an EventList that is bad does not cost its neighbours', () => {
  const items = [auditEvent({ auditID: 'a' }), 7, auditEvent({ verb: 7 }), auditEvent({ auditID: 'b' })];
  const { events, deadLetters } = normalized({ kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items });
  expect(events.map(({ document }) => document.keywarden.origin)).toEqual([
    { file: 'test.log', line: 1, item: 0 },
    { file: 'test.log', line: 1, item: 3 },
  ]);
  expect(deadLetters.map(({ reason, origin }) => [origin, reason])).toEqual([
    [{ file: 'test.log', line: 1, item: 1 }, 'expected an audit event in the EventList'],
    [{ file: 'test.log', line: 1, item: 2 }, 'verb: expected text, found a number'],
  ]);
});

test('a recorded EventList of the webhook gives the event that the log gives', () => {
  const [batch] = readFileSync('test/fixtures/lab/kube-audit-webhook.jsonl', 'utf8').split('\n');
  const { items } = JSON.parse(batch ?? '') as { items: object[] };
  const { events, deadLetters } = normalized(batch ?? '');
  expect(deadLetters).toEqual([]);
  expect(events.map(({ id }) => id)).toEqual(
    items.map(item => normalized({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', ...item }).events[0]?.id),
  );
});

/** A small generator of the same numbers every time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('5,000 mutilated records are events or dead letters', () => {
  const random = numbers(7);
  const lines = [
    'deploy/sample/kube-apiserver-audit.jsonl',
    'deploy/sample/etcd.jsonl',
    'test/fixtures/lab/etcd-3.6.8-debug.jsonl',
  ].flatMap(file => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-300));
  for (let n = 0; n < 5_000; n += 1) {
    const bytes = Buffer.from(lines[Math.floor(random() * lines.length)] ?? '');
    for (let i = 0; i < 3; i += 1) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    const { events, deadLetters } = normalized(
      bytes.subarray(0, random() < 0.2 ? Math.floor(random() * bytes.length) : bytes.length),
    );
    expect(events.length + deadLetters.length).toBe(1);
  }
});

test('mutilated lines of one log, remembered from line to line, are events or dead letters', () => {
  const random = numbers(13);
  const lines = readFileSync('test/fixtures/lab/etcd-3.6.8-debug.jsonl', 'utf8').trimEnd().split('\n');
  const mutilated = lines.map(line => {
    const bytes = Buffer.from(line);
    if (random() < 0.5) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    return bytes;
  });
  const { events, deadLetters } = normalizedAll(mutilated);
  expect(events.length + deadLetters.length).toBe(lines.length);
});

const TOKENS = [
  'key:',
  '"',
  '<',
  '>',
  ' ',
  '\\',
  '\\377',
  'success:<',
  'request_put:<',
  'a',
  '0',
  ':',
  'compare:',
  'ü',
];

test('etcd content of any text is read without a throw', () => {
  const random = numbers(11);
  for (let n = 0; n < 5_000; n += 1) {
    const text = Array.from(
      { length: Math.floor(random() * 40) },
      () => TOKENS[Math.floor(random() * TOKENS.length)],
    ).join('');
    expect(Array.isArray(parseContent(text))).toBe(true);
  }
});

test('etcd content of a megabyte is read in linear time', () => {
  for (const unit of ['a:<', 'key:"', '\\', 'a:< >', '   ', '"', 'key:"a" ']) {
    const started = performance.now();
    parseContent(unit.repeat(1_000_000 / unit.length));
    expect(performance.now() - started).toBeLessThan(2_000);
  }
});
