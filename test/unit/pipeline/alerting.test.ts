import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { AlertOperation, AlertResult, StoredAlert } from '../../../src/deliver/elasticsearch/alert-store.ts';
import { AlertWriter } from '../../../src/deliver/elasticsearch/alert-writer.ts';
import { Suppression } from '../../../src/detect/suppress.ts';
import type { Alert } from '../../../src/model/alert.ts';
import { Alerting, type AlertLookup } from '../../../src/pipeline/alerting.ts';
import { Progress } from '../../../src/pipeline/progress.ts';
import { eventAt, ruleOf } from '../detect/support.ts';

const never = new AbortController().signal;

/** An index of one alert that takes only what is written against its latest state. */
class Index {
  stored: StoredAlert | undefined;
  #writes = 0;

  send(operation: AlertOperation): AlertResult {
    const isNew = operation.kind === 'create';
    const { seqNo } = this.stored?.version ?? {};
    if (isNew ? this.stored !== undefined : operation.version.seqNo !== seqNo)
      return { status: 409, index: 'i', version: undefined, error: { type: 'version_conflict', reason: '' } };
    this.#writes += 1;
    const version = { index: 'i', seqNo: this.#writes, primaryTerm: 1 };
    const state = operation.document as StoredAlert['state'];
    const key = isNew ? (operation.document as Alert).keywarden.alert.key : (this.stored?.key ?? '');
    this.stored = { id: operation.id, key, suppressMs: 600_000, version, state, isClosed: false };
    return { status: 200, index: 'i', version };
  }
}

function processOn(index: Index, lookup: AlertLookup) {
  const suppression = new Suppression({ suppressMs: 600_000, capacity: 10, onEvict: () => {} });
  const writer = new AlertWriter(
    'i',
    {
      send: async operations => ({ kind: 'answered', items: operations.map(operation => index.send(operation)) }),
      get: async () => new Map(index.stored === undefined ? [] : [[index.stored.id, index.stored]]),
      deadLetter: async () => {},
      onEnd: () => {},
      onWait: () => {},
      onDefect: () => {},
      now: () => 0,
    },
    never,
  );
  const alerting = new Alerting(suppression, writer, lookup, pino({ level: 'silent' }));
  const take = (partition: number, offset: number): boolean => {
    const event = eventAt(`05:0${partition}:0${offset}`, { user: { username: 'alice' } }, offset);
    return alerting.take(ruleOf(), event, new Progress(), offset, partition);
  };
  return { alerting, writer, take };
}

const nothing: AlertLookup = { open: async () => [], counting: async () => {} };

test('what another process writes while its partition comes to us is neither lost nor counted twice', async () => {
  const index = new Index();
  const other = processOn(index, nothing);
  other.take(0, 1);
  await other.writer.flush();
  const restored = index.stored;
  other.take(1, 1);
  // Its last write is on its way when we look: we see the alert without it, and then what it has counted.
  const ours = processOn(index, {
    open: async () => (restored === undefined ? [] : [restored]),
    counting: async (_, onPage) => {
      await other.writer.flush();
      onPage(index.stored === undefined ? [] : [index.stored]);
    },
  });
  await ours.alerting.prepare('t', 1, 0);
  expect([ours.take(1, 1), ours.take(1, 2)]).toEqual([false, true]);
  await ours.writer.flush();
  expect(index.stored?.state.keywarden.alert.counted?.map(({ partition, count }) => [partition, count])).toEqual([
    [0, 1],
    [1, 2],
  ]);
});
