import { expect, test } from '@jest/globals';
import { RuleIndex } from '../../../src/detect/rule-index.ts';
import { type CompiledRule, compileRule } from '../../../src/sigma/compile.ts';
import { withFilters } from '../../../src/sigma/filtering.ts';
import { parseRules } from '../../../src/sigma/parse.ts';
import { AS_WRITTEN } from '../../../src/sigma/resolve.ts';
import { rulesOf } from '../../unit/sigma/support.ts';
import { compiled, only } from './support.ts';
import { CONDITIONS, SELECTIONS } from './table/conditions.ts';
import { COLLECTIONS, FILTERED, FILTERS } from './table/documents.ts';
import { EXPRESSIONS } from './table/expressions.ts';
import { citation, HEADINGS, MODIFIERS, type Section } from './table/facts.ts';
import { NUMBERS } from './table/numbers.ts';
import { REFERENCES } from './table/references.ts';
import { TEXTS } from './table/texts.ts';
import { VALUES } from './table/values.ts';

/** What is written in a table, and how it becomes rules. */
const tables: [sections: readonly Section[], rules: (written: string) => readonly CompiledRule[]][] = [
  [VALUES, ofSelection],
  [TEXTS, ofSelection],
  [EXPRESSIONS, ofSelection],
  [NUMBERS, ofSelection],
  [REFERENCES, ofSelection],
  [CONDITIONS, written => [compiled(`${SELECTIONS}condition: ${written}`)]],
  [FILTERS, ofFilter],
  [COLLECTIONS, ofFile],
];

for (const [sections, rulesFor] of tables) {
  for (const section of sections) {
    for (const [name, written, event, holds] of section.facts) {
      test(`${citation(section)}: ${name}: ${written.replaceAll('\n', ' / ')} on ${JSON.stringify(event).slice(0, 80)}: ${holds}`, () => {
        const all = rulesFor(written);
        const rules = all.filter(({ matches }) => matches(event));
        expect(rules.length > 0).toBe(holds);
        // Each twice, since the index does not read a field that one rule alone asks for.
        expect(new RuleIndex([...all, ...all]).matching(event)).toEqual([...rules, ...rules]);
      });
    }
  }
}

const all = tables.flatMap(([sections]) => sections);

test('the tables have at least 300 different facts', () => {
  const facts = all.flatMap(({ facts }) => facts.map(([, written, event]) => JSON.stringify([written, event])));
  expect(facts.filter((fact, i) => facts.indexOf(fact) < i)).toEqual([]);
  expect(facts.length).toBeGreaterThanOrEqual(300);
});

test('every section of the specification that says what a rule holds on is in the tables', () => {
  const cited = new Set(all.map(({ document, heading }) => `${document}, ${heading}`));
  const known = Object.entries(HEADINGS).flatMap(([document, headings]) => headings.map(one => `${document}, ${one}`));
  expect(known.filter(one => !cited.has(one))).toEqual([]);
});

test('of every modifier there is something that holds and something that does not', () => {
  const told = all.flatMap(section =>
    'modifier' in section ? section.facts.map(([, , , holds]) => `${citation(section)}: ${holds}`) : [],
  );
  const wanted = Object.entries(MODIFIERS).flatMap(([heading, modifiers]) =>
    modifiers.flatMap(modifier => [true, false].map(holds => `modifiers, "${heading}", ${modifier}: ${holds}`)),
  );
  expect(wanted.filter(one => !told.includes(one))).toEqual([]);
});

function ofSelection(written: string): readonly CompiledRule[] {
  return [compiled(only(written))];
}

const OPTIONS = { ...AS_WRITTEN, lists: new Map<string, readonly string[]>() };

function ofFile(text: string): readonly CompiledRule[] {
  return rulesOf(text).map(source => compileRule(source, OPTIONS));
}

function ofFilter(text: string): readonly CompiledRule[] {
  const filters = parseRules(text, 'filter.yml').map(document => {
    if (document.kind !== 'filter') throw new Error(`a ${document.kind}, not a filter`);
    return document.source;
  });
  return withFilters(rulesOf(FILTERED), filters).rules.map(source => compileRule(source, OPTIONS));
}
