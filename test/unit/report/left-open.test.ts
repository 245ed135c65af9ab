import { expect, test } from '@jest/globals';
import { disorderText } from '../../../src/report/disorder.ts';
import { notJudgedLines } from '../../../src/report/not-judged.ts';

const disorders: [name: string, furthestMs: number, lines: number, told: string][] = [
  ['a line', 12_100, 1, 'a.log is not in the order of its times: line 7 stands up to 13 seconds behind others'],
  ['several lines', 150_000, 9, '9 lines, the first of them 7, stand up to 3 minutes behind others'],
  ['hours', 7_200_000, 9, 'up to 2 hours behind others'],
  ['days', 300_000_000, 9, 'up to 4 days behind others'],
];
for (const [name, furthestMs, lines, told] of disorders) {
  test(`what is out of order: ${name}`, () =>
    expect(disorderText({ file: 'a.log', lines, furthestMs, first: 7 })).toContain(told));
}

test('what is out of order: how much lateness would do', () =>
  expect(disorderText({ file: 'a', lines: 1, furthestMs: 150_000, first: 7 })).toContain('--lateness 3m'));

const AUDIT = 'kubernetes.audit_logs';
const notJudged = (rule: string, reason: 'silent' | 'lost' | 'uncovered' | 'full', matches: number) =>
  ({ rule, reason, matches, dataset: AUDIT }) as const;

test('what was not judged: a line for each reason', () =>
  expect(
    notJudgedLines([notJudged('A', 'silent', 2), notJudged('B', 'lost', 1), notJudged('C', 'silent', 3)], [AUDIT]),
  ).toEqual([
    '5 matches were not judged, since the audit log ends before: 2 of "A", 3 of "C"',
    '1 match was not judged, since the audit log begins later or misses what was then: 1 of "B"',
  ]));

test('what was not judged: a log that is not there is named', () =>
  expect(notJudgedLines([notJudged('A', 'silent', 2)], ['etcd.audit_logs'])).toEqual([
    '2 matches were not judged, since there is no audit log: 2 of "A"',
  ]));

test('what was not judged: nothing', () => expect(notJudgedLines([], [AUDIT])).toEqual([]));
