import { expect, test } from '@jest/globals';
import type { Alert } from '../../../../src/model/alert.ts';
import type { MarkedAlert } from '../../../../src/pipeline/tune/marked.ts';
import { type Mark, Marks } from '../../../../src/pipeline/tune/marks.ts';

const at = (second: number): string => `2026-11-23T05:13:${String(second).padStart(2, '0')}.602804Z`;

const marked = (fields: Partial<MarkedAlert>): MarkedAlert => ({
  id: 'alert',
  rule: 'r',
  events: ['event'],
  group: { user: 'alice', ip: '10.0.0.1' },
  from: Date.parse(at(10)),
  to: Date.parse(at(20)),
  place: 'a.jsonl:1',
  ...fields,
});

type Match = { rule?: string; id?: string; event?: string; group?: Record<string, string>; second?: number };

/** The alert of one match, as far as its mark depends on it. */
const match = ({ rule = 'r', id = 'x', event = 'y', group = {}, second = 0 }: Match): Alert =>
  ({
    event: { id },
    rule: { id: rule },
    keywarden: { alert: { evidence: [{ event_id: event }], group, first_seen: at(second) } },
  }) as unknown as Alert;

const GROUP = { ip: '10.0.0.1', user: 'alice' };
const cases: [name: string, match: Match, mark: Mark | undefined][] = [
  ['its event', { event: 'event' }, 'false'],
  ['its alert', { id: 'alert' }, 'false'],
  ['one that the alert has counted', { group: GROUP, second: 15 }, 'false'],
  ['the first and the last that it has counted', { group: GROUP, second: 20 }, 'false'],
  ['the same case at another time', { group: GROUP, second: 21 }, undefined],
  ['another case at that time', { group: { ...GROUP, user: 'bob' }, second: 15 }, undefined],
  ['another rule on the same event', { rule: 's', event: 'event', id: 'alert', group: GROUP, second: 15 }, undefined],
];
for (const [name, given, mark] of cases) {
  test(`a mark is known by: ${name}`, () => {
    const marks = new Marks({ false: [marked({})], true: [] });
    expect([marks.of(match(given)), marks.missing.length]).toEqual([mark, mark === undefined ? 1 : 0]);
  });
}

test('what is marked both ways is true', () => {
  const marks = new Marks({ false: [marked({})], true: [marked({})] });
  expect([{ event: 'event' }, { group: GROUP, second: 15 }].map(given => marks.of(match(given)))).toEqual([
    'true',
    'true',
  ]);
});
