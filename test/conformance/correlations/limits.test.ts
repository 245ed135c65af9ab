import { expect, test } from '@jest/globals';
import { correlator } from '../../../src/detect/correlate/correlator.ts';
import type { Finding, Limits } from '../../../src/detect/state/evaluator.ts';
import { StageTwo } from '../../../src/detect/state/stage-two.ts';
import type { CorrelationProgram } from '../../../src/sigma/program.ts';
import { programOf } from './program.ts';
import { chain, correlation, signalOf } from './support.ts';

const MILLION = 1_000_000;

const many = (name = 'many', user = 'user') =>
  programOf(correlation(`type: event_count, rules: [a], condition: {gte: 3}, timespan: 1d, group-by: [${user}]`, name));

function evaluated(program: CorrelationProgram, limits: Limits) {
  const found: Finding[] = [];
  const evaluator = correlator(program, limits);
  const report = { found: (finding: Finding) => found.push(finding), blind: () => {} };
  const some = signalOf(program, { name: 'a', at: 0, cluster: 'c', fields: {} }, 0);
  let count = 0;
  return {
    evaluator,
    found,
    take: (at: number, user: string) => {
      const id = String(++count);
      evaluator.take({ ...some, at, id, request: id, fields: { user } }, report);
    },
    advance: (now: number) => evaluator.advance({ now, sight: () => now }, report),
  };
}

test('a million users are no more than may be held, and whoever goes on is not hidden among them', () => {
  const { evaluator, found, take } = evaluated(many(), { signals: 5_000, groups: 1_000 });
  let most = 0;
  for (let i = 0; i < MILLION; i++) {
    take(i, `user ${i}`);
    if (i % 900 === 0) take(i, 'mallory');
    most = Math.max(most, evaluator.counts.held);
  }
  const times = Math.ceil(MILLION / 900);
  expect(most).toBeLessThanOrEqual(5_000);
  expect(evaluator.counts.evicted).toBe(MILLION + 1 - 1_000);
  expect(found.length).toBe(times - 2);
  expect(found.at(-1)).toMatchObject({ group: { user: 'mallory' }, value: times });
});

test('whoever was silent for longest is forgotten, and nobody else', () => {
  const { evaluator, found, take } = evaluated(many(), { signals: 100, groups: 3 });
  for (const user of ['a', 'a', 'b', 'b', 'c', 'c', 'a', 'd', 'b', 'c']) take(0, user);
  // d took the place of b, b then that of c, and c that of a.
  expect(found.map(({ group }) => group['user'])).toEqual(['a']);
  expect(evaluator.counts).toEqual({ held: 3, evicted: 3, notJudged: 0 });
});

test('where signals are too many, a group goes with all it has', () => {
  const { evaluator, found, take } = evaluated(many(), { signals: 6, groups: 100 });
  for (const user of ['a', 'a', 'b', 'b', 'c', 'c', 'c', 'a', 'b']) take(0, user);
  // The third of c took the place of both of a; the third of b that of all of c.
  expect(found.map(({ group }) => group['user'])).toEqual(['c', 'b']);
  expect(evaluator.counts).toEqual({ held: 4, evicted: 2, notJudged: 0 });
});

test('a group that is alone keeps its latest', () => {
  const { evaluator, found, take } = evaluated(many(), { signals: 10, groups: 100 });
  for (let i = 0; i < 50; i++) take(i, 'a');
  expect(found.at(-1)).toMatchObject({ value: 10, window: { count: 10, since: 40 } });
  expect(evaluator.counts).toEqual({ held: 10, evicted: 40, notJudged: 0 });
});

test('what no event to come needs is let go with the clock', () => {
  const day = 86_400_000;
  const { evaluator, found, take, advance } = evaluated(many(), { signals: 1_000, groups: 1_000 });
  for (let i = 0; i < 100; i++) take(i, `user ${i}`);
  advance(day + 50);
  expect(evaluator.counts.held).toBe(50);
  advance(Number.POSITIVE_INFINITY);
  expect(evaluator.counts).toEqual({ held: 0, evicted: 0, notJudged: 0 });
  expect(found).toEqual([]);
});

test('the correlations of a chain share what may be held', () => {
  const inner = correlation('type: event_count, rules: [a], condition: {gte: 1}, timespan: 1d', 'inner');
  const outer = correlation('type: event_count, rules: [inner], condition: {gte: 2}, timespan: 1d');
  const { evaluator, take } = evaluated(programOf(chain(outer, inner)), { signals: 1_000, groups: 100 });
  for (let i = 0; i < 5_000; i++) take(i, `user ${i}`);
  expect(evaluator.counts).toEqual({ held: 100, evicted: 2 * (5_000 - 50), notJudged: 0 });
});

test('an attack on one correlation does no harm to another', () => {
  const [attacked, other] = [many('attacked'), many('other', 'ip')];
  const run = (users: number) => {
    const found: Finding[] = [];
    const stage = new StageTwo(
      [attacked, other],
      {
        evaluatorOf: program => correlator(program as CorrelationProgram, { signals: 500, groups: 100 }),
        waiting: 10_000,
        remembered: 100_000,
      },
      { found: finding => found.push(finding), blind: () => {} },
    );
    for (let second = 0; second < 100; second++) {
      for (let i = 0; i < users; i++) {
        const id = `${second}/${i}`;
        stage.take(signalOf(attacked, { name: 'a', at: second, id, cluster: 'c', fields: { user: id } }, i));
      }
      const fields = { ip: String(second % 20) };
      stage.take(signalOf(other, { name: 'a', at: second, id: `${second}`, cluster: 'c', fields }, second));
      stage.advance('c', { now: second + 1, sight: () => second + 1 });
    }
    const held = stage
      .evaluators()
      .get(other.rule.id)
      ?.map(({ counts }) => counts);
    return { found: found.map(({ maker, group, value }) => [maker.id, group, value]), held };
  };
  expect(run(500)).toEqual(run(0));
  expect(run(0).found).toHaveLength(60);
});
