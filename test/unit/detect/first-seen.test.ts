import { expect, test } from '@jest/globals';
import { firstSeen } from '../../../src/detect/first-seen.ts';
import { Baseline } from '../../../src/detect/state/baseline.ts';
import type { BaselineRow } from '../../../src/model/baseline.ts';
import type { Signal } from '../../../src/model/signal.ts';
import type { FirstSeenProgram } from '../../../src/sigma/program.ts';
import { programOf, signalAt } from './state/support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const PROGRAM: FirstSeenProgram = {
  ...programOf(),
  kind: 'first-seen',
  fields: ['user', 'ip'],
  learnMs: 7 * DAY,
  rememberMs: 30 * DAY,
};

type Step = Signal | { readonly now: number; readonly sight?: number };

const seen = (at: number, user: string | undefined, ip: string | undefined = '10.0.0.1'): Signal =>
  signalAt(at, `${user}@${at}`, { fields: { ...(user && { user }), ...(ip && { ip }) } });

/** Keeps a rule from pausing, so that a month may pass in a line. */
const until = (day: number): readonly Step[] => Array.from({ length: day + 1 }, (_, i) => ({ now: i * DAY }));

const row = (more: Partial<BaselineRow>): BaselineRow => ({
  program: PROGRAM.rule.id,
  cluster: 'c',
  terms: ['alice', '10.0.0.1'],
  firstSeen: 0,
  lastSeen: 0,
  ...more,
});

function told(steps: readonly Step[], baseline = new Baseline(1_000)): string[] {
  const evaluator = firstSeen(PROGRAM, baseline);
  const lines: string[] = [];
  for (const step of steps) {
    if ('now' in step) {
      evaluator.advance(
        { now: step.now, sight: () => step.sight ?? step.now },
        { found: () => {}, blind: ({ reason, notJudged }) => lines.push(`${reason}: ${notJudged}`) },
      );
    } else evaluator.take(step, { found: ({ maker }) => lines.push(maker.id), blind: () => {} });
  }
  return lines;
}

const LEARNT = [seen(0, 'alice'), ...until(7)];

const cases: [name: string, steps: readonly Step[], found: string[]][] = [
  ['the first match of a cluster is learnt', [seen(0, 'alice')], []],
  ['so is all that follows below the learning time', [...LEARNT, seen(7 * DAY - 1, 'bob')], []],
  ['from its end on what is new is found', [...LEARNT, seen(7 * DAY, 'bob')], [`bob@${7 * DAY}`]],
  ['what was learnt is not', [...LEARNT, seen(7 * DAY, 'alice')], []],
  ['what is new is found once', [...LEARNT, seen(7 * DAY, 'bob'), seen(7 * DAY + 1, 'bob')], [`bob@${7 * DAY}`]],
  ['known values in a new pair are new', [...LEARNT, seen(8 * DAY, 'alice', '10.0.0.2')], [`alice@${8 * DAY}`]],
  ['a match without one of the fields is none', [...LEARNT, seen(8 * DAY, undefined), seen(8 * DAY, 'bob', '')], []],
  [
    'what was seen within the time that is remembered is known',
    [seen(0, 'alice'), ...until(30), seen(30 * DAY, 'alice')],
    [],
  ],
  [
    'a millisecond later it is new again',
    [seen(0, 'alice'), ...until(30), seen(30 * DAY + 1, 'alice')],
    [`alice@${30 * DAY + 1}`],
  ],
  [
    'each match prolongs what is remembered',
    [seen(0, 'alice'), ...until(20), seen(20 * DAY, 'alice'), ...until(50), seen(50 * DAY, 'alice')],
    [],
  ],
  ['a pause in which nothing was watched forgets nothing', [...LEARNT, seen(34 * DAY, 'alice')], []],
  ['after it what is new is found at once', [...LEARNT, seen(34 * DAY, 'bob')], [`bob@${34 * DAY}`]],
  [
    'a pause longer than the time that is remembered is followed by learning',
    [...LEARNT, seen(40 * DAY, 'bob'), seen(40 * DAY + 1, 'alice'), seen(46 * DAY, 'carol')],
    [],
  ],
  [
    'and that by finding',
    [...LEARNT, seen(40 * DAY, 'bob'), ...until(47).slice(41), seen(47 * DAY, 'carol'), seen(47 * DAY, 'bob')],
    [`carol@${47 * DAY}`],
  ],
  [
    'a stream that is silent while the clock goes on is a pause too',
    [...LEARNT, ...until(34).map(step => ({ ...step, sight: 7 * DAY })), seen(34 * DAY, 'alice')],
    [],
  ],
];
for (const [name, steps, found] of cases) test(`first seen: ${name}`, () => expect(told(steps)).toEqual(found));

test('signals that are read once more after a restart find what they found', () => {
  const baseline = new Baseline(1_000);
  const steps = [seen(7 * DAY, 'bob'), seen(7 * DAY + 5, 'bob'), seen(7 * DAY + 6, 'alice')];
  const found = told([...LEARNT, ...steps], baseline);
  const restored = new Baseline(1_000);
  for (const held of baseline.rows()) restored.put(held);
  expect(found).toEqual([`bob@${7 * DAY}`]);
  expect(told(steps, restored)).toEqual(found);
});

test('a restart in the days in which a cluster is learnt anew does not end them', () => {
  const baseline = new Baseline(1_000);
  expect(told([...LEARNT, seen(40 * DAY, 'alice')], baseline)).toEqual([]);
  const rows = [...baseline.rows()];
  for (const order of [rows, rows.toReversed()]) {
    const restored = new Baseline(1_000);
    for (const held of order) restored.put(held);
    expect(told([seen(41 * DAY, 'bob')], restored)).toEqual([]);
    expect([...restored.rows()].length).toBe(rows.length + 1);
  }
});

const imported: [name: string, rows: readonly BaselineRow[], step: Signal, found: string[]][] = [
  ['what it holds is known', [row({ lastSeen: 9 * DAY })], seen(9 * DAY + 1, 'alice'), []],
  ['what it lacks is new at once', [row({ lastSeen: 9 * DAY })], seen(9 * DAY + 1, 'bob'), [`bob@${9 * DAY + 1}`]],
  ['one that is too short is learnt on', [row({ lastSeen: 6 * DAY })], seen(7 * DAY - 1, 'bob'), []],
  ['one that is old pauses', [row({ lastSeen: 9 * DAY })], seen(38 * DAY, 'alice'), []],
  ['one that is too old counts for nothing', [row({ lastSeen: 9 * DAY })], seen(40 * DAY, 'bob'), []],
  [
    'one of later times finds nothing in earlier ones',
    [row({ firstSeen: 20 * DAY, lastSeen: 90 * DAY })],
    seen(0, 'bob'),
    [],
  ],
  ['one of another cluster is none', [row({ cluster: 'd', lastSeen: 9 * DAY })], seen(9 * DAY, 'bob'), []],
  ['one of another rule is none', [row({ program: 'other', lastSeen: 9 * DAY })], seen(9 * DAY, 'bob'), []],
];
for (const [name, rows, step, found] of imported) {
  test(`a baseline: ${name}`, () => {
    const baseline = new Baseline(1_000);
    for (const imported of rows) baseline.put(imported);
    expect(told([step], baseline)).toEqual(found);
  });
}

test('a flood of terms stays within the capacity, and those that were known before stay known', () => {
  const baseline = new Baseline(2_000);
  const evaluator = firstSeen(PROGRAM, baseline);
  const found: string[] = [];
  const blind: number[] = [];
  const report = {
    found: ({ maker }: { maker: Signal }) => found.push(maker.id),
    blind: ({ notJudged }: { notJudged: number }) => blind.push(notJudged),
  };
  const known = Array.from({ length: 100 }, (_, i) => `user${i}`);
  for (const at of [0, HOUR]) for (const user of known) evaluator.take(seen(at, user), report);
  for (let day = 0; day <= 8; day += 1) evaluator.advance({ now: day * DAY, sight: () => day * DAY }, report);
  for (let i = 0; i < 100_000; i += 1) evaluator.take(seen(8 * DAY, `flood${i}`), report);
  const flood = found.length;
  for (const user of known) evaluator.take(seen(8 * DAY + 1, user), report);
  evaluator.advance({ now: 8 * DAY, sight: () => 8 * DAY }, report);
  // All that is new until the first one goes, and then twenty an hour.
  expect(flood).toBe(2_000 - 100 + 1 + 20);
  expect(found).toHaveLength(flood);
  expect(evaluator.counts.held).toBeLessThanOrEqual(2_000);
  expect(evaluator.counts.evicted).toBeGreaterThan(97_000);
  expect([blind, evaluator.counts.notJudged]).toEqual([[100_000 - flood], 100_000 - flood]);
});
