import { expect, test } from '@jest/globals';
import type { ProducerRecord } from 'kafkajs';
import { SignalWriter } from '../../../../src/deliver/kafka/signals.ts';
import { gapEvent } from '../../../../src/gaps/event.ts';
import { Progress } from '../../../../src/pipeline/progress.ts';
import { Reached } from '../../../../src/pipeline/signals/reached.ts';
import { Sending, type Wanted } from '../../../../src/pipeline/signals/sending.ts';
import { programOf } from '../../detect/state/support.ts';
import { eventAt, ruleOf } from '../../detect/support.ts';

const RULE = ruleOf();
const { id } = RULE.rule;
const FIELDS = ['user.username'];
const event = eventAt('05:00:00', { user: { username: 'mallory' } });

function sendingOf(wanted: Partial<Wanted> = {}) {
  const sent: string[] = [];
  const send = async ({ messages }: ProducerRecord) => {
    sent.push(...messages.map(({ key, partition }) => String(key ?? partition)));
    return [];
  };
  const writer = new SignalWriter(
    { send },
    'signals',
    () => {},
    new AbortController().signal,
    () => {},
  );
  const programs = [programOf('p', { compiled: RULE, shard: FIELDS, fields: FIELDS })];
  const sending = new Sending(writer, new Reached(), 2, { programs, quiet: new Set([id]), ...wanted });
  return { sending, sent, writer };
}

test('a match goes to whoever has the case, and its record is not committed before', async () => {
  const { sending, sent, writer } = sendingOf();
  const progress = new Progress();
  sending.take(RULE, event, progress, 7);
  progress.read(7);
  expect(progress.committable).toBe(7);
  await writer.flush();
  expect(sent).toEqual([`${event.document.orchestrator?.cluster?.name ?? ''}\0p\0mallory`]);
  expect(progress.committable).toBe(8);
});

const hidden = [programOf('p', { compiled: RULE, isEvidence: false })];
const rules: [name: string, wanted: Partial<Wanted>, isQuiet: boolean, isEvidence: boolean][] = [
  ['of a program alone, whose alert shows the match', {}, true, true],
  ['of a program alone, whose alert shows others', { programs: hidden }, true, false],
  ['of a program that generates', { programs: hidden, quiet: new Set() }, false, true],
  ['of none', { programs: [], quiet: new Set() }, false, true],
];
for (const [name, wanted, isQuiet, isEvidence] of rules) {
  test(`a rule ${name} ${isQuiet ? 'does not alert' : 'alerts'} by itself`, () => {
    const { sending } = sendingOf(wanted);
    expect([sending.isQuiet(RULE), sending.isEvidence(RULE)]).toEqual([isQuiet, isEvidence]);
  });
}

test('that records are lost is told to all partitions, and is not committed before', async () => {
  const { sending, sent, writer } = sendingOf();
  const progress = new Progress();
  const place = { topic: 't', partition: 0, dataset: 'etcd.audit_logs', cluster: 'c', namespace: 'n' } as const;
  const at = '2026-11-23T05:00:00.000Z';
  sending.lose(gapEvent({ action: 'records_lost', message: 'm', at, offset: 7 }, place), progress, 7);
  progress.read(7);
  expect(progress.committable).toBe(7);
  await writer.flush();
  expect([sent, progress.committable]).toEqual([['0', '1'], 8]);
  sending.lose(gapEvent({ action: 'stream_silent', message: 'm', at, offset: 8 }, place), progress, 8);
  expect(sent).toHaveLength(2);
});
