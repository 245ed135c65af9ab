import { expect, test } from '@jest/globals';
import type { AlertOperation, AlertResult, StoredAlert } from '../../../../src/deliver/elasticsearch/alert-store.ts';
import { AlertWriter } from '../../../../src/deliver/elasticsearch/alert-writer.ts';
import { Suppression } from '../../../../src/detect/suppress.ts';
import type { Alert } from '../../../../src/model/alert.ts';
import type { Marks } from '../../../../src/model/mark.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import { Alerting, besideOrder } from '../../../../src/pipeline/alerting.ts';
import { Evaluation, type EvaluationPorts } from '../../../../src/pipeline/signals/evaluation.ts';
import { earliestOf, readHorizon } from '../../../../src/pipeline/signals/horizon.ts';
import type { SinglesRow } from '../../../../src/pipeline/signals/singles-row.ts';
import type { SingleProgram } from '../../../../src/sigma/program.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { seeded } from '../../../services/random.ts';
import { programOf, signalAt } from '../../detect/state/support.ts';

const SECOND = 1_000;
const LATENESS = 5 * SECOND;
const SOURCES = ['t/0', 't/1'];
const TOPIC = 'signals';
const ONE = { topic: TOPIC, partition: 0 };

const { rule, inputs } = programOf('p');
const keywarden = { group: ['g'], suppress: '10s' } as SingleProgram['rule']['keywarden'];
const PROGRAM: SingleProgram = { kind: 'single', rule: { ...rule, keywarden }, inputs, spanMs: 0 };

/** An index in memory. */
class Index {
  readonly alerts = new Map<string, { document: Alert; seqNo: number }>();

  take(operation: AlertOperation): AlertResult {
    const { id } = operation;
    const known = this.alerts.get(id);
    const conflict = { status: 409, index: 'alerts', version: undefined, error: { type: 'conflict', reason: '' } };
    if (operation.kind === 'create' ? known !== undefined : known?.seqNo !== operation.version.seqNo) return conflict;
    const document = merged((known?.document ?? {}) as Alert, operation.document as Alert);
    const seqNo = (known?.seqNo ?? 0) + 1;
    this.alerts.set(id, { document, seqNo });
    return { status: 200, index: 'alerts', version: { index: 'alerts', seqNo, primaryTerm: 1 } };
  }

  stored(): StoredAlert[] {
    return [...this.alerts].map(([id, { document, seqNo }]) => ({
      ...{ id, key: document.keywarden.alert.key, suppressMs: 10 * SECOND, isClosed: false },
      ...{ version: { index: 'alerts', seqNo, primaryTerm: 1 }, state: structuredClone(document) },
    }));
  }
}

const merged = (before: Alert, after: Alert): Alert => {
  const alert = { ...before.keywarden?.alert, ...after.keywarden.alert };
  return structuredClone({ ...before, ...after, keywarden: { alert } });
};

function alertingOn(index: Index, life: AbortSignal): Alerting {
  const suppression = new Suppression({ suppressMs: 10 * SECOND, capacity: 1_000, onEvict: () => {} });
  const writer = new AlertWriter(
    'alerts',
    {
      send: async operations =>
        life.aborted
          ? { kind: 'unavailable', reason: 'killed' }
          : { kind: 'answered', items: operations.map(operation => index.take(operation)) },
      get: async () => new Map(index.stored().map(alert => [alert.id, alert])),
      deadLetter: async () => {},
      onEnd: () => {},
      onWait: () => {},
      onDefect: () => {},
      now: () => 0,
    },
    life,
  );
  const lookup = {
    open: async () => index.stored(),
    counting: async (
      from: { topic: string; partition: number; offset: number },
      onPage: (alerts: readonly StoredAlert[]) => void,
    ) => {
      const counts = ({ state }: StoredAlert) =>
        state.keywarden.alert.counted?.some(({ topic, offset }) => topic === from.topic && offset >= from.offset);
      onPage(index.stored().filter(counts));
    },
  };
  return new Alerting(suppression, writer, lookup, createLog('fatal'));
}

type Entry = { readonly signal: Signal; readonly sentAt: number } | Marks;

/** Two minutes of two partitions of a log: matches of forty groups, out of order; their readers begin again now and then. */
function someLog(seed: number, lateOnes: number): readonly Entry[] {
  const random = seeded(seed);
  const entries: Entry[] = [];
  const sent = new Map<string, Signal[]>(SOURCES.map(source => [source, []]));
  for (let n = 0; n < 400; n += 1) {
    const now = n * 300;
    const source = SOURCES[Math.floor(random() * SOURCES.length)] ?? '';
    const before = sent.get(source) ?? [];
    const delay = random() < lateOnes ? 4 * LATENESS : LATENESS - SECOND;
    const at = Math.max(0, Math.round(now - random() * delay));
    const read = { source, offset: before.length, item: 0, at: now };
    const signal = signalAt(at, `e${n}`, { program: 'p', read, fields: { g: `g${Math.floor(random() * 40)}` } });
    before.push(signal);
    entries.push({ signal, sentAt: now });
    // Whoever read it was killed: the next one sends the last ones again.
    if (random() < 0.03)
      entries.push(...before.slice(-Math.ceil(random() * 30)).map(again => ({ signal: again, sentAt: now })));
    if (n % 4 === 0) entries.push(marks(now));
  }
  entries.push(marks(10_000 * SECOND));
  return entries;
}

const marks = (now: number): Marks => {
  const stream = { cluster: 'c', dataset: 'kubernetes.audit_logs', reached: now } as const;
  return { at: now, marks: SOURCES.map(producer => ({ producer, ...stream })), silent: [] };
};

/** The clock on the wall, and how long a match may wait by it. */
type Wall = { now: number; readonly holdMs: number };

/** Long after all that happens here, so that it is history. */
const history = (): Wall => ({ now: 1e12, holdMs: 60 * SECOND });

type Commit = { readonly offset: number; readonly metadata: string; readonly singles: SinglesRow | undefined };
const START: Commit = { offset: 0, metadata: '', singles: undefined };

/** Reads from where it was committed up to an offset, delivers and commits now and then, and is killed. */
async function live(
  log: readonly Entry[],
  from: Commit,
  to: number,
  index: Index,
  random: () => number,
  wall: Wall,
): Promise<Commit> {
  const life = new AbortController();
  const alerting = alertingOn(index, life.signal);
  const horizon = readHorizon(from.metadata);
  await alerting.prepare(TOPIC, 0, earliestOf(horizon));
  await alerting.prepare(besideOrder(TOPIC), 0, from.offset);
  const evaluation = new Evaluation(
    [PROGRAM],
    {
      ...{ latenessMs: LATENESS, terms: 10, waiting: 12_500, holdMs: wall.holdMs, block: 10, now: () => wall.now },
      evaluatorOf: () => {
        throw new Error('there is no such program');
      },
    },
    {
      found: (finding, ledger, moment, arrival) => void alerting.takeFinding(finding, ONE, ledger, moment, arrival),
      blind: () => {},
    },
    { offset: from.offset, horizon, singles: from.singles },
  );
  evaluation.expect(SOURCES);
  let commit = from;
  for (let offset = from.offset; offset < to; offset += 1) {
    const entry = log[offset];
    if (entry === undefined) break;
    if ('signal' in entry) evaluation.take(entry.signal, offset, wall.now > 1e11 ? wall.now : entry.sentAt);
    else evaluation.hear(entry);
    wall.now = Math.max(wall.now, 'signal' in entry ? entry.sentAt : Math.min(entry.at, 400 * 300));
    evaluation.read(offset);
    evaluation.advance(() => true);
    if (random() < 0.05) await alerting.writer.flush();
    if (random() < 0.1) {
      const { committable } = evaluation;
      if (committable === undefined) continue;
      const { offset: next, metadata, singles } = committable;
      // It may be killed between the two.
      commit = random() < 0.1 ? { ...commit, singles } : { offset: next, metadata, singles };
    }
  }
  if (to >= log.length) await alerting.writer.flush();
  life.abort(new Error('killed'));
  return commit;
}

async function killed(log: readonly Entry[], random: () => number, wall = history()): Promise<Index> {
  const index = new Index();
  let commit = START;
  for (let life = 0; life < 8; life += 1) {
    commit = await live(log, commit, Math.floor(random() * log.length), index, random, wall);
  }
  await live(log, commit, log.length, index, random, wall);
  return index;
}

const toldIn = (index: Index) =>
  index.stored().map(({ id, key, state }) => {
    const { count, first_seen: first, last_seen: last, evidence } = state.keywarden.alert;
    return { id, key, count, first, last, evidence: evidence.map(({ event_id: event }) => event) };
  });

const inOrder = (index: Index) => toldIn(index).toSorted((a, b) => (a.id < b.id ? -1 : 1));

test('whoever is killed at any moment and begins again makes the same alerts as one who never was', async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const log = someLog(seed, 0);
    const index = new Index();
    await live(log, START, log.length, index, seeded(seed), history());
    expect(index.alerts.size).toBeGreaterThan(80);
    expect(inOrder(await killed(log, seeded(seed)))).toEqual(inOrder(index));
  }
}, 60_000);

test('a match that is late counts once too', async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const log = someLog(seed, 0.2);
    const index = await killed(log, seeded(seed));
    const events = new Set(log.flatMap(entry => ('signal' in entry ? [entry.signal.id] : [])));
    expect([seed, toldIn(index).reduce((sum, { count }) => sum + count, 0)]).toEqual([seed, events.size]);
  }
}, 60_000);

test('a match of now that does not wait for its order counts once too', async () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const log = someLog(seed, 0.1);
    const index = await killed(log, seeded(seed), { now: 0, holdMs: 3 * SECOND });
    const events = new Set(log.flatMap(entry => ('signal' in entry ? [entry.signal.id] : [])));
    expect([seed, toldIn(index).reduce((sum, { count }) => sum + count, 0)]).toEqual([seed, events.size]);
  }
}, 60_000);

/** An evaluation of these programs from there on, and what it tells. */
function begun(programs: readonly SingleProgram[], from: Commit, end?: number, wall = { now: 1e12 }) {
  const told: string[] = [];
  const found: EvaluationPorts['found'] = ({ maker }, ledger, moment) => {
    told.push(maker.id);
    ledger.open(moment).settle();
  };
  const evaluation = evaluationOf(programs, from, { found, blind: () => {} }, end, wall);
  const read = (entries: readonly Entry[]): Commit => {
    for (const [offset, entry] of entries.entries()) {
      if (offset < from.offset) continue;
      if ('signal' in entry) evaluation.take(entry.signal, offset, 1e12);
      else evaluation.hear(entry);
      evaluation.read(offset);
      evaluation.advance(() => true);
    }
    const { offset, metadata, singles } = evaluation.committable ?? from;
    return { offset, metadata, singles };
  };
  return { told, read };
}

function evaluationOf(
  programs: readonly SingleProgram[],
  from: Commit,
  ports: EvaluationPorts,
  end?: number,
  wall = { now: 1e12 },
): Evaluation {
  const evaluation = new Evaluation(
    programs,
    {
      ...{ latenessMs: 0, terms: 10, waiting: 12_500, holdMs: 60 * SECOND, block: 1, now: () => wall.now },
      evaluatorOf: () => {
        throw new Error('there is no such program');
      },
    },
    ports,
    {
      offset: from.offset,
      horizon: readHorizon(from.metadata),
      singles: from.singles,
      ...(end !== undefined && { end }),
    },
  );
  evaluation.expect(SOURCES);
  return evaluation;
}

const match = (at: number, offset: number, cluster = 'c'): Entry => ({
  signal: signalAt(at, `e${at}`, { program: 'p', cluster, read: { source: 't/0', offset, item: 0, at: 0 } }),
  sentAt: 1e12,
});

test('a match of a rule that is not in force yet is told by whoever has it, after a restart too', () => {
  const log = [match(1_000, 1), marks(2_000), match(1_500, 2), marks(9_000)];
  const old = begun([], START);
  const commit = old.read(log);
  expect([old.told, commit.singles?.parked, commit.offset]).toEqual([[], [0, 2], 0]);
  const next = begun([PROGRAM], commit);
  const after = next.read(log);
  expect(next.told).toEqual(['e1000', 'e1500']);
  expect(after.singles?.parked).toEqual([]);
});

test('a match is late whether it is read with what the clock has passed or after it', () => {
  const late: string[] = [];
  const evaluation = evaluationOf([PROGRAM], START, {
    found: ({ maker }, _ledger, _moment, arrival) => void late.push(`${maker.id} ${arrival?.as}`),
    blind: () => {},
  });
  const entries = [match(1_000, 1), match(3_000, 2), marks(4_000), match(2_000, 3)];
  for (const [offset, entry] of entries.entries()) {
    if ('signal' in entry) evaluation.take(entry.signal, offset, 1e12);
    else evaluation.hear(entry);
  }
  evaluation.advance(() => true);
  expect(late).toEqual(['e1000 in-order', 'e3000 in-order', 'e2000 late']);
});

test('a match of a rule that is of another kind here is read again for an hour too', () => {
  const log = [match(1_000, 1), marks(2_000), marks(9_000)];
  const correlation = { ...PROGRAM, kind: 'first-seen', spanMs: 0 } as unknown as SingleProgram;
  expect(begun([correlation], START).read(log).offset).toBe(0);
});

test('a match of a rule that is not in force is read again for an hour, and no longer', () => {
  const wall = { now: 1e12 };
  const log = [match(1_000, 1), marks(2_000), marks(9_000)];
  const { read } = begun([], START, undefined, wall);
  expect(read(log.slice(0, 2)).offset).toBe(0);
  wall.now += 3_600_001;
  expect(read(log).offset).toBe(3);
});

test('history of a cluster that no clock knows is not read again once it is told', () => {
  const wall = { now: 1e12 };
  const log = [match(5_000, 1, 'unheard'), match(9_000, 2, 'unheard'), marks(1_000), marks(2_000)];
  const { told, read } = begun([PROGRAM], START, undefined, wall);
  expect([read(log.slice(0, 3)).offset, told]).toEqual([0, []]);
  wall.now += 60 * SECOND;
  expect([read([...log, ...log.slice(0, 2), marks(3_000)]).offset, told]).toEqual([7, ['e5000', 'e9000']]);
});

test('a row that whoever had the partition before wrote too late makes nothing late', () => {
  const log = [match(1_000, 1), marks(2_000), match(3_000, 2), marks(4_000), match(4_500, 3)];
  const early = begun([PROGRAM], START).read(log.slice(0, 2));
  const first = begun([PROGRAM], START);
  const late = first.read(log);
  expect(first.told).toEqual(['e1000', 'e3000']);
  const next = begun([PROGRAM], { ...late, offset: 0, singles: early.singles });
  next.read([...log, marks(9_000)]);
  expect(next.told).toEqual(['e4500']);
});

test('what was kept of a topic that is no more says nothing of the next', () => {
  const before = begun([PROGRAM], START).read([match(1_000, 1), marks(9_000)]);
  const anew = [match(1_500, 2), marks(9_500)];
  const { told, read } = begun([PROGRAM], { ...before, offset: 0 }, 1);
  read(anew);
  expect(told).toEqual(['e1500']);
});
