import { expect, test } from '@jest/globals';
import { targets } from '../../../../src/deliver/elasticsearch/body.ts';
import type { BulkResult } from '../../../../src/deliver/elasticsearch/bulk.ts';
import { ElasticsearchWriter } from '../../../../src/deliver/elasticsearch/writer.ts';
import type { DeadLetter } from '../../../../src/model/deadletter.ts';
import type { Event } from '../../../../src/model/event.ts';
import { Progress } from '../../../../src/pipeline/progress.ts';
import { auditEvent, normalized } from '../../normalize/support.ts';

type Answer = (body: string, call: number) => BulkResult | Promise<BulkResult>;

const ALL_TAKEN: BulkResult = { kind: 'answered', items: undefined };
const items = (...statuses: number[]): BulkResult => ({
  kind: 'answered',
  items: statuses.map(status => (status < 300 ? { status } : { status, error: { type: `e${status}`, reason: 'why' } })),
});

/** A writer in front of a server that answers as told; what it was sent and what it gave up on. */
function rig(answer: Answer, bodiesInFlight = 2, indexed: (id: string) => boolean = () => false) {
  const sent: string[] = [];
  const asked: number[] = [];
  const defects: unknown[] = [];
  const letters: DeadLetter[] = [];
  const progress = new Progress();
  const abort = new AbortController();
  const writer = new ElasticsearchWriter(
    { targets: targets('test'), bodyBytes: 3_000, bodiesInFlight, lingerMs: 60_000 },
    {
      send: async body => {
        sent.push(body.toString());
        return answer(body.toString(), sent.length);
      },
      findIndexed: async ids => {
        asked.push(ids.length);
        return new Set(ids.filter(indexed));
      },
      deadLetter: async letter => void letters.push(letter),
      onWait: () => {},
      onDefect: error => defects.push(error),
    },
    abort.signal,
  );
  const add = (offset: number, event: Event = eventNo(offset)): void => {
    writer.addEvent(event, progress, offset);
    progress.read(offset);
  };
  return { writer, sent, asked, defects, letters, progress, abort, add };
}

function eventNo(n: number, fields: object = {}): Event {
  const [event] = normalized(auditEvent({ auditID: `id-${n}`, ...fields }), n).events;
  if (event === undefined) throw new Error('no event');
  return event;
}

const idsIn = (body: string): string[] => [...body.matchAll(/"auditID":"([^"]+)"/g)].map(([, id]) => id ?? '');

test('nothing may be committed before the answer, all of it after', async () => {
  const gate = Promise.withResolvers<BulkResult>();
  const { writer, progress, add } = rig(() => gate.promise);
  for (let offset = 10; offset < 15; offset += 1) add(offset);
  const flushed = writer.flush();
  expect(progress.committable).toBe(10);
  gate.resolve(ALL_TAKEN);
  await flushed;
  expect(progress.committable).toBe(15);
  expect(writer.counts).toMatchObject({ written: 5, duplicates: 0, refused: 0 });
});

test('a later body that is answered first does not move the commit past an earlier one', async () => {
  const first = Promise.withResolvers<BulkResult>();
  const { writer, progress, add, sent } = rig((_, call) => (call === 1 ? first.promise : ALL_TAKEN));
  for (let offset = 0; offset < 8; offset += 1) add(offset);
  await new Promise(setImmediate);
  expect(sent.length).toBeGreaterThan(1);
  expect(progress.committable).toBe(0);
  first.resolve(ALL_TAKEN);
  await writer.flush();
  expect(progress.committable).toBe(8);
});

const perItem: [name: string, statuses: number[], retried: string[], counts: object][] = [
  ['a duplicate counts as delivered', [201, 409], [], { written: 1, duplicates: 1, retried: 0 }],
  ['throttled operations are sent again, alone', [201, 429], ['id-2'], { written: 2, retried: 1 }],
  ['an index that is missing is waited for', [404, 201], ['id-1'], { written: 2, retried: 1 }],
  ['an operation without an answer is sent again', [201], ['id-2'], { written: 2, retried: 1 }],
];
for (const [name, statuses, retried, counts] of perItem) {
  test(`per item: ${name}`, async () => {
    const { writer, sent, progress, add } = rig((_, call) => (call === 1 ? items(...statuses) : ALL_TAKEN));
    add(1, eventNo(1, { userAgent: 'short' }));
    add(2, eventNo(2, { userAgent: 'short' }));
    await writer.flush();
    expect(sent.slice(1).flatMap(idsIn)).toEqual(retried);
    expect(writer.counts).toMatchObject(counts);
    expect(progress.committable).toBe(3);
  });
}

test('a refused document is a dead letter with its origin, the rest of the body goes on', async () => {
  const { writer, letters, progress, add } = rig((_, call) => (call === 1 ? items(201, 400) : ALL_TAKEN));
  add(1);
  add(2);
  await writer.flush();
  expect(letters).toMatchObject([{ stage: 'deliver', reason: 'e400: why', origin: { file: 'test.log', line: 2 } }]);
  expect(writer.counts).toMatchObject({ written: 1, refused: 1 });
  expect(progress.committable).toBe(3);
});

test('a spliced document that is refused is tried once more serialised anew', async () => {
  const record = JSON.stringify(auditEvent()).replace('"level"', '"verb":"get","level"');
  const [event] = normalized(record).events;
  const { writer, sent, letters, add } = rig((_, call) => items(call === 1 ? 400 : 201));
  if (event !== undefined) add(1, event);
  await writer.flush();
  expect(sent.map(body => body.match(/"verb"/g)?.length)).toEqual([2, 1]);
  expect(letters).toEqual([]);
});

test('a body that Elasticsearch cannot map is stored as text rather than kept out', async () => {
  const { writer, sent, letters, add } = rig((_, call) => items(call === 1 ? 400 : 201));
  add(1, eventNo(1, { requestObject: { spec: 'ü' } }));
  await writer.flush();
  expect(sent[1]).toContain('"bodies":"{\\"requestObject\\":{\\"spec\\":\\"ü\\"}}"');
  expect(letters).toEqual([]);
});

test('a body that is refused as a whole is halved until only the operation that spoils it is a dead letter', async () => {
  const poison = (body: string): boolean => body.includes('"auditID":"id-2"');
  const { writer, letters, progress, add } = rig(body =>
    poison(body) ? { kind: 'refused', reason: '400' } : ALL_TAKEN,
  );
  for (let offset = 1; offset <= 2; offset += 1) add(offset);
  add(3);
  await writer.flush();
  expect(letters.map(({ origin }) => origin)).toEqual([{ file: 'test.log', line: 2 }]);
  expect(writer.counts).toMatchObject({ written: 2, refused: 1 });
  expect(progress.committable).toBe(4);
});

test('a server that is away is waited for, and nothing is lost', async () => {
  const { writer, sent, add } = rig((_, call) =>
    call === 1 ? { kind: 'unavailable', reason: '503', taken: 'perhaps' } : ALL_TAKEN,
  );
  add(1);
  await writer.flush();
  expect(sent.map(idsIn)).toEqual([['id-1'], ['id-1']]);
  expect(writer.counts.written).toBe(1);
});

test('the writer is full while bodies wait for a place in flight, and has room again after an answer', async () => {
  const gate = Promise.withResolvers<BulkResult>();
  const { writer, add } = rig(() => gate.promise, 1);
  for (let offset = 0; !writer.full; offset += 1) add(offset);
  const room = writer.room();
  gate.resolve(ALL_TAKEN);
  await room;
  expect(writer.full).toBe(false);
  await writer.flush();
});

test('a document larger than the body gets a body of its own size', async () => {
  const { writer, sent, add } = rig(() => ALL_TAKEN);
  add(1, eventNo(1, { requestObject: { blob: 'x'.repeat(2_000_000) } }));
  add(2);
  await writer.flush();
  expect(sent.map(idsIn)).toEqual([['id-1'], ['id-2']]);
});

test('giving up leaves what is not delivered uncommitted', async () => {
  const { writer, progress, abort, add } = rig(() => ({ kind: 'unavailable', reason: 'down', taken: 'perhaps' }));
  add(7);
  const flushed = writer.flush();
  abort.abort(new Error('stopped'));
  await expect(flushed).rejects.toThrow();
  expect(progress.committable).toBe(7);
});

const short = (n: number): Event => eventNo(n, { userAgent: 'short' });

test('what may have been delivered before is looked up, and only what is not indexed is sent', async () => {
  const { writer, sent, asked, progress, add } = rig(
    () => ALL_TAKEN,
    2,
    id => id === short(1).id,
  );
  progress.begin(2, undefined);
  for (const n of [1, 2]) add(n, short(n));
  await writer.flush();
  expect([asked, sent.map(idsIn)]).toEqual([[2], [['id-2']]]);
  expect(writer.counts).toMatchObject({ written: 1, duplicates: 1 });
  expect(progress.committable).toBe(3);
});

test('beyond what was found in the index nothing is looked up', async () => {
  const { writer, asked, progress, add } = rig(() => ALL_TAKEN);
  progress.begin(2, undefined);
  add(3);
  await writer.flush();
  expect(asked).toEqual([]);
});

test('what was replayed is looked up, since it was read at another offset before', async () => {
  const { writer, sent, asked, progress } = rig(
    () => ALL_TAKEN,
    2,
    () => true,
  );
  writer.addEvent(short(4), progress, 9, true);
  await writer.flush();
  expect([asked, sent, writer.counts.duplicates]).toEqual([[1], [], 1]);
});

test('a body that is indexed already is not sent at all', async () => {
  const { writer, sent, progress, add } = rig(
    () => ALL_TAKEN,
    2,
    () => true,
  );
  progress.begin(9, undefined);
  add(9);
  await writer.flush();
  expect([sent, writer.counts.duplicates, progress.committable]).toEqual([[], 1, 10]);
});

const unanswered: [name: string, taken: 'no' | 'perhaps', asked: number[], sent: string[][], duplicates: number][] = [
  [
    'an answer that was lost is looked up before the body is sent again',
    'perhaps',
    [2],
    [['id-1', 'id-2'], ['id-2']],
    1,
  ],
  [
    'a throttled body was not taken, so nobody asks',
    'no',
    [],
    [
      ['id-1', 'id-2'],
      ['id-1', 'id-2'],
    ],
    0,
  ],
];
for (const [name, taken, asked, sent, duplicates] of unanswered) {
  test(name, async () => {
    const away: BulkResult = { kind: 'unavailable', reason: 'away', taken };
    const made = rig(
      (_, call) => (call === 1 ? away : ALL_TAKEN),
      2,
      id => id === short(1).id,
    );
    for (const n of [1, 2]) made.add(n, short(n));
    await made.writer.flush();
    expect([made.asked, made.sent.map(idsIn), made.writer.counts.duplicates]).toEqual([asked, sent, duplicates]);
  });
}

test('a flush waits for what was added before it, not for what comes after', async () => {
  const later = Promise.withResolvers<BulkResult>();
  const { writer, add } = rig((_, call) => (call === 1 ? ALL_TAKEN : later.promise));
  add(1);
  const flushed = writer.flush();
  add(2);
  const second = writer.flush();
  await flushed;
  later.resolve(ALL_TAKEN);
  await second;
  expect(writer.counts.written).toBe(2);
});

test('a document nested beyond all reason that Elasticsearch refuses is a dead letter, and the offset moves', async () => {
  const { writer, letters, progress, defects, add } = rig(() => items(400));
  const record = JSON.stringify(auditEvent({ requestObject: 'BODY' })).replace(
    '"BODY"',
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  );
  const [event] = normalized(record).events;
  if (event !== undefined) add(1, event);
  await writer.flush();
  expect([letters.length, progress.committable, defects]).toEqual([1, 2, []]);
});

test('what no other try mends is told, and nothing behind it is committed', async () => {
  const { writer, progress, defects, add } = rig(() => {
    throw new TypeError('a defect');
  });
  add(3);
  await expect(writer.flush()).rejects.toThrow('a defect');
  await new Promise(setImmediate);
  expect([defects.length, progress.committable]).toEqual([1, 3]);
});

const installation = ['index_closed_exception', 'validation_exception'];
for (const type of installation) {
  test(`400 by ${type} is the installation's fault: the document waits`, async () => {
    const refused: BulkResult = { kind: 'answered', items: [{ status: 400, error: { type, reason: '' } }] };
    const { writer, letters, sent, add } = rig((_, call) => (call === 1 ? refused : ALL_TAKEN));
    add(1);
    await writer.flush();
    expect([letters.length, sent.length]).toEqual([0, 2]);
  });
}
