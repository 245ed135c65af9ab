import { expect, test } from '@jest/globals';
import { Progress } from '../../../src/pipeline/progress.ts';

/** `r5` reads offset 5, `o5` opens a claim at 5, `s0` settles the first claim opened. */
const stories: [name: string, steps: string, committable: number | undefined][] = [
  ['nothing read, nothing to commit', '', undefined],
  ['a record without events is passed over', 'r5', 6],
  ['an open claim holds the commit', 'o5 r5 r6 r7', 5],
  ['a settled claim lets it go on', 'o5 r5 r6 s0', 7],
  ['the earliest open claim decides', 'o5 r5 o6 r6 s1', 5],
  ['claims may be settled in any order', 'o5 r5 o6 r6 s1 s0', 7],
  ['gaps in the offsets are no gaps in the delivery', 'o5 r5 o900 r900 s0 s1', 901],
  ['after a rebalance what is read again is held again', 'o5 r5 o6 r6 s0 s1 o5 r5', 5],
  ['a topic that was made anew is committed from its own start', 'o500 r500 s0 o0 r0 s1', 1],
  ['a claim settled twice changes nothing', 'o5 r5 s0 s0', 6],
];
for (const [name, steps, committable] of stories) {
  test(`progress: ${name}`, () => {
    const progress = new Progress();
    const claims: { settle: () => void }[] = [];
    for (const step of steps.split(' ').filter(text => text !== '')) {
      const n = Number(step.slice(1));
      if (step.startsWith('r')) progress.read(n);
      else if (step.startsWith('o')) claims.push(progress.open(n));
      else claims[n]?.settle();
    }
    expect(progress.committable).toBe(committable);
  });
}
