import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Event } from '../../../../src/model/event.ts';
import { normalizedAll, normalizedAt } from '../support.ts';

const START = Date.parse('2026-11-23T05:00:00Z');
const line = (ms: number, msg = 'request stats', level = 'warn'): object => ({
  level,
  ts: new Date(START + ms).toISOString(),
  msg,
});
const lines = (count: number, from: number, every: number, msg?: string, level?: string): readonly object[] =>
  Array.from({ length: count }, (_, i) => line(from + i * every, msg, level));
const saturations = (events: readonly Event[]): readonly Event[] =>
  events.filter(({ document }) => document.event.kind === 'pipeline_error');
const linesOf = (events: readonly Event[]): readonly unknown[] =>
  events.map(({ origin }) => ('file' in origin ? origin.line : undefined));

const logs: [name: string, lines: readonly object[], at: number[]][] = [
  ['100 lines of one message in a second', lines(100, 0, 9), [100]],
  ['99 lines in a second', lines(99, 0, 1), []],
  ['100 lines in more than a second', lines(400, 0, 11), []],
  ['100 lines over the border of a second', lines(100, 950, 5), [100]],
  ['two messages', [...lines(60, 0, 1), ...lines(60, 60, 1, 'apply request took too long')], []],
  ['two levels', [...lines(60, 0, 1), ...lines(60, 60, 1, 'request stats', 'debug')], []],
  ['as long as it lasts, once a minute', lines(900, 0, 9.5), [100]],
  ['again in the next minute', [...lines(100, 0, 1), ...lines(100, 60_000, 1)], [100, 200]],
  ['two messages at once', [...lines(100, 0, 1), ...lines(100, 1_000, 1, 'x')], [100, 200]],
  ['a clock that goes back', lines(300, 0, -2_000), []],
];
for (const [name, log, at] of logs) {
  test(`etcd's log is saturated: ${name}`, () => expect(linesOf(saturations(normalizedAll(log).events))).toEqual(at));
}

test('what a saturated log leaves in the events', () => {
  const [event] = saturations(normalizedAll(lines(100, 0, 1), 1, 'prod').events);
  expect(JSON.parse(JSON.stringify({ ...event?.document, ecs: undefined, data_stream: undefined }))).toEqual({
    '@timestamp': '2026-11-23T05:00:00.099Z',
    event: {
      id: event?.id,
      kind: 'pipeline_error',
      module: 'etcd',
      dataset: 'etcd.audit_logs',
      action: 'log_saturated',
      type: ['error'],
      outcome: 'unknown',
      category: ['database'],
    },
    message:
      'etcd\'s log is saturated: about 100 lines "request stats" within a second, so that etcd leaves further ones out',
    orchestrator: { type: 'kubernetes', cluster: { name: 'prod' } },
    log: { level: 'warn' },
    etcd: { line: 'saturation', saturation: { message: 'request stats' } },
    keywarden: { origin: { file: 'test.log', line: 100 } },
  });
});

test('the event has one id a log, message and minute, wherever the reading began', () => {
  const log = lines(300, 0, 1);
  const idOf = (from: number, partition = 0): string | undefined =>
    saturations(
      normalizedAt(
        log.slice(from).map((record, i) => ({ record, origin: { topic: 'etcd', partition, offset: from + i } })),
      ).events,
    )[0]?.id;
  expect(idOf(0)).toBe(idOf(50));
  expect(idOf(0)).not.toBe(idOf(0, 1));
});

test('a value in a debug message does not get into the event', () => {
  const log = lines(100, 0, 1, 'Putting key "swordfish"', 'debug');
  const found = saturations(normalizedAll(log).events);
  expect(found.map(({ document }) => document.etcd?.saturation)).toEqual([{ message: 'Putting key ' }]);
  expect(JSON.stringify(found)).not.toContain('swordfish');
});

test('messages without end are counted within bounds', () => {
  const log = Array.from({ length: 5_000 }, (_, i) => line(i / 100, `message ${i}`));
  expect(saturations(normalizedAll([...log, ...lines(100, 3_000, 1)]).events)).toHaveLength(1);
});

test('the recorded burst of 6,000 reads shows', () => {
  const log = readFileSync('test/fixtures/lab/etcd-3.6.8-sampling-burst.jsonl', 'utf8').trimEnd().split('\n');
  expect(saturations(normalizedAll(log).events).map(({ document }) => document.etcd?.saturation?.message)).toEqual([
    'apply request took too long',
    'request stats',
  ]);
});
