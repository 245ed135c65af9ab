import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { alertOf } from '../../src/detect/alert.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { atLeast } from '../../src/model/alert.ts';
import type { Event } from '../../src/model/event.ts';
import { testExamples } from '../../src/pipeline/examples.ts';
import { loadExplained } from '../../src/pipeline/explained.ts';
import { place } from '../../src/report/place.ts';
import { normalized } from '../unit/normalize/support.ts';

const set = loadExplained({ rules: undefined, lists: undefined, now: new Date('2026-11-23') });
const { rules, faults } = set;
const engine = createEngine(rules);

test('every shipped rule and list can be used', () => expect(faults).toEqual([]));

for (const { rule, results, fault } of testExamples(set)) {
  const named = results.map(({ name, mustMatch, held }) => ({ name, mustMatch, held }));
  const [matches, nearMisses] = [
    named.filter(({ mustMatch }) => mustMatch),
    named.filter(({ mustMatch }) => !mustMatch),
  ];
  test(`${rule.title}: has at least two matches and two near misses, and all hold`, () => {
    expect(fault).toBeUndefined();
    expect(named.filter(({ held }) => !held)).toEqual([]);
    expect(Math.min(matches.length, nearMisses.length)).toBeGreaterThanOrEqual(2);
  });
}

/** Every event that some rule holds on, and of the others one in ten. */
const isExplained = (event: Event, i: number): boolean => engine.match(event).length > 0 || i % 10 === 0;

test('explaining agrees with evaluating, for every shipped rule and recorded events', () => {
  const events = logs.flatMap(({ file }) =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap((text, i) => normalized(text, i + 1).events)
      .filter(isExplained),
  );
  const differing = events.flatMap(event =>
    rules
      .filter(rule => set.explain(rule, event).explanation.holds !== rule.matches(event.document))
      .map(({ rule }) => `${rule.title}: ${place(event.origin)}`),
  );
  expect(events.length).toBeGreaterThan(200);
  expect(differing).toEqual([]);
});

for (const { rule } of rules) {
  test(`${rule.title}: says what it means, what misleads it and which technique it finds`, () => {
    expect(rule.description?.length).toBeGreaterThan(100);
    expect(rule.falsepositives.length).toBeGreaterThan(0);
    expect(rule.tags.filter(tag => /^attack\.t\d{4}/.test(tag)).length).toBeGreaterThan(0);
    expect(rule.keywarden?.message).toBeDefined();
  });
}

type Scenario = {
  id: string;
  class: string;
  audit_first: number;
  audit_last: number;
  etcd_first: number;
  etcd_last: number;
};
const scenarios = readFileSync('deploy/sample/scenarios.jsonl', 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as Scenario);

type Found = { readonly line: number; readonly rule: string; readonly level: string };

/** What the shipped rules say of the recorded control plane, above informational. */
function found(file: string): readonly Found[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.flatMap((text, i) =>
    normalized(text, i + 1)
      .events.filter(event => event.judged)
      .flatMap(event => engine.match(event).map(match => alertOf(match, event, 'request')))
      .filter(alert => atLeast(alert.keywarden.alert.level, 'low'))
      .map(alert => ({ line: i + 1, rule: alert.rule.name, level: alert.keywarden.alert.level })),
  );
}

const logs = [
  { log: 'audit', file: 'deploy/sample/kube-apiserver-audit.jsonl', seen: ['A07', 'A10'] },
  { log: 'etcd', file: 'deploy/sample/etcd.jsonl', seen: ['E01', 'E02', 'E03', 'E04', 'E05', 'E08'] },
] as const;
for (const { log, file, seen } of logs) {
  const alerts = found(file);
  const within = ({ line }: Found, scenario: Scenario): boolean =>
    line >= scenario[`${log}_first`] && line <= scenario[`${log}_last`];
  for (const id of seen) {
    test(`the recorded scenario ${id} raises an alert in the ${log} log`, () => {
      expect(
        scenarios.filter(scenario => scenario.id === id && alerts.some(alert => within(alert, scenario))),
      ).toHaveLength(1);
    });
  }
  test(`benign scenarios, controllers and start-up are silent in the ${log} log`, () => {
    const evil = scenarios.filter(scenario => scenario.class !== 'benign');
    expect(alerts.filter(alert => !evil.some(scenario => within(alert, scenario)))).toEqual([]);
  });
}

test('the index of rules gives the same matches as every rule in turn', () => {
  const differing = logs.flatMap(({ file }) =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap(text => normalized(text).events)
      .filter(event => JSON.stringify(ids(engine.match(event))) !== JSON.stringify(ids(engine.matchAll(event)))),
  );
  expect(differing.map(({ document }) => document)).toEqual([]);
});

const ids = (matches: ReturnType<typeof engine.match>): readonly string[] => matches.map(({ rule }) => rule.id).sort();
