import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { datasetOf } from '../../src/detect/logsource.ts';
import type { Event } from '../../src/model/event.ts';
import { THREAT_MATRIX } from '../../src/model/threat-matrix.ts';
import { eventsOf } from '../../src/pipeline/example-events.ts';
import { exampleReader, testExamples } from '../../src/pipeline/examples.ts';
import { loadExplained } from '../../src/pipeline/explained.ts';
import { place } from '../../src/report/place.ts';
import { fileTest } from '../../src/report/threat-matrix.ts';
import { LOGS } from '../score/recording.ts';
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

test('explaining agrees with evaluating, for every example of every shipped rule', () => {
  const examplesOf = exampleReader();
  const differing = rules.flatMap(rule =>
    examplesOf(rule.rule)
      .examples.flatMap(examples => [...examples.match, ...examples.no_match])
      .flatMap(example => eventsOf(example).events)
      .filter(event => set.explain(rule, event).explanation.holds !== rule.matches(event.document))
      .map(() => rule.rule.title),
  );
  expect(differing).toEqual([]);
});

/** Every event that some rule holds on, and of the others one in twenty. */
const isExplained = (event: Event, i: number): boolean => engine.match(event).length > 0 || i % 20 === 0;

test('explaining agrees with evaluating, for every shipped rule and recorded events', () => {
  const events = Object.values(LOGS).flatMap(file =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap((text, i) => normalized(text, i + 1).events)
      .filter(isExplained),
  );
  const differing = events.flatMap(event =>
    rules
      .filter(({ rule }) => datasetOf(rule) === event.dataset)
      .filter(rule => set.explain(rule, event).explanation.holds !== rule.matches(event.document))
      .map(({ rule }) => `${rule.title}: ${place(event.origin)}`),
  );
  expect(events.length).toBeGreaterThan(150);
  expect(differing).toEqual([]);
});

for (const rule of new Set([...rules, ...set.programs, ...set.parts].map(one => one.rule))) {
  test(`${rule.title}: says what it means, what misleads it and which technique it finds`, () => {
    expect(rule.description?.length).toBeGreaterThan(100);
    expect(rule.falsepositives.length).toBeGreaterThan(0);
    expect(rule.tags.filter(tag => /^attack\.t\d{4}/.test(tag)).length).toBeGreaterThan(0);
    expect(rule.keywarden?.message).toBeDefined();
    expect(rule.keywarden?.look_first).toBeDefined();
  });
}

test('the index of rules gives the same matches as every rule in turn', () => {
  const differing = Object.values(LOGS).flatMap(file =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .flatMap(text => normalized(text).events)
      .filter(event => JSON.stringify(ids(engine.match(event))) !== JSON.stringify(ids(engine.matchAll(event)))),
  );
  expect(differing.map(({ document }) => document)).toEqual([]);
});

const ids = (matches: ReturnType<typeof engine.match>): readonly string[] => matches.map(({ rule }) => rule.id).sort();

test('the threat matrix names only rules that there are', () => {
  const names = [...rules, ...set.programs, ...set.parts].map(({ rule }) => basename(rule.file, '.yml'));
  const patterns = THREAT_MATRIX.flatMap(technique => technique.rules);
  expect(patterns.filter(pattern => !names.some(fileTest(pattern)))).toEqual([]);
});
