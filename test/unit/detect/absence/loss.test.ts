import { expect, test } from '@jest/globals';
import { lossOf } from '../../../../src/detect/absence/loss.ts';
import type { Event } from '../../../../src/model/event.ts';
import { at, eventAt } from '../support.ts';

const NOON = Date.parse(at('12:00:00'));

const gap = (action: string, more: object = {}): Event => {
  const event = eventAt('12:00:00');
  const told = { ...event.document.event, kind: 'pipeline_error' as const, action, start: undefined, ...more };
  return { ...event, document: { ...event.document, event: told } };
};

const start = at('11:00:00');
const cases: [name: string, event: Event, loss: [from: number, to: number] | undefined][] = [
  ['an ordinary event', eventAt('12:00:00'), undefined],
  ['a saturated log: a second before, and a minute after', gap('log_saturated'), [NOON - 1_000, NOON + 60_000]],
  [
    'records that retention dropped, from the last that was read',
    gap('records_lost', { start }),
    [NOON - 3_600_000, NOON],
  ],
  ['records that were gone before any was read', gap('records_lost'), [Number.NEGATIVE_INFINITY, NOON]],
  ['a jump forward', gap('time_jumped', { start, end: at('12:00:00') }), [NOON - 3_600_000, NOON]],
  ['a jump back', gap('time_jumped', { start: at('12:00:00'), end: start }), undefined],
  ['a silence, which may end with all of it', gap('stream_silent', { start, end: at('12:00:00') }), undefined],
];
for (const [name, event, loss] of cases) {
  const expected = loss && { dataset: 'kubernetes.audit_logs', from: loss[0], to: loss[1] };
  test(`what is lost: ${name}`, () => expect(lossOf(event)).toEqual(expected));
}
