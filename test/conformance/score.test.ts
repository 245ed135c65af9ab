import { expect, test } from '@jest/globals';
import { EXPECTED } from '../score/expected.ts';
import { printed } from '../score/print.ts';
import { scenarios } from '../score/recording.ts';
import { isGood, type Score, score } from '../score/score.ts';

const result = score();

for (const { scenario, alerts, missing, verdict } of result.rows) {
  const { id, class: kind, actor, description } = scenario;
  const expected = EXPECTED[id];
  if (kind === 'benign') test(`${id} ${description}: nothing is said`, () => expect(alerts).toEqual([]));
  else if (expected === undefined || 'unseen' in expected)
    test(`${id} ${actor}, ${description}: leaves no line`, () => expect(verdict).toBe('unseen'));
  else
    test(`${id} ${actor}, ${description}: ${[...expected.rules, ...expected.actor, ...expected.object].join(', ')}`, () =>
      expect(missing).toEqual([]));
}

test('nothing above informational is said outside of attacks and bypasses', () => expect(result.stray).toEqual([]));

test('every attack and bypass has its line in the table, and nothing else has', () => {
  const evil = scenarios.filter(scenario => scenario.class !== 'benign').map(({ id }) => id);
  expect(Object.keys(EXPECTED).sort()).toEqual(evil.sort());
});

const [attack] = result.rows.filter(({ verdict }) => verdict === 'found');
const [benign] = result.rows.filter(({ verdict }) => verdict === 'silent');
if (attack === undefined || benign === undefined) throw new Error('the recording has no attack or nothing benign');
const alert = attack.alerts[0] ?? { log: 'etcd', line: 1, level: 'high', rule: 'r', message: 'm' };
const scores: [name: string, score: Score, good: boolean][] = [
  ['as it is', result, true],
  ['an attack that is missed', { ...result, rows: [{ ...attack, verdict: 'missed', missing: ['mallory'] }] }, false],
  ['a benign scenario that is not silent', { ...result, rows: [{ ...benign, verdict: 'noise' }] }, false],
  ['an alert outside of all', { ...result, stray: [alert] }, false],
];
for (const [name, given, good] of scores) {
  test(`npm run score ends ${good ? 'well' : 'with 1'}: ${name}`, () => expect(isGood(given)).toBe(good));
}

test('npm run score prints each scenario, each alert and what is lacking', () => {
  const text = printed({ rows: [{ ...attack, verdict: 'missed', missing: ['mallory'] }], stray: [alert] });
  expect(text).toContain(attack.scenario.description);
  expect(text).toContain('lacks: mallory');
  expect(text).toContain(alert.message);
  expect(text).toContain('1 missed');
});
