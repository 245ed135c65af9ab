import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../../src/detect/state/evaluator.ts';
import type { Signal } from '../../../src/model/signal.ts';
import type { CorrelationProgram } from '../../../src/sigma/program.ts';
import { naively } from './naive.ts';
import { programOf } from './program.ts';
import { chain, correlation, evaluate, signalOf } from './support.ts';

const MANY = correlation('type: event_count, rules: [a], condition: {gte: 2}, timespan: 10s', 'many');

const programs: [name: string, yaml: string][] = [
  ['event_count', correlation('type: event_count, rules: [a, b], condition: {gt: 1, neq: 4}, timespan: 10s')],
  ['value_count', correlation('type: value_count, rules: [a, b], condition: {field: value, eq: 2}, timespan: 10s')],
  ['value_sum', correlation('type: value_sum, rules: [a, b], condition: {field: value, gte: 3}, timespan: 10s')],
  ['value_avg', correlation('type: value_avg, rules: [a, b], condition: {field: value, lt: 2}, timespan: 10s')],
  [
    'value_percentile',
    correlation('type: value_percentile, rules: [a], condition: {field: value, percentile: 70, gt: 1}, timespan: 10s'),
  ],
  ['value_median', correlation('type: value_median, rules: [a, b], condition: {field: value, lte: 2}, timespan: 10s')],
  ['temporal', correlation('type: temporal, rules: [a, b, c], timespan: 10s')],
  ['temporal with an expression', correlation('type: temporal, condition: a and (b or not c), timespan: 10s')],
  ['temporal_ordered', correlation('type: temporal_ordered, rules: [a, b, c], timespan: 10s')],
  [
    'temporal_ordered of some',
    correlation('type: temporal_ordered, rules: [c, a, b], condition: {gte: 2}, timespan: 10s'),
  ],
  [
    'temporal_ordered with an expression',
    correlation('type: temporal_ordered, rules: [a, b, c], condition: (a or b) and c, timespan: 10s'),
  ],
  ['a chain', chain(correlation('type: temporal_ordered, rules: [many, b, c], timespan: 10s'), MANY)],
  [
    'a chain that counts',
    chain(correlation('type: event_count, rules: [many, b], condition: {gte: 3}, timespan: 20s'), MANY),
  ],
];

/** Half seconds, so that there are ties and windows that end just at an event; few ids, so that events match two rules. */
const matches = (rules: readonly string[]) =>
  fc.array(
    fc.record({
      name: fc.constantFrom(...rules),
      half: fc.nat(60),
      user: fc.constantFrom('u', 'u', 'u', 'v', undefined),
      value: fc.constantFrom('0', '1', '2', '3', '4', '7', 'x', undefined),
    }),
    { maxLength: 60 },
  );

for (const [name, yaml] of programs) {
  const program = programOf(yaml);
  const rules = program.inputs.flatMap(({ compiled: { rule } }) => rule.name ?? []);

  test(`${name}: the same as each window counted anew`, () => {
    fc.assert(
      fc.property(matches(rules), list => {
        const signals = signalsOf(program, list);
        const expected = naively(program, signals);
        expect(evaluate(program, [signals]).map(toldOf)).toEqual(
          expected.map(({ maker, value }) => ({ maker, value })),
        );
      }),
      { numRuns: 200 },
    );
  });

  test(`${name}: the same in whatever order signals come, and however the clock steps`, () => {
    fc.assert(
      fc.property(
        matches(rules),
        fc.infiniteStream(fc.nat(9)),
        fc.integer({ min: 1, max: 9 }),
        (list, shuffle, steps) => {
          const signals = signalsOf(program, list);
          const shuffled = signals.map(signal => ({ signal, by: shuffle.next().value })).sort((a, b) => a.by - b.by);
          const inTurns = Array.from({ length: steps }, (_, step) => {
            const [from, to] = [
              (step * 30_000) / steps,
              step === steps - 1 ? Number.POSITIVE_INFINITY : ((step + 1) * 30_000) / steps,
            ];
            return shuffled.map(({ signal }) => signal).filter(({ at }) => at >= from && at < to);
          });
          expect(evaluate(program, inTurns)).toEqual(evaluate(program, [signals]));
        },
      ),
      { numRuns: 100 },
    );
  });
}

test('the evidence of up to twenty events is all of them, and the fresh ones are those since the finding before', () => {
  const [, yaml] = programs[0] ?? ['', ''];
  const program = programOf(yaml);
  fc.assert(
    fc.property(matches(['a', 'b']), list => {
      const signals = signalsOf(program, list);
      const found = evaluate(program, [signals]);
      const expected = naively(program, signals);
      for (const [i, { evidence, window }] of found.entries()) {
        const events = expected[i]?.events ?? [];
        expect(window?.count).toBe(events.length);
        if (events.length <= 20) expect(evidence.map(({ id }) => id)).toEqual(events);
      }
      for (const of of Object.values(Object.groupBy(found, ({ group }) => group['user'] ?? ''))) freshness(of ?? []);
    }),
    { numRuns: 200 },
  );
});

function freshness(found: readonly Finding[]): void {
  for (const [i, { evidence, window }] of found.entries()) {
    const known = new Set(found.slice(0, i).flatMap(before => before.evidence.map(({ id }) => id)));
    if (window?.count === evidence.length) {
      expect(window.fresh).toBe(evidence.filter(({ id }) => !known.has(id)).length);
    }
  }
}

const toldOf = ({ maker, value }: Finding) => ({ maker: maker.id, value });

type Drawn = {
  readonly name: string;
  readonly half: number;
  readonly user: string | undefined;
  readonly value: string | undefined;
};

/** Each event once for a rule; its id is its time and which of that time it is, so that several rules hold on some events. */
function signalsOf(program: CorrelationProgram, list: readonly Drawn[]): readonly Signal[] {
  const times = new Map<string, number>();
  return list.map(({ name, half, user, value }, i) => {
    const nth = times.get(`${name}${half}`) ?? 0;
    times.set(`${name}${half}`, nth + 1);
    const fields = { ...(user === undefined ? {} : { user }), ...(value === undefined ? {} : { value }) };
    return signalOf(program, { name, at: half * 500, id: `${half}/${nth}`, cluster: 'c', fields }, i);
  });
}
