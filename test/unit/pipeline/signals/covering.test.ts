import { expect, test } from '@jest/globals';
import { Covering } from '../../../../src/pipeline/signals/covering.ts';
import type { AbsenceProgram } from '../../../../src/sigma/program.ts';
import { programOf, signalAt } from '../../detect/state/support.ts';

const FIVE_MINUTES = 300_000;

/** Judged only where an explanation with the same kind was seen. */
const PROGRAM: AbsenceProgram = {
  ...programOf('p'),
  kind: 'absence',
  subject: 'write',
  explanations: [],
  waitMs: 0,
  sight: { by: ['kind'], explanationFields: new Map([['request', ['resource']]]), covered: new Set() },
};

const request = (at: number, resource: string, cluster = 'c') =>
  signalAt(at, `${at}`, { program: 'p', input: 'request', cluster, fields: { resource } });

test('an explanation covers its values, told every five minutes of its time, for each cluster', () => {
  const covering = new Covering([PROGRAM]);
  const seen = [
    request(0, 'pods'),
    request(1, 'pods'),
    request(2, 'secrets'),
    request(3, 'pods', 'd'),
    request(FIVE_MINUTES - 1, 'pods'),
    request(FIVE_MINUTES, 'pods'),
  ];
  expect(seen.map(signal => covering.of(signal))).toEqual([
    { program: 'p', cluster: 'c', values: ['pods'], at: 0 },
    undefined,
    { program: 'p', cluster: 'c', values: ['secrets'], at: 2 },
    { program: 'p', cluster: 'd', values: ['pods'], at: 3 },
    undefined,
    { program: 'p', cluster: 'c', values: ['pods'], at: FIVE_MINUTES },
  ]);
});

test('two streams an hour apart do not tell in turn', () => {
  const covering = new Covering([PROGRAM]);
  const seen = Array.from({ length: 100 }, (_, n) => request(n + (n % 2) * 12 * FIVE_MINUTES, 'pods'));
  expect(seen.filter(signal => covering.of(signal) !== undefined)).toHaveLength(2);
});

const nothing: [name: string, signal: Parameters<Covering['of']>[0]][] = [
  ['what wants an explanation', signalAt(0, 'a', { program: 'p', input: 'write', fields: { kind: 'pods' } })],
  ['an input of another program', signalAt(0, 'a', { program: 'q', input: 'request', fields: { resource: 'pods' } })],
];
for (const [name, signal] of nothing) {
  test(`${name} covers nothing`, () => expect(new Covering([PROGRAM]).of(signal)).toBeUndefined());
}
