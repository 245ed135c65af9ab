import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expressionLiterals } from '../../../src/sigma/expression-literals.ts';

const cases: [expression: string, literals: string[]][] = [
  ['curl', ['curl']],
  ['^/Bin/sh$', ['/bin/sh']],
  ['curl|wget', ['curl', 'wget']],
  ['(curl|wget) http', [' http']],
  ['python[23]? -c', ['python']],
  ['python3? -c', ['python']],
  ['ab+c', ['ab']],
  ['ab*c', ['a']],
  ['ab{2,3}cd', ['cd']],
  ['ncat\\s+-e', ['ncat']],
  ['\\.\\./\\.\\./', ['../../']],
  ['(?i)TOKEN=\\w{20}', ['token=']],
  ['[^\\]a]xy', ['xy']],
  ['[]a]xy', ['xy']],
  ['[[:alpha:]|]xy', ['xy']],
  ['(a(b|[)])c)xy', ['xy']],
  ['curl|', []],
  ['.*', []],
  ['(curl|wget)', []],
  ['a|[bc]', []],
  ['\\Qcurl|\\E', []],
  ['\\x41bc', []],
  ['\\101bc', []],
  ['\\pLbc', []],
  ['käse', ['se']],
  ['x{', []],
  ['a(?i){0,2}', []],
];
for (const [expression, literals] of cases) {
  test(`literals of ${expression}`, () => expect(expressionLiterals(expression)).toEqual(literals));
}

test('what an expression matches has one of its literals in it', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    'c',
    '|',
    '(a|b)',
    '(?:bc)',
    '[ab]',
    '[^a]',
    '?',
    '*',
    '+',
    '{0,2}',
    '\\.',
    '\\w',
    '.',
    '^',
    '(?i)',
    'K',
  );
  const expression = fc
    .array(piece, { minLength: 1, maxLength: 8 })
    .map(pieces => pieces.join(''))
    .filter(isValid);
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', 'k', 'A', ' '), maxLength: 8 });
  fc.assert(
    fc.property(expression, fc.array(text, { minLength: 20 }), (source, texts) => {
      const literals = expressionLiterals(source);
      const compiled = RE2JS.compile(source);
      const missed = texts.filter(
        one =>
          compiled.test(one) && literals.length > 0 && !literals.some(literal => one.toLowerCase().includes(literal)),
      );
      expect(missed).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

function isValid(source: string): boolean {
  try {
    RE2JS.compile(source);
    return true;
  } catch {
    return false;
  }
}
