import { expect, test } from '@jest/globals';
import { backtestTable, type DifferenceRow } from '../../../src/report/backtest.ts';

const row = (fields: Partial<DifferenceRow>): DifferenceRow => ({
  rule: { title: 'A rule', level: 'low' },
  levelBefore: undefined,
  new: 0,
  gone: 0,
  same: 0,
  samples: { new: [], gone: [] },
  ...fields,
});

test('rules that alert otherwise come first, with samples; those that never alert are left out', () => {
  const sample = {
    origin: { file: 'a.log', line: 3 },
    timestamp: '2026-11-23T05:13:03Z',
    message: 'mallory \u001b[2Jdid it',
  };
  const text = backtestTable([
    row({ same: 3 }),
    row({ rule: { title: 'Never', level: 'high' } }),
    row({
      rule: { title: 'Changed', level: 'high' },
      levelBefore: 'low',
      new: 1,
      gone: 2,
      samples: { new: [sample], gone: [] },
    }),
  ]);
  expect(text).toBe(`LEVEL          RULE                                                           NEW   GONE   SAME
high           Changed                                                          1      2      0
               level low becomes high
               + mallory \\u001b[2Jdid it
                 2026-11-23T05:13:03Z · a.log:3
low            A rule                                                           0      0      3
`);
});

test('no alerts at all are said', () => expect(backtestTable([row({})])).toBe('no alerts, by either set\n'));
