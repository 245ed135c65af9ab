import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createEngine } from '../../src/detect/engine.ts';
import { loadRules } from '../../src/pipeline/rules.ts';
import { LOGS } from '../score/recording.ts';
import { normalized } from '../unit/normalize/support.ts';
import { eventOf, examplesOf } from './examples.ts';

const { rules, faults } = loadRules({ rules: undefined, lists: undefined, now: new Date('2026-11-23') });
const engine = createEngine(rules);

test('every shipped rule and list can be used', () => expect(faults).toEqual([]));

for (const compiled of rules) {
  const { rule } = compiled;
  const { match, no_match: noMatch } = examplesOf(rule.file);
  for (const example of match)
    test(`${rule.title} — ${example.name}`, () => expect(engine.match(eventOf(example))).toContain(compiled));
  for (const example of noMatch)
    test(`${rule.title} — not: ${example.name}`, () => expect(engine.match(eventOf(example))).not.toContain(compiled));
}

for (const { rule } of rules) {
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
