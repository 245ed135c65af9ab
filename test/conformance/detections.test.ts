import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadRules } from '../../src/pipeline/rules.ts';

const { rules, programs, parts, quiet } = loadRules({
  rules: undefined,
  lists: undefined,
  now: new Date('2026-11-24'),
});
const techniquesOf = new Map(
  [...rules.map(({ rule }) => rule), ...[...programs, ...parts].map(({ rule }) => rule)].map(rule => [
    basename(rule.file, '.yml'),
    rule.tags.map(tag => tag.toUpperCase()),
  ]),
);

/** The rows of docs/detections.md: id, finding, rules, what is not seen, techniques. */
const rows = readFileSync('docs/detections.md', 'utf8')
  .split('\n')
  .filter(line => /^\| [AE]\d\d /.test(line))
  .map(line => line.split('|').map(cell => cell.trim()))
  .map(([, id = '', , named = '', unseen = '', techniques = '']) => ({
    id,
    named: [...named.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    unseen,
    techniques: techniques.split(', '),
  }));

test('every shipped rule stands in the row of its finding, and no other does', () => {
  const told = rows.flatMap(({ id, named }) => named.map(name => `${id} ${name}`));
  const shipped = [...techniquesOf.keys()].map(name => `${name.slice(0, 3).toUpperCase()} ${name}`);
  expect(told.sort()).toEqual(shipped.sort());
});

test('every finding has a rule', () => expect(rows.filter(({ named }) => named.length === 0)).toEqual([]));

test('a technique of a finding is one of its rules’', () => {
  const foreign = rows.flatMap(({ id, named, techniques }) =>
    techniques
      .filter(technique => !named.some(name => techniquesOf.get(name)?.includes(`ATTACK.${technique}`)))
      .map(technique => `${id} ${technique}`),
  );
  expect(foreign).toEqual([]);
});

test('a rule that is there for others does not alert for itself', () => {
  const inputs = rules.filter(({ rule }) => rule.falsepositives.some(text => text.includes('is there for others')));
  expect(inputs.length).toBeGreaterThan(30);
  expect(inputs.filter(({ rule }) => !quiet.has(rule.id)).map(({ rule }) => rule.file)).toEqual([]);
});

test('the rows are those of the two logs', () => {
  const ids = (letter: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => `${letter}${String(i + 1).padStart(2, '0')}`);
  expect(rows.map(({ id }) => id)).toEqual([...ids('A', 19), ...ids('E', 22)]);
});
