import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inOrder, type Signal } from '../../../../src/model/signal.ts';
import {
  collection,
  END,
  explanation,
  NAMED,
  playing,
  programOf,
  request,
  type Step,
  UNNAMED,
  unnamed,
  write,
} from './support.ts';

const program = programOf(
  [NAMED, UNNAMED, explanation('collection', { by: [['ns', 'ns']], beforeMs: 3_000, afterMs: 0 })],
  { waitMs: 500 },
);

const found = (steps: readonly Step[]): readonly string[] =>
  playing(steps, { program })
    .findings.map(({ maker }) => maker.id)
    .sort();

const time = fc.integer({ min: 0, max: 100 }).map(n => n * 100);
const took = fc.constantFrom(0, 0, 0, 300, 2_000);
const ns = fc.constantFrom('dev', 'prod');
const any: fc.Arbitrary<(id: string) => Signal> = fc
  .tuple(fc.constantFrom(write, write, request, unnamed, collection), time, took, ns, fc.constantFrom('a', 'ab', 'b'))
  .map(([kind, at, ms, where, name]) => {
    const fields = kind === unnamed ? { ns: where, generate: name } : { ns: where, name };
    return id => kind(id, at, kind === collection ? { ns: where } : fields, { from: at - ms });
  });

/** The clock moves wherever it likes; sight stays before what has not come yet. */
const stepped = (signals: readonly Signal[], moments: readonly number[]): readonly Step[] =>
  signals.flatMap((signal, i) => {
    const sight = Math.min(...signals.slice(i + 1).map(({ at }) => at));
    return [signal, { now: moments[i % moments.length] ?? 0, sight }];
  });

test('what is found depends neither on the order of arrival nor on the steps of the clock', () => {
  const signals = fc.array(any, { minLength: 1, maxLength: 30 }).map(all => all.map((make, i) => make(`s${i}`)));
  fc.assert(
    fc.property(
      signals.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      fc.array(time, { minLength: 1 }),
      ([all, shuffled], moments) => {
        expect(found([...stepped(shuffled, moments), END])).toEqual(found([...[...all].sort(inOrder), END]));
      },
    ),
    { seed: 1, numRuns: 1_000 },
  );
});
