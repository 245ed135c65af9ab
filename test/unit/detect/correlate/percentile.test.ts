import { expect, test } from '@jest/globals';
import { percentile } from '../../../../src/detect/correlate/tallies/percentile.ts';
import type { CorrelationNode } from '../../../../src/sigma/program.ts';

const nodeOf = (percent: number): CorrelationNode => ({
  id: 'n',
  type: 'value_percentile',
  timespanMs: 0,
  parts: [],
  groupBy: [],
  groupFields: new Map(),
  valueFields: new Map(),
  holds: { kind: 'number', test: () => true, percentile: percent },
});

/** The percentile of values in order. */
function expected(values: readonly number[], percent: number): number {
  const rank = (percent * (values.length - 1)) / 100;
  const low = values[Math.floor(rank)] ?? 0;
  return low + (rank % 1) * ((values[Math.ceil(rank)] ?? 0) - low);
}

for (const percent of [0, 1, 25, 50, 90, 99.9, 100]) {
  test(`the ${percent}th of a window of 500 that slides over 5,000 values, many of them equal`, () => {
    const tally = percentile(nodeOf(percent)).open();
    const values = Array.from({ length: 5_000 }, (_, i) => (i * 7_919) % 613);
    const found: (number | undefined)[] = [];
    for (const [i, value] of values.entries()) {
      if (i >= 500) tally.drop(i % 500);
      tally.add(i % 500, value, i);
      if (i % 97 === 0) found.push(tally.value);
    }
    const windows = values.flatMap((_, i) => (i % 97 === 0 ? [values.slice(Math.max(0, i - 499), i + 1)] : []));
    expect(found).toEqual(windows.map(window => expected(window.toSorted(byValue), percent)));
  });

  test(`the ${percent}th after a window was empty`, () => {
    const tally = percentile(nodeOf(percent)).open();
    for (const slot of [0, 1, 2]) tally.add(slot, slot, 0);
    for (const slot of [0, 1, 2]) tally.drop(slot);
    tally.add(1, 42, 0);
    expect(tally.value).toBe(42);
  });
}

const byValue = (a: number, b: number): number => a - b;
