import { expect, test } from '@jest/globals';
import type {
  AlertOperation,
  AlertResult,
  AlertsResult,
  StoredAlert,
} from '../../../../src/deliver/elasticsearch/alert-store.ts';
import { AlertWriter } from '../../../../src/deliver/elasticsearch/alert-writer.ts';
import { type Delivery, Suppression } from '../../../../src/detect/suppress.ts';
import type { DeadLetter } from '../../../../src/model/deadletter.ts';
import type { Episode, EpisodeState } from '../../../../src/model/episode.ts';
import { Progress } from '../../../../src/pipeline/progress.ts';
import { eventAt, ruleOf } from '../../detect/support.ts';

const INDEX = 'alerts';
const version = (seqNo: number) => ({ index: INDEX, seqNo, primaryTerm: 1 });
const taken = (seqNo: number, status = 200): AlertResult => ({ status, index: INDEX, version: version(seqNo) });
const failed = (status: number, type = 'why'): AlertResult => ({
  status,
  index: INDEX,
  version: undefined,
  error: { type, reason: '' },
});

type Answer = (operations: readonly AlertOperation[], call: number) => readonly AlertResult[] | 'away';

/** A writer in front of an index that answers as told. */
function rig(answer: Answer, stored: ReadonlyMap<string, StoredAlert> = new Map()) {
  const sent: (readonly AlertOperation[])[] = [];
  const letters: DeadLetter[] = [];
  const ended: (Episode | undefined)[] = [];
  const defects: unknown[] = [];
  const progress = new Progress();
  const suppression = new Suppression({ suppressMs: 600_000, capacity: 100, onEvict: () => {} });
  const writer = new AlertWriter(
    INDEX,
    {
      send: async (operations): Promise<AlertsResult> => {
        sent.push(operations);
        const items = answer(operations, sent.length);
        return items === 'away' ? { kind: 'unavailable', reason: 'away' } : { kind: 'answered', items };
      },
      get: async () => stored,
      deadLetter: async letter => void letters.push(letter),
      onEnd: (episode, next) => {
        ended.push(next);
        suppression.episodes.drop(episode.id);
        if (next !== undefined) suppression.episodes.hold(next);
      },
      onWait: () => {},
      onDefect: error => defects.push(error),
      now: () => 0,
    },
    new AbortController().signal,
  );
  const match = (offset: number, username = 'alice'): void => {
    const delivery: Delivery = {
      place: { topic: 't', partition: 0, offset, item: 0 },
      isCounted: () => false,
      isThere: () => false,
    };
    const event = eventAt(`05:00:${String(offset % 60).padStart(2, '0')}`, { user: { username } }, offset);
    const episode = suppression.take(ruleOf(), event, delivery);
    if (episode !== undefined) writer.add(episode, progress, offset);
    progress.read(offset);
  };
  return { writer, sent, letters, ended, defects, progress, match };
}

const countIn = ({ document }: AlertOperation): number => (document as EpisodeState).keywarden.alert.count;
const kinds = (sent: readonly (readonly AlertOperation[])[]) =>
  sent.map(operations => operations.map(operation => `${operation.kind} ${countIn(operation)}`));

/** What the index has of an alert after its first operation. */
function storedOf(operation: AlertOperation, seqNo: number, isClosed = false): ReadonlyMap<string, StoredAlert> {
  const state = operation.document as EpisodeState;
  const alert = { id: operation.id, key: 'k', suppressMs: 600_000, version: version(seqNo), state, isClosed };
  return new Map([[alert.id, alert]]);
}

test('an alert is created, then updated in what matches change and in nothing that an analyst writes', async () => {
  const { writer, sent, match } = rig((_, call) => [taken(call)]);
  match(1);
  await writer.flush();
  match(2);
  match(3);
  await writer.flush();
  expect(kinds(sent)).toEqual([['create 1'], ['update 3']]);
  const update = sent[1]?.[0];
  expect(update).toMatchObject({ kind: 'update', version: version(1) });
  const document = (update?.document ?? {}) as Partial<EpisodeState>;
  expect(Object.keys(document).sort()).toEqual(['@timestamp', 'event', 'keywarden']);
  expect(Object.keys(document.keywarden?.alert ?? {}).sort()).toEqual([
    'count',
    'counted',
    'evidence',
    'first_seen',
    'last_seen',
  ]);
});

test('nothing may be committed before the index has the state that includes it', async () => {
  const { writer, progress, match } = rig((_, call) => (call === 1 ? [failed(429)] : [taken(call)]));
  for (const offset of [5, 6, 7]) match(offset);
  const flushed = writer.flush();
  expect(progress.committable).toBe(5);
  await flushed;
  expect(progress.committable).toBe(8);
});

test('an answer that was lost is tried again, and what was taken is not counted twice', async () => {
  let stored: ReadonlyMap<string, StoredAlert> = new Map();
  const made = rig(
    (operations, call) => {
      if (call > 1) return [failed(409)];
      const [first] = operations;
      if (first !== undefined) stored = storedOf(first, 1);
      return 'away';
    },
    { get: (id: string) => stored.get(id) } as ReadonlyMap<string, StoredAlert>,
  );
  made.match(1);
  made.match(2);
  await made.writer.flush();
  expect([kinds(made.sent), made.progress.committable]).toEqual([[['create 2'], ['create 2']], 3]);
});

test('an alert that was acknowledged meanwhile is read again and raised', async () => {
  let stored: ReadonlyMap<string, StoredAlert> = new Map();
  const made = rig(
    (operations, call) => {
      const [first] = operations;
      if (call === 1 && first !== undefined) stored = storedOf(first, 9);
      return call === 2 ? [failed(409)] : [taken(call === 1 ? 1 : 10)];
    },
    { get: (id: string) => stored.get(id) } as ReadonlyMap<string, StoredAlert>,
  );
  made.match(1);
  await made.writer.flush();
  made.match(2);
  await made.writer.flush();
  expect(kinds(made.sent)).toEqual([['create 1'], ['update 2'], ['update 2']]);
  expect(made.sent[2]?.[0]).toMatchObject({ version: version(9) });
});

test('a match after an alert was closed opens another, and the closed one stays as it is', async () => {
  let stored: ReadonlyMap<string, StoredAlert> = new Map();
  const made = rig(
    (operations, call) => {
      const [first] = operations;
      if (call === 1 && first !== undefined) stored = storedOf(first, 9, true);
      return call === 2 ? [failed(409)] : [taken(call)];
    },
    { get: (id: string) => stored.get(id) } as ReadonlyMap<string, StoredAlert>,
  );
  made.match(1);
  await made.writer.flush();
  made.match(2);
  await made.writer.flush();
  made.match(3);
  await made.writer.flush();
  expect(kinds(made.sent)).toEqual([['create 1'], ['update 2'], ['create 1'], ['update 2']]);
  const ids = made.sent.map(([operation]) => operation?.id);
  expect([ids[0] === ids[1], ids[1] === ids[2], ids[2] === ids[3]]).toEqual([true, false, true]);
});

test('an alert that somebody deleted is another one from then on', async () => {
  const made = rig((_, call) => (call === 2 ? [failed(404, 'document_missing_exception')] : [taken(call)]));
  for (const offset of [1, 2]) {
    made.match(offset);
    await made.writer.flush();
  }
  expect([kinds(made.sent), made.progress.committable]).toEqual([[['create 1'], ['update 2'], ['create 1']], 3]);
});

test('what is refused goes without the event’s own fields, and is a dead letter if that is refused too', async () => {
  const { writer, sent, letters, progress, match } = rig(() => [failed(400)]);
  match(1);
  await writer.flush();
  expect(sent.map(([operation]) => Object.keys(operation?.document ?? {}).includes('user'))).toEqual([true, false]);
  expect([letters.length, letters[0]?.stage, progress.committable]).toEqual([1, 'deliver', 2]);
});

test('one alert that is throttled does not keep the others of its body', async () => {
  const made = rig((operations, call) => operations.map((_, i) => (call === 1 && i === 1 ? failed(429) : taken(call))));
  made.match(1, 'alice');
  made.match(2, 'bob');
  made.match(3, 'carol');
  await made.writer.flush();
  expect(kinds(made.sent)).toEqual([['create 1', 'create 1', 'create 1'], ['create 1']]);
});

test('the writer is full at 256 alerts that the index does not have', async () => {
  const { writer, match } = rig(operations => operations.map(() => taken(1)));
  for (let i = 0; i < 255; i += 1) match(i, `user-${i}`);
  expect(writer.full).toBe(false);
  match(255, 'user-255');
  expect(writer.full).toBe(true);
  await writer.flush();
  expect(writer.full).toBe(false);
});

test('a flush ends although the alert is raised again each time it is on its way', async () => {
  let next = 2;
  const made = rig((_, call) => {
    if (call <= 2) made.match(next++);
    return [taken(call)];
  });
  made.match(1);
  await made.writer.flush();
  expect([kinds(made.sent), made.progress.committable]).toEqual([[['create 1']], 2]);
  await made.writer.flush();
  await made.writer.flush();
  expect([kinds(made.sent), made.progress.committable]).toEqual([[['create 1'], ['update 2'], ['update 3']], 4]);
});

test('a defect is told, and nothing behind it is committed', async () => {
  const { writer, defects, progress, match } = rig(() => {
    throw new TypeError('a defect');
  });
  match(3);
  await expect(writer.flush()).rejects.toThrow('a defect');
  expect([defects.length, progress.committable]).toEqual([1, 3]);
});

const places: [status: number, type: string, kinds: string[]][] = [
  [404, 'index_not_found_exception', ['create 1', 'update 2', 'create 1']],
  [400, 'index_closed_exception', ['create 1', 'update 2', 'create 1']],
  [403, 'cluster_block_exception', ['create 1', 'update 2', 'create 1']],
  [503, 'cluster_block_exception', ['create 1', 'update 2', 'update 2']],
  [429, 'cluster_block_exception', ['create 1', 'update 2', 'update 2']],
];
for (const [status, type, expected] of places) {
  test(`after ${status} ${type} for an alert that was there, what follows is ${expected[2]}`, async () => {
    const made = rig((_, call) => (call === 2 ? [failed(status, type)] : [taken(call)]));
    for (const offset of [1, 2]) {
      made.match(offset);
      await made.writer.flush();
    }
    expect([kinds(made.sent).flat(), made.progress.committable]).toEqual([expected, 3]);
  });
}

test('an index that is not there yet is waited for, and nothing is committed', async () => {
  const made = rig((_, call) => (call === 1 ? [failed(404, 'index_not_found_exception')] : [taken(call)]));
  made.match(1);
  const flushed = made.writer.flush();
  expect(made.progress.committable).toBe(1);
  await flushed;
  expect([kinds(made.sent).flat(), made.progress.committable]).toEqual([['create 1', 'create 1'], 2]);
});
