import { expect, test } from '@jest/globals';
import { StageTwo } from '../../../../src/detect/state/stage-two.ts';
import { clockAt, listener, programOf, signalAt } from './support.ts';

function stageTwo(waiting = 100) {
  const heard: string[] = [];
  const options = { evaluatorOf: listener(heard), waiting, remembered: 1_000 };
  const stage = new StageTwo([programOf('p'), programOf('q')], options, { found: () => {}, blind: () => {} });
  return { stage, heard };
}

const signal = (at: number, id: string, program = 'p') => signalAt(at, id, { program });

test('signals wait for the clock and come in the order of their times, then of their ids', () => {
  const { stage, heard } = stageTwo();
  for (const [at, id] of [
    [30, 'x'],
    [10, 'b'],
    [10, 'a'],
    [20, 'c'],
  ] as const)
    stage.take(signal(at, id));
  expect([heard, stage.waiting]).toEqual([[], 4]);
  stage.advance('c', clockAt(30));
  expect(heard).toEqual(['p:a', 'p:b', 'p:c', 'p@30']);
  stage.advance('c', clockAt(31));
  expect([heard.slice(4), stage.waiting]).toEqual([['p:x', 'p@31'], 0]);
});

test('any order of arrival gives the same order', () => {
  const times = Array.from({ length: 300 }, (_, i) => (i * 7_919) % 97);
  const orders = [times, times.toReversed(), times.toSorted((a, b) => a - b)].map(list => {
    const { stage, heard } = stageTwo(1_000);
    for (const at of list) stage.take(signal(at, `at ${String(at).padStart(2, '0')} ${list.length}`));
    stage.advance('c', clockAt(1_000));
    return heard;
  });
  expect(orders[1]).toEqual(orders[0]);
  expect(orders[2]).toEqual(orders[0]);
  expect(orders[0]).toEqual(orders[0]?.toSorted());
});

test('a signal that comes twice, or at another stage of its request, is one', () => {
  const { stage, heard } = stageTwo();
  stage.take(signal(1, 'a'));
  stage.take(signal(1, 'a'));
  stage.take(signalAt(5, 'later stage', { program: 'p', request: 'a' }));
  stage.take(signal(1, 'a', 'q'));
  stage.advance('c', clockAt(9));
  expect(heard).toEqual(['p:a', 'q:a', 'p@9', 'q@9']);
  expect(stage.counts).toMatchObject({ signals: 4, duplicates: 2 });
});

test('what comes before the clock is late and is only counted; what stands at it is not', () => {
  const { stage, heard } = stageTwo();
  stage.advance('c', clockAt(10));
  stage.take(signal(9, 'late'));
  stage.take(signal(10, 'in time'));
  stage.advance('c', clockAt(11));
  expect(heard).toEqual(['p:in time', 'p@11']);
  expect(stage.counts).toMatchObject({ late: 1 });
});

test('a clock that goes back makes nothing undone', () => {
  const { stage } = stageTwo();
  stage.advance('c', clockAt(10));
  stage.advance('c', clockAt(5));
  stage.take(signal(7, 'late'));
  expect(stage.counts.late).toBe(1);
});

test('each cluster has a clock of its own', () => {
  const { stage, heard } = stageTwo();
  stage.take(signal(1, 'ours'));
  stage.take(signalAt(1, 'theirs', { program: 'p', cluster: 'd' }));
  stage.advance('d', clockAt(9));
  expect(heard).toEqual(['p:theirs', 'p@9']);
  expect(stage.clusters).toEqual(['c', 'd']);
});

test('more than may wait are evaluated before their time, the earliest first', () => {
  const { stage, heard } = stageTwo(2);
  for (const [at, id] of [
    [30, 'c'],
    [10, 'a'],
    [20, 'b'],
  ] as const)
    stage.take(signal(at, id));
  expect(heard).toEqual(['p:a']);
  stage.take(signal(9, 'before it'));
  expect(stage.counts).toMatchObject({ hurried: 1, late: 1 });
  expect(stage.waiting).toBe(2);
});

test('a program that is not in force has no signals, and one that stays keeps its state', () => {
  const { stage, heard } = stageTwo();
  const [p, r] = [programOf('p'), programOf('r')];
  stage.use([p, r]);
  stage.take(signal(1, 'a'));
  stage.take(signal(1, 'a', 'q'));
  stage.advance('c', clockAt(2));
  const before = stage.evaluators().get('p');
  stage.use([p]);
  expect(stage.evaluators().get('p')).toEqual(before);
  stage.use([programOf('p')]);
  expect(stage.evaluators().get('p')).toBeUndefined();
  expect(heard).toEqual(['p:a', 'p@2']);
  expect(stage.counts.unknown).toBe(1);
});
