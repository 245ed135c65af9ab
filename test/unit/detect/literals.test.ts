import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LiteralScan } from '../../../src/detect/literals.ts';
import { Sum } from '../../../src/detect/sum.ts';

const scanOf = (texts: readonly string[]): LiteralScan | undefined =>
  LiteralScan.of(texts.map((text, n) => ({ text, found: Int32Array.of(1 << n) })));

/** The literals that may be in a text. */
function foundIn(text: string, literals: readonly string[]): readonly string[] {
  const [found = 0] = scanOf(literals)?.collect(text, new Sum(new Int32Array(1))).bits ?? [];
  return literals.filter((_, n) => (found & (1 << n)) !== 0);
}

const cases: [name: string, text: string, literals: string[], found: string[]][] = [
  ['one of them', 'run curl now', ['curl', 'wget'], ['curl']],
  ['none', 'run nothing', ['curl', 'wget'], []],
  ['in capitals', 'CURL', ['curl'], ['curl']],
  ['one inside another', 'ushers', ['he', 'she', 'his', 'hers'], ['he', 'she', 'hers']],
  ['one that begins where another breaks off', 'aaab', ['aab', 'ab'], ['aab', 'ab']],
  ['at the very end', 'x/etc/shadow', ['/etc/shadow'], ['/etc/shadow']],
  ['a long one by its beginning', 'kubernetes-dash', ['kubernetes-dashboard'], ['kubernetes-dashboard']],
  ['beyond ASCII any may be meant', 'ſ', ['s', 'x'], ['s', 'x']],
  ['an empty text', '', ['a'], []],
];
for (const [name, text, literals, found] of cases) {
  test(`literals: ${name}`, () => expect(foundIn(text, literals)).toEqual(found));
}

test('without literals there is nothing to look for', () => expect(scanOf([])).toBeUndefined());

test('every literal that is in a text is found', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 8 }), fc.array(word), (literals, words) => {
      const text = words.join('');
      expect(foundIn(text, literals)).toEqual(literals.filter(literal => text.includes(literal)));
    }),
  );
});
