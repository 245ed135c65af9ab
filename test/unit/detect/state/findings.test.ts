import { expect, test } from '@jest/globals';
import { Suppression } from '../../../../src/detect/suppress.ts';
import type { Signal } from '../../../../src/model/signal.ts';
import type { Program } from '../../../../src/sigma/program.ts';
import { findingOf, programOf, signalAt } from './support.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-24T05:00:00.000Z');

/** Signals a minute apart, by their minutes. */
const [s0, s1, s2, s3, s30] = [0, 1, 2, 3, 30].map(minute => signalAt(START + minute * MINUTE, `s${minute}`)) as [
  Signal,
  Signal,
  Signal,
  Signal,
  Signal,
];

/** What of each alert is told: count and the evidence. */
function told(findings: readonly (readonly Signal[])[], program: Program = programOf()) {
  const suppression = new Suppression({ suppressMs: 10 * MINUTE, capacity: 100, onEvict: () => {} });
  for (const evidence of findings) {
    suppression.takeFinding(findingOf(program, evidence, evidence.at(-1) as Signal));
  }
  return [...suppression.episodes.all].map(({ alert }) => alert?.keywarden.alert);
}

const cases: [name: string, findings: (readonly Signal[])[], alerts: [count: number, evidence: string[]][]][] = [
  ['a finding is an alert of its evidence', [[s0, s1]], [[2, ['s0', 's1']]]],
  [
    'the next one adds what is new',
    [
      [s0, s1],
      [s0, s1, s2],
    ],
    [[3, ['s0', 's1', 's2']]],
  ],
  [
    'what lies between two findings counts too',
    [
      [s0, s1],
      [s2, s3],
    ],
    [[4, ['s0', 's1', 's2', 's3']]],
  ],
  [
    'a finding that comes again adds nothing',
    [
      [s0, s1],
      [s0, s1],
    ],
    [[2, ['s0', 's1']]],
  ],
  [
    'after the suppression time the next one opens another',
    [[s0, s1], [s30]],
    [
      [2, ['s0', 's1']],
      [1, ['s30']],
    ],
  ],
];
for (const [name, findings, alerts] of cases) {
  test(name, () => {
    const seen = told(findings).map(alert => [alert?.count, alert?.evidence.map(({ event_id: id }) => id)]);
    expect(seen).toEqual(alerts);
  });
}

test('the alert is of the first finding, whatever comes after', () => {
  const ids = [[[s0, s1]], [[s0, s1], [s2]]].map(findings => told(findings)[0]?.key);
  expect(new Set(ids).size).toBe(1);
});

const sentences: [message: string | undefined, sentence: string][] = [
  [undefined, 'Title of program: it was s1'],
  ['{user.name} did it {count} times, {etcd.key} is {nothing}', 'mallory did it 2 times, /a is unknown'],
];
for (const [message, sentence] of sentences) {
  test(`a correlation says: ${message ?? 'what its last match says'}`, () => {
    const plain = programOf();
    const keywarden = message === undefined ? undefined : { message };
    const program = {
      ...plain,
      kind: 'correlation',
      rule: { ...plain.rule, keywarden },
      root: { groupBy: [] },
    } as unknown as Program;
    const maker = { ...s1, fields: { 'etcd.key': '/a' } };
    const suppression = new Suppression({ suppressMs: MINUTE, capacity: 1, onEvict: () => {} });
    const episode = suppression.takeFinding({ ...findingOf(program, [s0, maker], maker), value: 2 });
    expect(episode?.alert?.message).toBe(sentence);
  });
}
