import { expect, test } from '@jest/globals';
import type { Evaluator, Finding } from '../../../../src/detect/state/evaluator.ts';
import type { Marks } from '../../../../src/model/mark.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import { Evaluation } from '../../../../src/pipeline/signals/evaluation.ts';
import { NO_HORIZON, readHorizon } from '../../../../src/pipeline/signals/horizon.ts';
import type { Program } from '../../../../src/sigma/program.ts';
import { seeded } from '../../../services/random.ts';
import { programOf, signalAt } from '../../detect/state/support.ts';

const SECOND = 1_000;
const SPAN = 20 * SECOND;
const LATENESS = 5 * SECOND;
const PROGRAM: Program = {
  ...programOf('p'),
  kind: 'correlation',
  spanMs: SPAN,
  root: {
    ...{ id: 'p', type: 'event_count', timespanMs: SPAN, parts: [], groupBy: ['g'] },
    ...{ groupFields: new Map(), valueFields: new Map() },
    holds: { kind: 'number', test: count => count >= 3, percentile: undefined },
  },
};
const yes = (): boolean => true;

/** Holds from the third signal of a group in twenty seconds on. */
function threeOfAGroup(program: Program): Evaluator {
  const groups = new Map<string, Signal[]>();
  return {
    take: (signal, { found }) => {
      const group = signal.fields['g'] ?? '';
      const window = [...(groups.get(group) ?? []), signal].filter(({ at }) => at >= signal.at - SPAN);
      groups.set(group, window);
      if (window.length < 3) return;
      found({ program, cluster: signal.cluster, group: { g: group }, evidence: window, maker: signal });
    },
    advance: () => {},
    counts: { held: 0, evicted: 0, notJudged: 0 },
  };
}

type Entry = { readonly signal: Signal } | Marks;

/** A minute of two partitions, signals out of order inside the lateness, some of them twice, with marks between. */
function someLog(seed: number): readonly Entry[] {
  const random = seeded(seed);
  const entries: Entry[] = [];
  for (let n = 0; n < 400; n += 1) {
    const now = n * 300;
    const at = Math.max(0, Math.round(now - random() * LATENESS));
    const signal = signalAt(at, `e${n}`, { program: 'p', fields: { g: `g${Math.floor(random() * 25)}` } });
    entries.push({ signal });
    if (random() < 0.1) entries.push({ signal });
    if (n % 4 !== 0) continue;
    const stream = { cluster: 'c', dataset: 'kubernetes.audit_logs', reached: now } as const;
    entries.push({ at: now, marks: ['t/0', 't/1'].map(producer => ({ producer, ...stream })), silent: [] });
  }
  return entries;
}

type Commit = { offset: number; metadata: string };

/** Reads from where it was committed up to an offset; `told` is what the index has. */
function read(log: readonly Entry[], from: Commit, to: number, told: string[], settles = yes): Commit {
  const evaluation = new Evaluation(
    [PROGRAM],
    { evaluatorOf: threeOfAGroup, latenessMs: LATENESS, terms: 10, waiting: 1_000, holdMs: 0, block: 10 },
    {
      found: (finding, ledger, moment) => {
        const claim = ledger.open(moment);
        if (!settles()) return;
        if (!told.includes(tellOf(finding))) told.push(tellOf(finding));
        claim.settle();
      },
      blind: () => {},
    },
    { offset: from.offset, horizon: readHorizon(from.metadata) },
  );
  evaluation.expect(['t/0', 't/1']);
  for (let offset = from.offset; offset < to; offset += 1) {
    const entry = log[offset];
    if (entry === undefined) break;
    if ('signal' in entry) evaluation.take(entry.signal, offset);
    else evaluation.hear(entry);
    evaluation.read(offset);
    evaluation.advance(yes);
  }
  return evaluation.committable ?? from;
}

const tellOf = ({ group, maker, evidence }: Finding): string =>
  `${JSON.stringify(group)} ${maker.id}: ${evidence.map(({ id }) => id).join(' ')}`;

const START: Commit = { offset: 0, metadata: '' };

test('whoever is killed at any moment and begins again tells the same as one who never was', () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const log = someLog(seed);
    const expected: string[] = [];
    read(log, START, log.length, expected);
    expect(expected.length).toBeGreaterThan(20);

    const random = seeded(seed);
    const told: string[] = [];
    let commit = START;
    for (let life = 0; life < 8; life += 1) {
      const to = Math.floor(random() * log.length);
      // What is not acknowledged is not told, though all that comes after may be.
      const dies = random() < 0.5 ? random() : 1;
      commit = read(log, commit, to, told, () => random() < dies);
    }
    read(log, commit, log.length, told);
    expect(told.toSorted()).toEqual(expected.toSorted());
  }
});

test('what is committed begins no further back than open windows do', () => {
  const log = someLog(1);
  const { offset } = read(log, START, log.length, []);
  const at = log.slice(offset).flatMap(entry => ('signal' in entry ? [entry.signal.at] : []));
  const end = 399 * 300;
  // A window, what is later than the lateness allows, and a block of ten.
  expect(Math.min(...at)).toBeGreaterThan(end - 2 * SPAN - 3 * LATENESS - 10 * 300);
  expect(read([], START, 0, [])).toMatchObject({
    offset: 0,
    metadata: JSON.stringify({ v: 1, clusters: [], takenBelow: 0 }),
  });
});

test('the clock waits for a partition of which nothing was heard, and a finding for the clock', () => {
  const told: string[] = [];
  const log = someLog(2).map(entry => ('marks' in entry ? { ...entry, marks: entry.marks.slice(0, 1) } : entry));
  read(log, START, log.length, told);
  expect(told).toEqual([]);
});

test('a horizon that cannot be read is none', () => {
  for (const text of ['', 'x', '{"v":2,"clusters":[]}', '[]', null]) {
    expect(readHorizon(text).clusters.size).toBe(0);
    expect(readHorizon(text).others).toEqual(NO_HORIZON.others);
  }
});
