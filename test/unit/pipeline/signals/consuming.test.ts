import { expect, test } from '@jest/globals';
import type { Consumer, EachBatchHandler, EachBatchPayload } from 'kafkajs';
import type { Evaluator } from '../../../../src/detect/state/evaluator.ts';
import type { Marks } from '../../../../src/model/mark.ts';
import { writeMarks, writeSignal } from '../../../../src/model/signal-record.ts';
import type { Alerting } from '../../../../src/pipeline/alerting.ts';
import { Consuming } from '../../../../src/pipeline/signals/consuming.ts';
import { Evaluation } from '../../../../src/pipeline/signals/evaluation.ts';
import type { AnyProgram } from '../../../../src/sigma/program.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { programOf, signalAt } from '../../detect/state/support.ts';

const PROGRAM = programOf('p');
const SINGLE: AnyProgram = { ...PROGRAM, kind: 'single', spanMs: 0 };

/** Finds each signal. */
const each = (): Evaluator => ({
  take: (signal, { found }) => found({ program: PROGRAM, cluster: 'c', group: {}, evidence: [signal], maker: signal }),
  advance: () => {},
  counts: { held: 0, evicted: 0, notJudged: 0 },
});

const signal = (at: number): string => writeSignal(signalAt(at, `e${at}`, { program: 'p' }));

const reached = (ms: number): string => {
  const mark = { producer: 't/0', cluster: 'c', dataset: 'etcd.audit_logs', reached: ms } as const;
  return writeMarks({ at: ms, marks: [mark], silent: [] } satisfies Marks);
};

type Settings = { readonly programs?: readonly AnyProgram[]; readonly holdMs?: number; readonly now?: () => number };

/** A consumer of one member, and what it does. */
async function member({ programs = [PROGRAM], holdMs = 0, now = () => 0 }: Settings = {}) {
  const told: string[] = [];
  const sought: string[] = [];
  const committed: object[] = [];
  const listeners = new Map<string, (event: object) => void>();
  let handle: EachBatchHandler = async () => {};
  const consumer = {
    events: { GROUP_JOIN: 'join', HEARTBEAT: 'heartbeat' },
    on: (name: string, listen: (event: object) => void) => listeners.set(name, listen),
    connect: async () => {},
    subscribe: async () => {},
    run: async ({ eachBatch }: { readonly eachBatch: EachBatchHandler }) => {
      handle = eachBatch;
    },
    seek: ({ partition, offset }: { readonly partition: number; readonly offset: string }) => {
      sought.push(`${partition}@${offset}`);
    },
    commitOffsets: async (offsets: object[]) => void committed.push(...offsets),
  } as unknown as Consumer;
  const alerting = {
    writer: { full: false, room: async () => {} },
    assigned: () => {},
    prepare: async () => {},
    takeFinding: ({ maker }: { readonly maker: { readonly id: string } }) => told.push(maker.id) > 0,
  } as unknown as Alerting;
  const consuming = new Consuming('signals', 'group', programs, {
    ...{ consumer, alerting, log: createLog('fatal'), stop: new AbortController().signal },
    admin: { fetchOffsets: async () => [] },
    begin: (inForce, ports, beginning) =>
      new Evaluation(
        inForce,
        { evaluatorOf: each, latenessMs: 0, terms: 1, waiting: 100, holdMs, now },
        ports,
        beginning,
      ),
    blind: () => {},
    restore: async () => new Map(),
    keep: async () => {},
    keepSingles: async () => {},
    sessionMs: 30_000,
  });
  consuming.expect(['t/0']);
  await consuming.start();
  return {
    ...{ consuming, told, sought, committed },
    join: (partitions: number[], memberId = 'm') => {
      listeners.get('join')?.({ timestamp: 0, payload: { memberId, memberAssignment: { signals: partitions } } });
    },
    heartbeat: (timestamp: number) => listeners.get('heartbeat')?.({ timestamp }),
    read: (partition: number, from: number, ...values: (string | null)[]) =>
      handle(
        batchOf(
          partition,
          from,
          values.map(value => (value === null ? null : Buffer.from(value))),
        ),
      ),
  };
}

function batchOf(partition: number, from: number, values: readonly (Buffer | null)[]): EachBatchPayload {
  const messages = values.map((value, i) => ({ value, offset: String(from + i), timestamp: '0' }));
  const last = String(from + values.length - 1);
  return {
    batch: { partition, messages, firstOffset: () => String(from), lastOffset: () => last, highWatermark: last },
    resolveOffset: () => {},
    heartbeat: async () => {},
    isRunning: () => true,
    isStale: () => false,
  } as unknown as EachBatchPayload;
}

test('what is found is told once the clock has passed it', async () => {
  const { join, read, told } = await member();
  join([0]);
  await read(0, 0, signal(20), signal(10), reached(15));
  expect(told).toEqual(['e10']);
  await read(0, 3, reached(21));
  expect(told).toEqual(['e10', 'e20']);
});

test('what has waited for too long is told by whom the group hears, and by none that is cut off', async () => {
  let now = 0;
  const { consuming, join, read, heartbeat, told } = await member({
    ...{ programs: [SINGLE], holdMs: 1_000 },
    now: () => now,
  });
  join([0]);
  await read(0, 0, signal(10));
  now = 30_001;
  consuming.hurry(now);
  expect(told).toEqual([]);
  heartbeat(now);
  consuming.hurry(now);
  expect(told).toEqual(['e10']);
});

test('a partition that is kept goes on where it was, and one that was lost begins anew', async () => {
  const { join, read, told, sought } = await member();
  join([0, 1]);
  await read(0, 0, signal(10), reached(15));
  await read(1, 0, signal(11));
  join([0]);
  expect(sought).toEqual(['0@2']);
  // What was fetched before the partition was given away.
  await read(1, 1, reached(15));
  expect(told).toEqual(['e10']);
  join([0, 1]);
  await read(1, 0, signal(11), reached(15));
  expect(told).toEqual(['e10', 'e11']);
});

test('who comes back as another member has lost what it had', async () => {
  const { join, read, told, sought } = await member();
  join([0]);
  await read(0, 0, signal(10), reached(15));
  join([0], 'another');
  expect(sought).toEqual([]);
  await read(0, 0, signal(10), reached(15));
  expect(told).toEqual(['e10', 'e10']);
});

test('a batch that comes again is passed over', async () => {
  const { join, read, told } = await member();
  join([0]);
  for (let time = 0; time < 2; time += 1) await read(0, 0, signal(10), reached(15));
  expect(told).toEqual(['e10']);
});

test('what cannot be read is counted, and holds up nothing', async () => {
  const { join, read, told, consuming } = await member();
  join([0]);
  await read(0, 0, '{', null, '{"v":9}', signal(10), reached(15));
  expect([told, consuming.counts.unread]).toEqual([['e10'], 3]);
});

test('what has moved is committed, once', async () => {
  const { join, read, consuming, committed } = await member();
  join([0, 1]);
  await read(0, 0, signal(10), reached(15));
  await consuming.commit(1e12);
  await consuming.commit(1e12);
  const metadata = JSON.stringify({ v: 1, clusters: [['c', 15, 15]], takenBelow: 2 });
  // A program that looks back no further than now needs nothing of what was passed.
  expect(committed).toEqual([{ topic: 'signals', partition: 0, offset: '2', metadata }]);
});
