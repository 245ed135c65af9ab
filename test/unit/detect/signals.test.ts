import { expect, test } from '@jest/globals';
import { Signals, shardOf } from '../../../src/detect/signals.ts';
import type { Input } from '../../../src/sigma/program.ts';
import { programOf } from './state/support.ts';
import { eventAt, ruleOf } from './support.ts';

const compiled = ruleOf();

function signalOf(input: Partial<Input>, event = eventAt('05:00:00')) {
  return new Signals([programOf('p', { compiled, ...input })]).of(compiled, event);
}

test('a match of a rule that no program speaks of makes no signal', () => {
  const other = { ...compiled, rule: { ...compiled.rule, id: 'another' } };
  expect(new Signals([programOf('p', { compiled })]).of(other, eventAt('05:00:00'))).toEqual([]);
});

test('a signal has the values of the fields, and nothing where the event has none', () => {
  const [signal] = signalOf(
    { fields: ['user.username', 'user.extra'] },
    eventAt('05:00:00', { user: { username: 'u' } }),
  );
  expect(signal?.fields).toEqual({ 'user.username': 'u' });
});

test('each program that wants a match gets its own signal', () => {
  const signals = new Signals([programOf('p', { compiled }), programOf('q', { compiled })]);
  expect(signals.of(compiled, eventAt('05:00:00')).map(({ program }) => program)).toEqual(['p', 'q']);
});

const absences: [absent: Input['absent'], signals: number][] = [
  ['left-out', 0],
  ['empty', 1],
];
for (const [absent, signals] of absences) {
  test(`a match without the value that tells whose it is: ${absent}`, () => {
    expect(signalOf({ absent, shard: ['user.extra'], fields: ['user.extra'] })).toHaveLength(signals);
  });
}

test('only what can be evidence bears what an alert tells', () => {
  expect(signalOf({ isEvidence: true })[0]?.witness?.evidence.dataset).toBe('kubernetes.audit_logs');
  expect(signalOf({ isEvidence: false })[0]?.witness).toBeUndefined();
});

test('signals of one shard are those of one cluster, program and value', () => {
  const [signal] = signalOf({ fields: ['user.username'] }, eventAt('05:00:00', { user: { username: 'u' } }));
  if (signal === undefined) throw new Error('no signal');
  expect(shardOf(signal, ['user.username'])).toBe(`${signal.cluster}\0p\0u`);
  expect(shardOf(signal, ['user.extra'])).toBe(`${signal.cluster}\0p\0`);
});
