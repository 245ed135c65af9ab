import { expect, test } from '@jest/globals';
import { Singles, type SinglesOptions } from '../../../../src/detect/state/singles.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import type { SingleProgram } from '../../../../src/sigma/program.ts';
import { programOf, signalAt } from './support.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const HOLD = 60_000;
/** Long after all matches of these tests, so that none is urgent. */
const LATER = 10_000 * HOLD;
const yes = (): boolean => true;
const no = (): boolean => false;

/** A match that was sent, and comes, at that time. */
const coming = (offset: number, now: number, horizon = NEVER) => ({ offset, sentAt: now, now, horizon });

const singleOf = (id: string): SingleProgram => {
  const { rule, inputs } = programOf(id);
  return { kind: 'single', rule, inputs, spanMs: 0 };
};
const matchAt = (at: number, id = `e${at}`, others: Partial<Signal> = {}): Signal =>
  signalAt(at, id, { program: 'p', ...others });

/** What is told, each with how it was: `e10 in-order`. */
function rig(options: Partial<SinglesOptions> = {}) {
  const told: string[] = [];
  const singles = new Singles({ waiting: 100, holdMs: HOLD, ...options }, ({ maker }, { as, offset }) => {
    told.push(`${maker.id}@${offset} ${as}`);
  });
  singles.use([singleOf('p')]);
  return { singles, told };
}

test('matches are told in the order of their times, once the clock has passed them', () => {
  const { singles, told } = rig();
  [30, 10, 20].forEach((at, offset) => {
    singles.take(matchAt(at), coming(offset, LATER));
  });
  singles.advance('c', 20, yes);
  expect(told).toEqual(['e10@1 in-order']);
  singles.advance('c', 31, yes);
  expect(told).toEqual(['e10@1 in-order', 'e20@2 in-order', 'e30@0 in-order']);
  expect(singles.waiting).toBe(0);
});

test('of one time, the id decides', () => {
  const { singles, told } = rig();
  for (const id of ['b', 'a', 'c']) singles.take(matchAt(10, id), coming(0, LATER));
  singles.advance('c', 11, yes);
  expect(told).toEqual(['a@0 in-order', 'b@0 in-order', 'c@0 in-order']);
});

test('what comes behind the clock is told at once, late', () => {
  const { singles, told } = rig();
  singles.advance('c', 20, yes);
  singles.take(matchAt(19), coming(5, LATER));
  singles.take(matchAt(20), coming(6, LATER));
  expect([told, singles.counts.late]).toEqual([['e19@5 late'], 1]);
});

test('what lies before the horizon is late, whatever the clock says', () => {
  const { singles, told } = rig();
  singles.take(matchAt(19), coming(5, LATER, 20));
  expect(told).toEqual(['e19@5 late']);
});

test('the clock of one cluster passes nothing of another', () => {
  const { singles, told } = rig();
  singles.take(matchAt(10), coming(0, LATER));
  singles.take(matchAt(10, 'other', { cluster: 'd' }), coming(1, LATER));
  singles.advance('d', 11, yes);
  expect(told).toEqual(['other@1 in-order']);
});

test('a match of now waits for a clock that stands no longer than it may', () => {
  const { singles, told } = rig();
  singles.take(matchAt(1_000), coming(0, 2_000));
  singles.hurry(2_000 + HOLD - 1, yes, yes);
  expect(told).toEqual([]);
  singles.hurry(2_000 + HOLD, yes, yes);
  expect([told, singles.counts.hurried]).toEqual([['e1000@0 hurried'], 1]);
  // The clock finds it told.
  singles.advance('c', 5_000, yes);
  expect(told).toHaveLength(1);
});

test('history waits for its order', () => {
  const { singles, told } = rig();
  singles.take(matchAt(0), coming(0, LATER));
  singles.hurry(100 * LATER, yes, yes);
  expect(told).toEqual([]);
});

test('an event of the future is told when it has waited', () => {
  const { singles, told } = rig();
  singles.take(matchAt(LATER + 1_000_000, 'future'), coming(0, LATER));
  singles.hurry(LATER + HOLD, yes, yes);
  expect(told).toEqual(['future@0 hurried']);
});

test('beyond what may wait the earliest is told before its time', () => {
  const { singles, told } = rig({ waiting: 2 });
  [30, 10, 20].forEach((at, offset) => {
    singles.take(matchAt(at), coming(offset, LATER));
  });
  expect([told, singles.waiting, singles.counts.hurried]).toEqual([['e10@1 hurried'], 2, 1]);
});

test('what was hurried does not pile up while the clock stands', () => {
  const { singles, told } = rig();
  for (let n = 0; n < 50_000; n += 1) {
    singles.take(matchAt(n, `e${n}`), coming(n, n));
    singles.hurry(n + HOLD, yes, yes);
  }
  expect(told).toHaveLength(50_000);
  expect(singles.held).toBeLessThan(1_100);
  singles.advance('c', 100_000, yes);
  expect([told.length, singles.held]).toEqual([50_000, 0]);
});

test('a turn that ends goes on where it was', () => {
  const { singles, told } = rig();
  for (const at of [1, 2, 3]) singles.take(matchAt(at), coming(at, LATER));
  let left = 2;
  const twice = (): boolean => left-- > 0;
  expect(singles.advance('c', 10, twice)).toBe(false);
  expect(told).toHaveLength(2);
  // It has not passed yet what is left.
  singles.take(matchAt(4), coming(4, LATER));
  expect(singles.advance('c', 10, yes)).toBe(true);
  expect(told.map(text => text.split(' ')[1])).toEqual(['in-order', 'in-order', 'in-order', 'in-order']);
});

test('a match of a rule that is not in force yet is told when it is', () => {
  const { singles, told } = rig();
  singles.take(matchAt(10, 'e10', { program: 'new' }), coming(3, LATER));
  expect([told, singles.counts.unknown]).toEqual([[], 1]);
  singles.use([singleOf('p')]);
  expect(told).toEqual([]);
  singles.use([singleOf('p'), singleOf('new')]);
  expect(told).toEqual(['e10@3 late']);
});

test('a rule that is gone tells no more', () => {
  const { singles, told } = rig();
  singles.take(matchAt(10), coming(0, LATER));
  singles.use([]);
  singles.advance('c', 11, yes);
  expect([told, singles.waiting]).toEqual([[], 0]);
});

test('where nothing may wait, all is told as it comes', () => {
  const { singles, told } = rig({ holdMs: 0 });
  singles.take(matchAt(30), coming(0, 40));
  singles.take(matchAt(10), coming(1, LATER));
  expect(told).toEqual(['e30@0 hurried', 'e10@1 hurried']);
});

test('a match that is read again after a restart has waited since it was sent', () => {
  const { singles, told } = rig();
  singles.take(matchAt(1_000), { ...coming(0, 2_000), now: 2_000 + HOLD });
  singles.hurry(2_000 + HOLD, yes, yes);
  expect(told).toEqual(['e1000@0 hurried']);
});

test('what has waited for too long is told in the order of times where it is overdue at once', () => {
  const { singles, told } = rig();
  for (const at of [20, 10, 30]) singles.take(matchAt(at), coming(at, 40));
  singles.hurry(40 + HOLD, yes, yes);
  expect(told).toEqual(['e10@10 hurried', 'e20@20 hurried', 'e30@30 hurried']);
});

test('a match from a clock that is ahead waits no longer than others', () => {
  const { singles, told } = rig();
  singles.take(matchAt(90_000_000), { ...coming(0, 90_000_000), now: 1_000 });
  singles.hurry(999 + HOLD, yes, yes);
  expect(told).toEqual([]);
  singles.hurry(1_000 + HOLD, yes, yes);
  expect(told).toEqual(['e90000000@0 hurried']);
});

test('history of a cluster that no clock knows is told when it has waited', () => {
  const { singles, told } = rig();
  for (const at of [20, 10]) singles.take(matchAt(at), coming(at, LATER));
  singles.take(matchAt(5, 'e5', { cluster: 'd' }), coming(0, LATER));
  singles.hurry(LATER + HOLD - 1, no, yes);
  expect(told).toEqual([]);
  singles.hurry(LATER + HOLD, cluster => cluster === 'd', yes);
  expect(told).toEqual(['e10@10 hurried', 'e20@20 hurried']);
  expect([[...singles.clusters], singles.held]).toEqual([['d'], 1]);
});

test('matches of a rule that is gone are kept for when it is back', () => {
  const { singles, told } = rig();
  singles.take(matchAt(10), coming(7, LATER));
  singles.use([]);
  singles.advance('c', 11, yes);
  expect([told, singles.parked]).toEqual([[], [7]]);
  singles.use([singleOf('p')]);
  expect([told, singles.parked]).toEqual([['e10@7 late'], []]);
});
