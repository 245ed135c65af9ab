import { describe, expect, test } from '@jest/globals';
import { LINTS } from '../../../src/check/lints.ts';
import { DETECTION_CASES } from './cases/detection.ts';
import { DOCUMENT_CASES } from './cases/documents.ts';
import { METADATA_CASES } from './cases/metadata.ts';
import { REACH_CASES } from './cases/reach.ts';
import { changed, findingsIn, unmarked } from './support.ts';

const ALL = [METADATA_CASES, ...DETECTION_CASES, ...REACH_CASES, ...DOCUMENT_CASES];

for (const { file, base, cases } of ALL) {
  describe(`${file}`, () => {
    test('has nothing but notes as it is', () => {
      expect(findingsIn(base, file).filter(({ severity }) => severity !== 'note')).toEqual([]);
    });
    for (const [lint, from, to, nearMiss] of cases) {
      test(`${lint}: ${shown(to)}`, () => {
        const { text, place } = unmarked(changed(base, from, to));
        expect(placesOf(text, file, lint)).toContain(place);
        expect(placesOf(base, file, lint)).toEqual([]);
      });
      if (nearMiss !== undefined) {
        test(`${lint}: not ${shown(nearMiss)}`, () => {
          expect(placesOf(changed(base, from, nearMiss), file, lint)).toEqual([]);
        });
      }
    }
  });
}

const placesOf = (text: string, file: string, lint: string): readonly string[] =>
  findingsIn(text, file)
    .filter(finding => finding.lint === lint)
    .map(({ start }) => `${start.line}:${start.column}`);

function shown(text: string): string {
  const one = text.replaceAll('\n', '⏎').replace('§', '');
  return one.length > 80 ? `${one.slice(0, 80)}…` : one;
}

test('every lint has a case that fires, and a document that it leaves alone', () => {
  const tried = new Set(ALL.flatMap(({ cases }) => cases.map(([lint]) => lint)));
  expect(LINTS.map(({ name }) => name).filter(name => !tried.has(name) && !ELSEWHERE.has(name))).toEqual([]);
});

/** Lints about several files, their names and the engine, which check.test.ts has. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  ...['file-name', 'rule-refused', 'examples-of-nothing', 'correlation-generate-off'],

  'id-duplicate',
  'name-duplicate',
  'title-duplicate',
  'list-duplicate',
  'list-unused',
  'examples-missing',
]);

test('names of lints are kebab-case and stand once', () => {
  const names = LINTS.map(({ name }) => name);
  expect(names.filter(name => !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name))).toEqual([]);
  expect(names.filter((name, i) => names.indexOf(name) < i)).toEqual([]);
});
